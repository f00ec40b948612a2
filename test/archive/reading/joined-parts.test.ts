import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findTypeFile } from '../../../src/archive/reading/contents.ts';
import { partsWithStatus } from '../../../src/archive/reading/joined-parts.ts';
import { ArchiveReader } from '../../../src/archive/reading/reader.ts';
import { listJson, objectJson, sampleEntries, sampleManifest, temporaryFolder } from '../sample.ts';
import { makeZip } from '../zip-maker.ts';

const FILE = 'web/pods.json';

/** The file's text with statuses, and what it is as JSON. */
async function joined(test: TestContext, objects: readonly string[], statuses: readonly string[]) {
  const files = new Map([
    [FILE, listJson(objects)],
    ['web/_status/pods.json', listJson(statuses)],
  ]);
  const path = join(temporaryFolder(test), 'a.zip');
  writeFileSync(path, makeZip(sampleEntries(files)));
  const archive = await ArchiveReader.open(path);
  test.after(() => archive.close());
  const address = { project: 'web', view: '', type: 'pods', name: null } as const;
  const pieces: Buffer[] = [];
  const file = await findTypeFile(archive, sampleManifest(), address);
  for await (const { bytes } of partsWithStatus(archive, file)) pieces.push(bytes);
  return Buffer.concat(pieces).toString();
}

const pod = (name: string, more = {}) => objectJson('Pod', name, more);

test('each object gets its own status, as if the file had been written with it', async (t) => {
  const objects = ['a', 'b', 'c'].map((name) => pod(name, { spec: {} }));
  const statuses = [
    pod('0', { status: 0 }),
    pod('b', { status: { phase: 'Running' } }),
    pod('c', { status: 3 }),
  ];
  assert.equal(
    await joined(t, objects, statuses),
    listJson([
      pod('a', { spec: {} }),
      pod('b', { spec: {}, status: { phase: 'Running' } }),
      pod('c', { spec: {}, status: 3 }),
    ]),
  );
});

test('objects of one name get their statuses in turn', async (t) => {
  const text = await joined(t, [pod('a'), pod('a')], [pod('a', { status: 1 }), pod('a', { status: 2 })]);
  assert.equal(text, listJson([pod('a', { status: 1 }), pod('a', { status: 2 })]));
});

test('what has a status keeps its own', async (t) => {
  const text = await joined(t, [pod('a', { status: 1 })], [pod('a', { status: 2 })]);
  assert.equal(text, listJson([pod('a', { status: 1 })]));
});

test('names are compared by their bytes, as they are sorted', async (t) => {
  const [first, second] = ['\uff5e', '\u{1f600}'];
  const text = await joined(t, [pod(second)], [pod(first, { status: 1 }), pod(second, { status: 2 })]);
  assert.equal(text, listJson([pod(second, { status: 2 })]));
});

test('an object that is none is damage', async (t) => {
  await assert.rejects(joined(t, ['{"a":}'], [pod('a')]), /web\/pods\.json: an object is not valid JSON/);
});

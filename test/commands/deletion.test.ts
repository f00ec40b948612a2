import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { diff } from '../../src/commands/diff.ts';
import { history } from '../../src/commands/history.ts';
import { show } from '../../src/commands/show.ts';
import { listJson, sampleEntries, sampleManifest, temporaryFolder } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { object, row } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

const SINCE = '2026-11-20T14:32:10Z';
const held = object('ConfigMap', 'held', { data: { a: '1' } });
const other = object('ConfigMap', 'other', { data: {} });

function metadata(name: string, more: Readonly<Record<string, unknown>> = {}): string {
  const managedFields = [{ manager: 'kubectl', operation: 'Update' }];
  return JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'ConfigMap' },
    metadata: { name, namespace: 'dying', uid: `uid-${name}`, ...more, managedFields },
  });
}

const lines = (items: readonly string[]) =>
  `{"apiVersion":"v1","kind":"List","items":[\n${items.join(',\n')}\n]}\n`;
const ALIVE = [metadata('held'), metadata('other', { generation: 1 })];
const DYING = [metadata('held', { deletionTimestamp: SINCE }), metadata('other', { generation: 2 })];

/** A volume with an archive a night, the objects always the same; null stands for no `_metadata`. */
function volumeOf(t: TestContext, ...nights: ReadonlyArray<readonly string[] | null>): string {
  const volume = temporaryFolder(t);
  for (const [index, items] of nights.entries()) {
    const files = new Map([
      ['dying/configmaps.json', listJson([held, other])],
      ...(items === null ? [] : [['dying/_metadata/configmaps.json', lines(items)] as const]),
    ]);
    const manifest = {
      ...sampleManifest(files),
      ...{ startedAt: `2026-11-2${index}T00:15:00.000Z`, options: {}, previous: null },
      projects: [{ name: 'dying', objects: 2 }],
      resourceTypes: [row('configmaps', { objects: 2 })],
    };
    const path = join(volume, `openshift-backup2026112${index}0015.zip`);
    writeFileSync(path, makeZip(sampleEntries(files, manifest)));
  }
  return volume;
}

async function compared(volume: string, ...words: string[]) {
  const { context, text } = contextOf(['diff', 'previous', 'latest', '--volume', volume, ...words]);
  return { ending: await diff(context), text: text() };
}

test('an object that is being deleted since is a change, though its file is the same', async (t) => {
  const volume = volumeOf(t, ALIVE, DYING);
  const { ending, text } = await compared(volume);
  assert.equal(ending, 'differences');
  assert.equal(text.split('\n').slice(2, 6).join('\n'), '\ndying\n  configmaps\n    ~ held');
  assert.match(text, /^ {8}\+ being deleted since 2026-11-20 14:32 UTC$/m);
  assert.match(text, /^1 object changed/m);
  const json = JSON.parse((await compared(volume, '-o', 'json')).text);
  const { kind, path, value } = json.objects[0].changes[0];
  assert.deepEqual([kind, path, value], ['added', 'metadata.deletionTimestamp', SINCE]);
  for (const form of ['markdown', 'html'])
    assert.match((await compared(volume, '-o', form)).text, /being deleted since 2026-11-20 14:32 UTC/);
});

test('other metadata makes no difference, nor does a deletion that goes on', async (t) => {
  assert.equal(
    (await compared(volumeOf(t, ALIVE, [ALIVE[0] ?? '', metadata('other', { generation: 7 })]))).ending,
    'done',
  );
  const later = [DYING[0] ?? '', metadata('other', { generation: 3 })];
  assert.equal((await compared(volumeOf(t, DYING, later))).ending, 'done');
});

test('an archive without metadata says so, and nothing of deletion', async (t) => {
  const { ending, text } = await compared(volumeOf(t, null, DYING));
  assert.equal(ending, 'done');
  assert.match(text, /^note: one of them has no _metadata: objects that are being deleted are not told$/m);
});

test('the history of an object tells it', async (t) => {
  const volume = volumeOf(t, ALIVE, DYING);
  const { context, text } = contextOf(['history', 'dying/cm/held', '--volume', volume]);
  await history(context);
  assert.match(
    text(),
    /version 2: changed between .*\n.*\n {4}\+ being deleted since 2026-11-20 14:32 UTC$/m,
  );
});

test('show tells it on stderr, and prints the object as it stands', async (t) => {
  const volume = volumeOf(t, ALIVE, DYING);
  const warnings: string[] = [];
  const shown = async (...words: string[]) => {
    const { context, text } = contextOf(['show', ...words, '--volume', volume]);
    const log = { ...context.log, warn: (message: string) => warnings.push(message) };
    await show({ ...context, log });
    return text();
  };
  assert.deepEqual(JSON.parse(await shown('latest', 'dying/cm/held')), JSON.parse(held));
  assert.deepEqual(warnings, ['held is being deleted since 2026-11-20 14:32 UTC']);
  await shown('latest', 'dying/cm/other');
  await shown('previous', 'dying/cm/held');
  assert.equal(warnings.length, 1);
});

test('show --metadata gives objects the metadata of the server', async (t) => {
  const volume = volumeOf(t, null, DYING);
  const shown = async (...words: string[]) => {
    const { context, text } = contextOf(['show', ...words, '--volume', volume]);
    await show(context);
    return text();
  };
  const text = await shown('latest', 'dying/cm/held', '--metadata');
  const whole = JSON.parse(held);
  const expected = { ...whole, metadata: { ...whole.metadata, ...JSON.parse(DYING[0] ?? '').metadata } };
  assert.equal(text, `${JSON.stringify(expected, null, 2)}\n`);
  const list = JSON.parse(await shown('latest', 'dying/cm', '--metadata'));
  assert.deepEqual(
    list.items.map(({ metadata }: { metadata: { uid: string } }) => metadata.uid),
    ['uid-held', 'uid-other'],
  );
  assert.equal(await shown('latest', 'dying/_metadata/cm'), lines(DYING));
  assert.equal(JSON.parse(await shown('latest', 'dying/_metadata/cm/held')).metadata.uid, 'uid-held');
  await assert.rejects(shown('previous', 'dying/cm/held', '--metadata'), {
    name: 'Failure',
    message: /has no _metadata of dying\/configmaps\.json$/,
  });
});

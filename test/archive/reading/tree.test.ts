import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ArchiveReader } from '../../../src/archive/reading/reader.ts';
import { treeOf } from '../../../src/archive/reading/tree.ts';
import { typePathOf } from '../../../src/types/archive-paths.ts';
import { sampleEntries, temporaryFolder, writeSample } from '../sample.ts';
import { countField, makeZip } from '../zip-maker.ts';

test('counts objects by project and type, the cluster first, the folders beside not at all', async (t) => {
  const archive = await ArchiveReader.open(writeSample(temporaryFolder(t), 'a.zip'));
  t.after(() => archive.close());
  const none = { beingDeleted: null };
  assert.deepEqual(await treeOf(archive), [
    {
      ...{ project: null, objects: 2, ...none, beingDeletedSince: null },
      types: [{ type: 'namespaces', objects: 2, ...none }],
    },
    {
      ...{ project: 'shop', objects: 2, ...none, beingDeletedSince: null },
      types: [{ type: 'configmaps', objects: 2, ...none }],
    },
    {
      ...{ project: 'web', objects: 2, ...none, beingDeletedSince: null },
      types: [
        { type: 'deployments.apps', objects: 1, ...none },
        { type: 'secrets', objects: 1, ...none },
      ],
    },
  ]);
});

test('takes the numbers from the directory where it has them, and reads no file then', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'a.zip');
  const entries = sampleEntries().map((entry) =>
    typePathOf(entry.name) === null ? entry : { ...entry, extra: countField(7), crc: 1 },
  );
  writeFileSync(path, makeZip(entries));
  const archive = await ArchiveReader.open(path, null);
  t.after(() => archive.close());
  assert.deepEqual(
    (await treeOf(archive)).map(({ project, objects }) => [project, objects]),
    [
      [null, 7],
      ['shop', 7],
      ['web', 14],
    ],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArchiveReader } from '../../../src/archive/reading/reader.ts';
import { treeOf } from '../../../src/archive/reading/tree.ts';
import { temporaryFolder, writeSample } from '../sample.ts';

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

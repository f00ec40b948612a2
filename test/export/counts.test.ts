import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countObjects } from '../../src/archive/reading/contents.ts';
import { ArchiveReader } from '../../src/archive/reading/reader.ts';
import { ArchiveWriter } from '../../src/archive/writing/writer.ts';
import { Turns } from '../../src/export/turns.ts';
import { TypeFiles } from '../../src/export/type-files.ts';
import { selectionOf } from '../../src/plan/selection.ts';
import type { ResourceType } from '../../src/types/resource-type.ts';
import { Folder } from '../archive/zip-tools.ts';
import { EVERYTHING } from '../plan/everything.ts';

const CONFIG_MAPS: ResourceType = {
  ...{ group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', name: 'configmaps' },
  ...{ namespaced: true, singular: 'configmap', shortNames: [] },
};
const NAMING = { name: 'b', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const configMap = (namespace: string, name: string, more = '') =>
  Buffer.from(`{"metadata":{"name":"${name}","namespace":"${namespace}","uid":"u"${more}},"data":{}}`);

test('the directory counts the objects of each file, and of metadata those that are being deleted', async (t) => {
  using folder = new Folder();
  const writer = ArchiveWriter.begin(folder.path, NAMING, new Date(), 4);
  t.after(() => writer.abort());
  const apart = { withStatus: true, withMetadata: true };
  const files = new TypeFiles(CONFIG_MAPS, writer, 0, selectionOf(EVERYTHING, []), apart, new Turns().turn());
  const deletion = ',"deletionTimestamp":"2026-09-12T00:15:00Z"';
  const items = [
    configMap('a', 'x'),
    configMap('a', 'y', deletion),
    configMap('a', 'z', ',"labels":{"deletionTimestamp":"no"}'),
    configMap('b', 'x'),
  ];
  for (const item of items) while (files.item(item, 0, item.length) < 0) await files.makeRoom();
  await files.finish();
  const { file } = await writer.publish(Buffer.from('{}\n'));
  const archive = await ArchiveReader.open(file);
  t.after(() => archive.close());
  assert.deepEqual(
    (await archive.entries()).map(({ name, record }) => [name, record.count]),
    [
      ['a/_metadata/configmaps.json', 1],
      ['a/configmaps.json', 3],
      ['b/_metadata/configmaps.json', 0],
      ['b/configmaps.json', 1],
      ['manifest.json', null],
      ['SHA256SUMS', null],
    ],
  );
  const counted: Array<readonly [string, number]> = [];
  for (const entry of await archive.entries())
    if (entry.record.count !== null) counted.push([entry.name, await countObjects(archive, entry)]);
  assert.deepEqual(counted, [
    ['a/_metadata/configmaps.json', 3],
    ['a/configmaps.json', 3],
    ['b/_metadata/configmaps.json', 1],
    ['b/configmaps.json', 1],
  ]);
});

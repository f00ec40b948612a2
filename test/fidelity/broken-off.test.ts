import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArchiveWriter } from '../../src/archive/writing/writer.ts';
import { Turns } from '../../src/export/turns.ts';
import { TypeFiles } from '../../src/export/type-files.ts';
import { FULL } from '../../src/json/printer.ts';
import { selectionOf } from '../../src/plan/selection.ts';
import type { ResourceType } from '../../src/types/resource-type.ts';
import { contentsOf, Folder } from '../archive/zip-tools.ts';
import { EVERYTHING } from '../plan/everything.ts';

const TYPE: ResourceType = {
  ...{ group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', name: 'configmaps' },
  ...{ namespaced: true, singular: 'configmap', shortNames: [] },
};
const NAMING = { name: 'b', stamp: 'yyyyMMddHHmm', zone: 'UTC' };

const item = (name: string, bytes: number) =>
  Buffer.from(JSON.stringify({ metadata: { name, namespace: 'web' }, data: { text: 'x'.repeat(bytes) } }));

test('a connection that breaks while the volume is waited for leaves nothing of its list behind', async (t) => {
  using folder = new Folder();
  const writer = ArchiveWriter.begin(folder.path, NAMING, new Date(), 1);
  t.after(() => writer.abort());
  const held = await Promise.all(Array.from({ length: 6 }, () => writer.take()));
  const selection = selectionOf(EVERYTHING, []);
  const apart = { withStatus: false, withMetadata: false };
  const files = new TypeFiles(TYPE, writer, 0, selection, apart, new Turns().turn());
  const put = (bytes: Buffer) => files.item(bytes, 0, bytes.length);
  assert.equal(put(item('a', 100)), FULL);
  await files.makeRoom();
  for (const name of ['a', 'b']) assert.ok(put(item(name, 100_000)) > 0);
  // The seventh buffer goes to the thread; that it comes back is prevented by somebody who waits longer.
  assert.equal(put(item('c', 100_000)), FULL);
  const longer = writer.take();
  const waits = files.makeRoom();
  files.discard();
  const back = await longer;
  for (const batch of [...held, back]) writer.giveBack(batch);
  await assert.rejects(waits, /discarded/);
  assert.throws(() => put(item('c', 100)), /discarded/);
  const { file } = await writer.publish(Buffer.from('{}\n'));
  assert.deepEqual([...(await contentsOf(file)).keys()], ['manifest.json', 'SHA256SUMS']);
});

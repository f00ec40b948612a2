import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { waitFor } from '../support/wait.ts';
import { atTheEnd, get, kubectl, OWN_NODE, projects } from './cluster.ts';
import {
  bindingsIn,
  dataOf,
  directoryOf,
  discardVolumes,
  provisionedClass,
  runWithData,
  type Volume,
  volumesOf,
} from './volumes.ts';
import { ready, tool } from './workloads.ts';

const KEPT = 'e2e-volumes-kept';
const DELETED = 'e2e-volumes-deleted';
const PODS = ['store-0', 'store-1'];

const identities = (volumes: Volume[]) => volumes.map(({ metadata, spec }) => [metadata.uid, spec.csi]);

suite('a project with provisioned volumes', {
  skip: !OWN_NODE && 'it needs a storage driver of ours',
}, () => {
  let archives = '';
  let kept: Volume[] = [];
  let deleted: Volume[] = [];
  const bound = new Map<string, Record<string, string>>();
  const restore = (name: string, ...words: string[]) =>
    tool('restore', 'latest', '--volume', archives, '-p', name, '--apply', ...words);

  before(async () => {
    archives = await mkdtemp(join(tmpdir(), 'openshift-backup-e2e-'));
    atTheEnd(() => rm(archives, { recursive: true }));
    await provisionedClass(KEPT, 'Retain');
    await provisionedClass(DELETED, 'Delete');
    atTheEnd(() => discardVolumes(KEPT));
    await projects(KEPT, DELETED);
    await Promise.all([KEPT, DELETED].map((name) => runWithData(name, PODS, name, 'of before')));
    for (const name of [KEPT, DELETED]) bound.set(name, await bindingsIn(name));
    [kept, deleted] = [await volumesOf(KEPT), await volumesOf(DELETED)];
    assert.deepEqual([kept.length, deleted.length], [PODS.length, PODS.length]);
    await tool('backup', '--volume', archives);
    await kubectl('delete', 'namespace', KEPT, DELETED);
  });

  test('of a class that retains them gets the same volumes and data back', async () => {
    await waitFor('the volumes to be released', async () =>
      (await volumesOf(KEPT)).every(({ status }) => status.phase === 'Released'),
    );
    const said = await restore(KEPT, '--rebind-storage-class', KEPT);
    for (const { metadata } of kept)
      assert.match(said, new RegExp(`^updated +_cluster/persistentvolumes/${metadata.name}$`, 'm'));
    assert.doesNotMatch(said, /\d failed/);
    // The restore has waited for it.
    assert.deepEqual(await bindingsIn(KEPT), bound.get(KEPT));
    await ready('statefulset/store', KEPT);
    assert.deepEqual(await dataOf(KEPT, PODS), ['store-0 of before', 'store-1 of before']);
    assert.deepEqual(identities(await volumesOf(KEPT)), identities(kept));
  });

  test('of a class that deletes them cannot have them back: pods wait for what is gone', async () => {
    await waitFor('the volumes to go', async () => (await volumesOf(DELETED)).length === 0);
    assert.deepEqual(deleted.map(directoryOf).filter(existsSync), []);
    const said = await restore(DELETED, '--rebind-storage-class', DELETED);
    assert.match(
      said,
      /volume-storage: its reclaim policy is Delete: if the claim was deleted, so was the data/,
    );
    assert.deepEqual(await bindingsIn(DELETED), bound.get(DELETED));
    const told = await waitFor('kubelet to tell that a volume is gone', async () => {
      const events = ['events', '--namespace', DELETED, '--field-selector', 'reason=FailedMount'];
      return (await get<{ items: { message: string }[] }>(...events)).items[0]?.message;
    });
    assert.match(told, /NotFound/);
  });

  test('gets new, empty volumes where none are to be rebound', async () => {
    await kubectl('delete', 'statefulset,persistentvolumeclaim', '--all', '--namespace', DELETED);
    await waitFor('the volumes to go', async () => (await volumesOf(DELETED)).length === 0);
    const said = await restore(DELETED);
    assert.doesNotMatch(said, /\d failed/);
    assert.match(said, /claim-volume: new, EMPTY volume; .*--rebind-storage-class/);
    await ready('statefulset/store', DELETED);
    const anew = Object.values(await bindingsIn(DELETED));
    assert.equal(anew.length, PODS.length);
    for (const { metadata } of deleted) assert(!anew.includes(metadata.name));
    assert.deepEqual(await dataOf(DELETED, PODS), ['', '']);
  });
});

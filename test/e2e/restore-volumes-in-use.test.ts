import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { waitFor } from '../support/wait.ts';
import { atTheEnd, attempt, kubectl, OWN_NODE, projects } from './cluster.ts';
import {
  bindingsIn,
  controllersCaughtUp,
  dataOf,
  discardVolumes,
  provisionedClass,
  runWithData,
  type Volume,
  volumesOf,
} from './volumes.ts';
import { ready, TOOL, tool } from './workloads.ts';

const RUNNING = 'e2e-volumes-running';
const CLONE = 'e2e-volumes-clone';
const MOVED = 'e2e-volumes-moved';
const ELSEWHERE = 'e2e-volumes-elsewhere';
const PODS = ['store-0'];

suite('volumes that are not to be had', { skip: !OWN_NODE && 'it needs a storage driver of ours' }, () => {
  let archives = '';
  let older: Volume[] = [];
  const words = (name: string) => [
    'restore',
    'latest',
    '--volume',
    archives,
    '-p',
    name,
    '--rebind-storage-class',
    name,
    '--apply',
  ];

  before(async () => {
    archives = await mkdtemp(join(tmpdir(), 'openshift-backup-e2e-'));
    atTheEnd(() => rm(archives, { recursive: true }));
    await provisionedClass(RUNNING, 'Delete');
    await provisionedClass(MOVED, 'Retain');
    atTheEnd(async () => {
      for (const name of [MOVED, ELSEWHERE]) await discardVolumes(name);
    });
    atTheEnd(() => kubectl('delete', 'namespace', CLONE, ELSEWHERE, '--ignore-not-found'));
    await projects(RUNNING, MOVED);
    await Promise.all([RUNNING, MOVED].map((name) => runWithData(name, PODS, name, 'of the first claim')));
    // The first volume stays behind, released, when its claim is made anew.
    await kubectl('delete', 'statefulset,persistentvolumeclaim', '--all', '--namespace', MOVED);
    older = await volumesOf(MOVED);
    await runWithData(MOVED, PODS, MOVED, 'of the second claim');
    await tool('backup', '--volume', archives);
  });

  test('stay with a project that runs when it is cloned, whatever is to be updated', async () => {
    const spec = async () => (await volumesOf(RUNNING)).map(({ metadata, spec }) => [metadata.uid, spec]);
    const earlier = await spec();
    const mapping = ['--map', `${RUNNING}=${CLONE}`, '--wait', '2'];
    // It may well say that it has failed; what counts is what is left of the first.
    await attempt(process.execPath, [TOOL, ...words(RUNNING), ...mapping, '--existing', 'update']);
    await controllersCaughtUp(CLONE);
    assert.deepEqual(await spec(), earlier);
    await bindingsIn(RUNNING);
    assert.deepEqual(await dataOf(RUNNING, PODS), ['store-0 of the first claim']);
  });

  test('follow a project that is restored under another name, but none that its claims had left', async () => {
    await kubectl('delete', 'namespace', MOVED);
    await waitFor('the volumes to be released', async () =>
      (await volumesOf(MOVED)).every(({ status }) => status.phase === 'Released'),
    );
    await tool(...words(MOVED), '--map', `${MOVED}=${ELSEWHERE}`, '--wait', '5');
    await ready('statefulset/store', ELSEWHERE);
    assert.deepEqual(await dataOf(ELSEWHERE, PODS), ['store-0 of the second claim']);
    const left = (await volumesOf(MOVED)).map(({ metadata, status }) => [metadata.name, status.phase]);
    assert.deepEqual(
      left,
      older.map(({ metadata }) => [metadata.name, 'Released']),
    );
  });
});

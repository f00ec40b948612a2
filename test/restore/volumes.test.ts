import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject } from '../support/kube-object.ts';
import { backUp, restore, Volume } from './restore-runs.ts';

// Volumes outlive claims, belong to one of them at a time, and hold what no archive has. The phases that a controller
// would write are written by the tests.

let control: ControlPlane;
const archives = new Volume();
const PATH = '/api/v1/persistentvolumes';
const REBIND = ['--rebind-storage-class', 'disks'];
const COPY = ['-p', 'shop', '--map', 'shop=copy', '--wait', '0'];

const storage = { accessModes: ['ReadWriteOnce'], storageClassName: 'disks' };
const UIDS = { data: '11111111-1111-1111-1111-111111111111', old: '22222222-2222-2222-2222-222222222222' };

function persistentVolume(name: string, uid: string): KubeObject {
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data', uid };
  const nfs = { server: 'nfs.example.com', path: `/data/${name}` };
  const spec = {
    ...storage,
    capacity: { storage: '1Gi' },
    persistentVolumeReclaimPolicy: 'Delete',
    nfs,
    claimRef,
  };
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec };
}

const phase = (name: string, phase: string) =>
  control.request('PATCH', `${PATH}/${name}/status`, { status: { phase } });

/** No controller is there to take the finalizers away. */
async function remove(path: string): Promise<void> {
  await control.request('PATCH', path, { metadata: { finalizers: null } });
  await control.request('DELETE', path);
}

before(async () => {
  control = await startControlPlane();
  const resources = { requests: { storage: '1Gi' } };
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'copy' } },
    persistentVolume('now', UIDS.data),
    persistentVolume('before', UIDS.old),
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop' },
      spec: { ...storage, resources, volumeName: 'now' },
    },
  ]);
  await control.request('PATCH', '/api/v1/namespaces/shop/persistentvolumeclaims/data/status', {
    status: { phase: 'Bound' },
  });
  await phase('now', 'Bound');
  await phase('before', 'Released');
  await backUp(archives, control.kubeconfig);
});

after(async () => {
  archives[Symbol.dispose]();
  await control?.stop();
});

async function restored(...words: string[]) {
  const run = await restore(archives, control.kubeconfig, ...words);
  const row = (name: string) => run.rows.find((each) => each.name === name);
  return { ...run, now: row('now'), before: row('before'), claim: row('data') };
}

const claimRef = async (name: string) =>
  at(await control.request('GET', `${PATH}/${name}`), 'spec', 'claimRef');

test('a volume that a claim has is not taken from it for a copy', async () => {
  const earlier = await claimRef('now');
  const run = await restored(...COPY, ...REBIND, '--apply', '--existing', 'update');
  assert.deepEqual([run.now?.outcome, run.now?.reason], ['failed', 'it is bound to the claim shop/data']);
  assert.deepEqual(await claimRef('now'), earlier);
  await remove('/api/v1/namespaces/copy/persistentvolumeclaims/data');
});

test('where nobody asked for it, it differs', async () => {
  const run = await restored('--map', 'shop=copy', '--cluster-resources', 'yes');
  assert.deepEqual([run.now?.outcome, run.now?.reason], ['differs', 'it is bound to the claim shop/data']);
});

test('a claim that gets a new volume says so, and the end of the report how many do', async () => {
  const run = await restored(...COPY);
  assert.equal(run.claim?.outcome, 'created');
  const text =
    'new, EMPTY volume; to keep the old one if it still exists: --rebind-storage-class disks: archives hold no volume data';
  assert.deepEqual(
    run.claim.notes.filter(({ rule }) => rule === 'claim-volume'),
    [{ rule: 'claim-volume', text }],
  );
  assert.match(
    run.stderr,
    /Claims with new, EMPTY volumes: 1; if the old volumes still exist, --rebind-storage-class CLASS attaches them/,
  );
});

test('a volume whose claim has gone is reserved for that of the copy', async () => {
  await phase('now', 'Released');
  const run = await restored(...COPY, ...REBIND, '--apply');
  assert.deepEqual([run.now?.outcome, run.claim?.outcome], ['updated', 'created']);
  assert.equal(run.stderr.includes('empty volumes'), false);
  const { uid, namespace, name } = Object(await claimRef('now'));
  assert.deepEqual([uid, namespace, name], [undefined, 'copy', 'data']);
});

test('one that its claim had left by then is left out, and stays released', async () => {
  const run = await restored('-p', 'shop', ...REBIND, '--apply', '--wait', '0');
  assert.deepEqual([run.before?.outcome, run.before?.rule], ['excluded', 'released-volume']);
  assert.equal(at(await claimRef('before'), 'uid'), UIDS.old);
});

test('one that is made anew says that its data may be gone', async () => {
  await remove(`${PATH}/now`);
  const run = await restored('-p', 'shop', ...REBIND);
  assert.equal(run.now?.outcome, 'created');
  assert.ok(
    run.now.notes.some(({ rule, text }) => rule === 'volume-storage' && text.includes('policy is Delete')),
  );
});

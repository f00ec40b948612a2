import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { startControllerManager } from '../support/controller-manager.ts';
import { at, type KubeObject } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { backUp, restore, Volume } from './restore-runs.ts';

// A volume that somebody created by hand outlives its claim, and nothing provisions another one: both come back together.

const CLAIMS = '/api/v1/namespaces/shop/persistentvolumeclaims';
const VOLUMES = '/api/v1/persistentvolumes';
const storage = { accessModes: ['ReadWriteMany'], storageClassName: '' };

const volumeOf = (name: string, policy: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    ...storage,
    capacity: { storage: '1Gi' },
    persistentVolumeReclaimPolicy: policy,
    nfs: { server: 'nfs.example.com', path: `/${name}` },
  },
});
const claim = (name: string, volumeName: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'shop' },
  spec: { ...storage, resources: { requests: { storage: '1Gi' } }, volumeName },
});

let control: ControlPlane;
let end: (() => Promise<void>) | undefined;
const archives = new Volume();
const phase = async (path: string) => at(await control.request('GET', path), 'status', 'phase');
const becomes = (path: string, expected: string) =>
  waitFor(`${path} to be ${expected}`, async () => (await phase(path)) === expected);

before(async () => {
  control = await startControlPlane({ apiServerFlags: { 'disable-admission-plugins': null } });
  end = await startControllerManager(control);
  const annotations = { 'openshift.io/sa.scc.uid-range': '1000650000/10000' };
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', annotations } },
    volumeOf('kept', 'Retain'),
    claim('data', 'kept'),
  ]);
  await becomes(`${CLAIMS}/data`, 'Bound');
  await backUp(archives, control.kubeconfig, '-p', 'shop');
});
after(async () => {
  archives[Symbol.dispose]();
  await end?.();
  await control?.stop();
});

test('a copy does not take the volume of the first project', async () => {
  const run = await restore(archives, control.kubeconfig, '-p', 'shop', '--map', 'shop=copy');
  assert.equal(
    run.rows.find(({ type }) => type === 'persistentvolumes'),
    undefined,
  );
  const data = run.rows.find(({ name }) => name === 'data');
  assert.match(data?.notes[0]?.text ?? '', /^no volume: class "" provisions none/);
});

for (const volume of ['that its claim has released', 'that is gone, too'])
  test(`a deleted project gets its volume back ${volume}`, async () => {
    await control.deleteNamespace('shop');
    await becomes(`${VOLUMES}/kept`, 'Released');
    if (volume === 'that is gone, too') {
      await control.request('PATCH', `${VOLUMES}/kept`, { metadata: { finalizers: null } });
      await control.request('DELETE', `${VOLUMES}/kept`);
    }
    const run = await restore(archives, control.kubeconfig, '-p', 'shop', '--apply');
    assert.equal(run.status, 0, run.stdout);
    const outcome = run.rows.find(({ type }) => type === 'persistentvolumes')?.outcome;
    assert.equal(outcome, volume === 'that is gone, too' ? 'created' : 'updated');
    await becomes(`${CLAIMS}/data`, 'Bound');
    assert.equal(at(await control.request('GET', `${CLAIMS}/data`), 'spec', 'volumeName'), 'kept');
    const annotations = at(
      await control.request('GET', '/api/v1/namespaces/shop'),
      'metadata',
      'annotations',
    );
    assert.deepEqual(annotations, { 'openshift.io/sa.scc.uid-range': '1000650000/10000' });
    assert.doesNotMatch(run.stderr, /EMPTY volumes/);
  });

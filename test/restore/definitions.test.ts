import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { at, type KubeObject, textAt } from '../support/kube-object.ts';
import { backUp, restore, told, Volume } from './restore-runs.ts';

let control: ControlPlane;
let other: ControlPlane;
const volume = new Volume();
const WIDGETS = '/apis/example.com/v1/namespaces/shop/widgets';

const DEFINITION = definition('widgets.example.com', 'Widget', {
  versions: ['v1', 'v1beta1'],
  status: true,
});

function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: object = {},
  metadata: object = {},
): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: 'shop', ...metadata }, ...rest };
}

function ownedBy(owner: unknown, apiVersion: string, kind: string) {
  const name = textAt(owner, 'metadata', 'name');
  return {
    ownerReferences: [{ apiVersion, kind, name, uid: textAt(owner, 'metadata', 'uid'), controller: true }],
  };
}

before(async () => {
  [control, other] = await Promise.all([startControlPlane(), startControlPlane()]);
  await control.apply([
    DEFINITION,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    // The owner's name comes after those of whom it owns.
    object('example.com/v1', 'Widget', 'z-parent', {
      spec: { size: 3 },
      status: { phase: 'Ready', parts: [1] },
    }),
    object('v1', 'Service', 'web', {
      spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } },
    }),
  ]);
  const parent = await control.request('GET', `${WIDGETS}/z-parent`);
  await control.apply([
    object(
      'example.com/v1',
      'Widget',
      'child',
      { spec: {} },
      { ...ownedBy(parent, 'example.com/v1', 'Widget'), finalizers: ['example.com/guard'] },
    ),
    object('v1', 'ConfigMap', 'of-parent', { data: {} }, ownedBy(parent, 'example.com/v1beta1', 'Widget')),
    object(
      'v1',
      'ConfigMap',
      'of-nobody',
      { data: {} },
      {
        ownerReferences: [
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '11111111-1111-1111-1111-111111111111' },
        ],
      },
    ),
    object(
      'v1',
      'PersistentVolumeClaim',
      'data',
      {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
      ownedBy(parent, 'example.com/v1', 'Widget'),
    ),
  ]);
  await backUp(volume, control.kubeconfig);
});

after(async () => {
  volume[Symbol.dispose]();
  await Promise.all([control?.stop(), other?.stop()]);
});

test('a dry run says of objects whose type is to come that the server was not asked', async () => {
  await other.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }]);
  const run = await restore(volume, other.kubeconfig, '-p', 'shop');
  assert.equal(run.status, 0, run.stderr);
  const row = run.rows.find(({ name }) => name === 'z-parent');
  assert.deepEqual(row?.notes, [
    { rule: 'unchecked', text: 'not checked by the server: its type does not exist yet' },
  ]);
});

test('definitions and their objects in one go, owners linked anew, no status unless asked for', async () => {
  const run = await restore(volume, other.kubeconfig, '-p', 'shop', '--apply');
  assert.equal(run.status, 0, JSON.stringify(run.rows.filter(({ outcome }) => outcome === 'failed')));
  const uid = textAt(await other.request('GET', `${WIDGETS}/z-parent`), 'metadata', 'uid');
  for (const path of [
    `${WIDGETS}/child`,
    '/api/v1/namespaces/shop/configmaps/of-parent',
    '/api/v1/namespaces/shop/persistentvolumeclaims/data',
  ])
    assert.equal(at(await other.request('GET', path), 'metadata', 'ownerReferences', 0, 'uid'), uid, path);
  const orphan = await other.request('GET', '/api/v1/namespaces/shop/configmaps/of-nobody');
  assert.equal(at(orphan, 'metadata', 'ownerReferences'), undefined);
  assert.deepEqual(
    run.rows.find(({ name }) => name === 'of-nobody')?.notes.map(({ rule }) => rule),
    ['owner-gone'],
  );
  assert.deepEqual(at(await other.request('GET', `${WIDGETS}/child`), 'metadata', 'finalizers'), [
    'example.com/guard',
  ]);
  assert.equal(at(await other.request('GET', `${WIDGETS}/z-parent`), 'status'), undefined);
  assert.deepEqual(at(await other.request('GET', '/api/v1/namespaces/shop/services/web'), 'status'), {
    loadBalancer: {},
  });
});

test('asked for, the status is written, also of what a run before had made without', async () => {
  const words = ['-p', 'shop', '--apply', '--status', 'widgets.*,services', '--status', 'configmaps'];
  const run = await restore(volume, other.kubeconfig, ...words);
  assert.equal(run.status, 0, JSON.stringify(run.rows.filter(({ outcome }) => outcome === 'failed')));
  assert.deepEqual(
    told(run.rows, ({ outcome }) => outcome !== 'existed' && outcome !== 'excluded'),
    ['updated shop/widgets.example.com/z-parent', 'updated shop/services/web'],
  );
  assert.deepEqual(at(await other.request('GET', `${WIDGETS}/z-parent`), 'status'), {
    phase: 'Ready',
    parts: [1],
  });
  const service = await other.request('GET', '/api/v1/namespaces/shop/services/web');
  assert.deepEqual(at(service, 'status', 'loadBalancer', 'ingress', 0, 'ip'), '192.0.2.7');
});

test('created with --status, an object has its status from the beginning', async () => {
  await other.request('DELETE', '/api/v1/namespaces/shop/services/web');
  const run = await restore(volume, other.kubeconfig, 'shop/svc/web', '--apply', '--status', 'services');
  assert.equal(run.status, 0, run.stderr);
  const service = await other.request('GET', '/api/v1/namespaces/shop/services/web');
  assert.deepEqual(at(service, 'status', 'loadBalancer', 'ingress', 0, 'ip'), '192.0.2.7');
});

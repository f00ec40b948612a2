import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { at, type KubeObject, listAt } from '../support/kube-object.ts';
import { openshiftDefinitions } from '../support/openshift-types.ts';
import { backUp, restore, Volume } from './restore-runs.ts';

let control: ControlPlane;
let proxy: FaultProxy;
let kubeconfig: string;
const volume = new Volume();
const PATH = '/apis/image.openshift.io/v1/namespaces/shop/imagestreams/web';
const IMAGE = `sha256:${'a'.repeat(64)}`;
const TAGS = [
  { name: 'pushed', from: { kind: 'DockerImage', name: 'registry.example.com/web:1' } },
  // Made by `oc tag`.
  { name: 'stable', from: { kind: 'ImageStreamImage', name: `web@${IMAGE}` } },
];
const STATUS = {
  dockerImageRepository: 'image-registry.openshift-image-registry.svc:5000/shop/web',
  tags: [
    {
      tag: 'pushed',
      items: [
        {
          created: '2026-09-10T22:41:07Z',
          dockerImageReference: `image-registry.openshift-image-registry.svc:5000/shop/web@${IMAGE}`,
          generation: 1,
          image: IMAGE,
        },
      ],
    },
  ],
};
const stream: KubeObject = {
  apiVersion: 'image.openshift.io/v1',
  kind: 'ImageStream',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { tags: TAGS },
  status: STATUS,
};

before(async () => {
  control = await startControlPlane();
  const admin = await control.addUser('root', ['system:masters']);
  proxy = await startFaultProxy(control, { as: admin });
  kubeconfig = await proxy.kubeconfigFor();
  await control.apply([
    ...openshiftDefinitions(),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    stream,
  ]);
  await backUp(volume, control.kubeconfig, '-p', 'shop');
});

after(async () => {
  volume[Symbol.dispose]();
  await proxy?.close();
  await control?.stop();
});

test('a stream comes back with its images: created without tags that name them, then status, then these tags', async () => {
  await control.request('DELETE', PATH);
  const before = proxy.requests.length;
  const run = await restore(volume, kubeconfig, 'shop/imagestreams/web', '--apply');
  assert.equal(run.status, 0, run.stdout);
  const live = await control.request('GET', PATH);
  assert.deepEqual(
    listAt(live, 'spec', 'tags').map((tag) => [at(tag, 'name'), at(tag, 'from', 'kind')]),
    [
      ['pushed', 'DockerImage'],
      ['stable', 'ImageStreamImage'],
    ],
  );
  assert.deepEqual(at(live, 'status', 'tags'), STATUS.tags);
  const asked = proxy.requests
    .slice(before)
    .filter(({ method, path }) => method !== 'GET' && path.includes('/imagestreams'));
  assert.deepEqual(
    asked.map(({ method, path }) => `${method} ${path.split('?')[0]?.split('/imagestreams')[1]}`),
    ['POST ', 'PATCH /web/status', 'PATCH /web'],
  );
});

test('a stream is never deleted, since its pushed tags would be lost', async () => {
  await control.request('PATCH', PATH, { spec: { lookupPolicy: { local: true } } });
  const { uid } = Object(at(await control.request('GET', PATH), 'metadata'));
  const run = await restore(volume, kubeconfig, 'shop/imagestreams/web', '--apply', '--existing', 'replace');
  const row = run.rows.find(({ name }) => name === 'web');
  assert.equal(row?.outcome, 'differs');
  assert.match(
    row.reason ?? '',
    /^never deleted, since the tags of images that were pushed, and their history would be lost/,
  );
  assert.equal(at(await control.request('GET', PATH), 'metadata', 'uid'), uid);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../support/kube-object.ts';
import { item, restored } from './items.ts';

const OPTIONS = { mapping: new Map([['shop', 'copy']]) };
const REGISTRY = 'image-registry.openshift-image-registry.svc:5000';
const BINDING = 'rolebindings.rbac.authorization.k8s.io';

test('an object moves with its project, others stay', () => {
  const moved = restored(item('configmaps', 'shop', 'a'), OPTIONS);
  assert.equal(moved.item.project, 'copy');
  assert.deepEqual(moved.object.metadata, { name: 'a', namespace: 'copy' });
  assert.equal(restored(item('configmaps', 'shopping', 'a'), OPTIONS).item.project, 'shopping');
});

test('an object without a namespace of its own gets that of its project', () => {
  const given = item('configmaps', 'shop', 'a', { metadata: { namespace: undefined } });
  assert.deepEqual(restored(given).object.metadata, { name: 'a', namespace: 'shop' });
});

test('the project itself is called otherwise', () => {
  const labels = { 'kubernetes.io/metadata.name': 'shop', team: 'shop' };
  const { item: after, object } = restored(
    item('namespaces', null, 'shop', { metadata: { labels } }),
    OPTIONS,
  );
  assert.equal(after.name, 'copy');
  assert.deepEqual(object.metadata, {
    name: 'copy',
    labels: { ...labels, 'kubernetes.io/metadata.name': 'copy' },
  });
});

test('two projects may change places', () => {
  const mapping = new Map([
    ['a', 'b'],
    ['b', 'a'],
  ]);
  const subjects = ['a', 'b'].map((namespace) => ({ kind: 'ServiceAccount', name: 'x', namespace }));
  const { object } = restored(item(BINDING, 'a', 'x', { subjects }), { mapping });
  assert.deepEqual(
    [0, 1].map((index) => at(object, 'subjects', index, 'namespace')),
    ['b', 'a'],
  );
});

for (const [before, after] of [
  [
    { kind: 'ServiceAccount', name: 'shop', namespace: 'shop' },
    { kind: 'ServiceAccount', name: 'shop', namespace: 'copy' },
  ],
  [
    { kind: 'Group', name: 'system:serviceaccounts:shop' },
    { kind: 'Group', name: 'system:serviceaccounts:copy' },
  ],
  [
    { kind: 'User', name: 'system:serviceaccount:shop:web' },
    { kind: 'User', name: 'system:serviceaccount:copy:web' },
  ],
] as const) {
  test(`the subject ${before.name} of ${before.kind}`, () => {
    const { object, notes } = restored(item(BINDING, 'other', 'x', { subjects: [before] }), OPTIONS);
    assert.deepEqual(object.subjects, [after]);
    assert.equal(notes[0]?.rule, 'map-subjects');
  });
}

for (const subject of [
  { kind: 'ServiceAccount', name: 'shop', namespace: 'shopping' },
  { kind: 'Group', name: 'system:serviceaccounts' },
  { kind: 'Group', name: 'system:serviceaccounts:shopping' },
  { kind: 'Group', name: 'shop' },
  { kind: 'User', name: 'shop' },
  { kind: 'User', name: 'system:serviceaccount:shopping:shop' },
]) {
  test(`the subject ${JSON.stringify(subject)} stays`, () => {
    const { object, notes } = restored(item(BINDING, 'other', 'x', { subjects: [subject] }), OPTIONS);
    assert.deepEqual(object.subjects, [subject]);
    assert.deepEqual(notes, []);
  });
}

for (const [before, after] of [
  [`${REGISTRY}/shop/web:1`, `${REGISTRY}/copy/web:1`],
  [
    `docker-registry.default.svc:5000/shop/web@sha256:0`,
    `docker-registry.default.svc:5000/copy/web@sha256:0`,
  ],
  [
    'image-registry.openshift-image-registry.svc.cluster.local:5000/shop/web',
    'image-registry.openshift-image-registry.svc.cluster.local:5000/copy/web',
  ],
  [
    'default-route-openshift-image-registry.apps.example.com/shop/web:1',
    'default-route-openshift-image-registry.apps.example.com/copy/web:1',
  ],
  [`from ${REGISTRY}/shop/a to ${REGISTRY}/shop/b`, `from ${REGISTRY}/copy/a to ${REGISTRY}/copy/b`],
  [`${REGISTRY}/shopping/web:1`, null],
  [`${REGISTRY}/openshift/shop/web`, null],
  [`quay.io/shop/web:1`, null],
  [`my-${REGISTRY}/shop/web:1`, null],
] as const) {
  test(`the image ${before} ${after === null ? 'stays' : 'moves'}`, () => {
    const spec = { template: { spec: { containers: [{ image: before }] } } };
    const { object } = restored(item('deployments.apps', 'shop', 'x', { spec }), OPTIONS);
    assert.equal(at(object, 'spec', 'template', 'spec', 'containers', 0, 'image'), after ?? before);
  });
}

test('a host that only says that it is generated is somebody’s own, and dots of a name are none of the host', () => {
  const route = (name: string, host: string) =>
    item('routes.route.openshift.io', 'shop', name, {
      metadata: { annotations: { 'openshift.io/host.generated': 'true' } },
      spec: { host },
    });
  const hostOf = (name: string, host: string) => at(restored(route(name, host)).object, 'spec', 'host');
  assert.equal(hostOf('web', 'shop.example.com'), 'shop.example.com');
  assert.equal(hostOf('web', 'web-shopping.apps.example.com'), 'web-shopping.apps.example.com');
  assert.equal(hostOf('web.v1', 'web-v1-shop.apps.example.com'), undefined);
});

for (const [host, generated, after] of [
  ['web-shop.apps.example.com', true, undefined],
  ['web-shop.apps.example.com', false, 'web-copy.apps.example.com'],
  ['shop.example.com', false, 'shop.example.com'],
] as const) {
  test(`a Route's host ${host}${generated ? ', made up by the router' : ''}: ${after ?? 'made anew'}`, () => {
    const metadata = { annotations: { ...(generated ? { 'openshift.io/host.generated': 'true' } : {}) } };
    const given = item('routes.route.openshift.io', 'shop', 'web', { metadata, spec: { host } });
    const { object, notes } = restored(given, OPTIONS);
    assert.equal(at(object, 'spec', 'host'), after);
    assert.equal(notes[0]?.rule, 'route-host');
    assert.equal(at(restored(given).object, 'spec', 'host'), generated ? undefined : host);
  });
}

test('image streams of other projects stay where they are', () => {
  const from = (namespace: string) => ({ from: { kind: 'ImageStreamTag', name: 'a:1', namespace } });
  const spec = {
    tags: [from('shop'), from('openshift'), { from: { kind: 'DockerImage', name: 'a', namespace: 'shop' } }],
  };
  const { object } = restored(item('imagestreams.image.openshift.io', 'shop', 'x', { spec }), OPTIONS);
  assert.deepEqual(at(object, 'spec', 'tags', 0), from('copy'));
  assert.deepEqual(at(object, 'spec', 'tags', 1), from('openshift'));
  assert.equal(at(object, 'spec', 'tags', 2, 'from', 'namespace'), 'shop');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../support/kube-object.ts';
import { item, restored } from './items.ts';

// uid and resourceVersion of other objects, wherever they stand.

const GONE = { uid: '6d3f9e0c-1111-4222-8333-444455556666', resourceVersion: '77' };
const reference = (kind: string, more: object = {}) => ({ kind, name: 'x', namespace: 'shop', ...more });

for (const [type, place, before, after] of [
  [
    'volumesnapshotcontents.snapshot.storage.k8s.io',
    ['spec', 'volumeSnapshotRef'],
    reference('VolumeSnapshot', GONE),
    reference('VolumeSnapshot'),
  ],
  [
    'endpointslices.discovery.k8s.io',
    ['endpoints', 0, 'targetRef'],
    reference('Pod', GONE),
    reference('Pod'),
  ],
  [
    'machines.example.com',
    ['spec', 'bootstrap', 'configRef'],
    reference('Config', GONE),
    reference('Config'),
  ],
  ['serviceaccounts', ['secrets', 0], reference('Secret', { uid: GONE.uid }), reference('Secret')],
  [
    'manifestworks.work.open-cluster-management.io',
    ['spec', 'manifests', 0],
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', ...GONE }, data: { a: '1' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: '1' } },
  ],
  // Not a reference: a word of somebody's own API.
  ['things.example.com', ['spec', 'account'], { name: 'x', uid: '1000' }, { name: 'x', uid: '1000' }],
  ['things.example.com', ['spec', 'user'], { kind: 'User', uid: 'a' }, { kind: 'User', uid: 'a' }],
] as const) {
  test(`${type} ${place.join('.')} ${JSON.stringify(before)}`, () => {
    const body = place.reduceRight<unknown>(
      (below, key) => (typeof key === 'number' ? [below] : { [key]: below }),
      before,
    );
    const { object } = restored(item(type, 'shop', 'a', Object(body)));
    assert.deepEqual(at(object, ...place), after);
  });
}

test('content of a ConfigMap and annotations are nobody’s references', () => {
  const body = { data: { kind: 'Pod', name: 'x', uid: 'y' } };
  assert.deepEqual(restored(item('configmaps', 'shop', 'a', body)).object.data, body.data);
});

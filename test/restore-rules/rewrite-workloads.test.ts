import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excludedByRule, item, restored } from './items.ts';

const uids = { 'controller-uid': 'x', 'batch.kubernetes.io/controller-uid': 'x' };
const jobSpec = {
  selector: { matchLabels: uids },
  template: { metadata: { labels: { ...uids, 'job-name': 'once' } } },
};

test('Jobs lose the uid of the Job that was, unless the selector is somebody’s own', () => {
  const given = (more: object) =>
    item('jobs.batch', 'shop', 'once', { metadata: { labels: uids }, spec: { ...jobSpec, ...more } });
  const { object } = restored(given({}));
  assert.deepEqual(object.spec, { template: { metadata: { labels: { 'job-name': 'once' } } } });
  assert.deepEqual(object.metadata, { name: 'once', namespace: 'shop' });
  const own = restored(given({ manualSelector: true })).object;
  assert.deepEqual(own.spec, { ...jobSpec, manualSelector: true });
});

for (const [type, status, over] of [
  ['Complete', 'True', 'finished-job'],
  ['Failed', 'True', 'finished-job'],
  ['Complete', 'False', null],
  ['Suspended', 'True', null],
] as const) {
  test(`a Job that is ${type}=${status} ${over === null ? 'comes back' : 'does not run again'}`, () => {
    const given = item('jobs.batch', 'shop', 'once', {
      spec: {},
      status: { conditions: [{ type, status }] },
    });
    assert.equal(excludedByRule(given), over);
  });
}

for (const [phase, over] of [
  ['Succeeded', 'finished-pod'],
  ['Failed', 'finished-pod'],
  ['Running', null],
  ['Pending', null],
] as const) {
  test(`a pod that is ${phase} ${over === null ? 'comes back' : 'does not run again'}`, () => {
    assert.equal(excludedByRule(item('pods', 'shop', 'alone', { status: { phase } })), over);
  });
}

test('pods lose token volumes and their mounts in all containers, and keep their own', () => {
  const mount = (name: string) => ({ name, mountPath: `/${name}` });
  const box = { name: 'a', volumeMounts: [mount('kube-api-access-x1y2z'), mount('data')] };
  const spec = {
    serviceAccountName: 'web.shop',
    containers: [box, { name: 'b', volumeMounts: [mount('old-token')] }],
    initContainers: [box],
    volumes: [
      { name: 'kube-api-access-x1y2z', projected: {} },
      { name: 'old-token', secret: { secretName: 'web.shop-token-abcde' } },
      { name: 'data', secret: { secretName: 'web-shop-token-abcde' } },
    ],
  };
  const left = { name: 'a', volumeMounts: [mount('data')] };
  assert.deepEqual(restored(item('pods', 'shop', 'alone', { spec })).object.spec, {
    serviceAccountName: 'web.shop',
    containers: [left, { name: 'b' }],
    initContainers: [left],
    volumes: [{ name: 'data', secret: { secretName: 'web-shop-token-abcde' } }],
  });
});

test('a Job runs again or not: told only where the status is not archived', () => {
  const notes = (body: object, suspend = false) =>
    restored(item('jobs.batch', 'shop', 'x', { spec: {}, ...body }), { suspend }).notes.map(
      ({ rule }) => rule,
    );
  assert.deepEqual(notes({}), ['job-outcome-unknown']);
  assert.deepEqual(notes({ status: {} }), []);
  assert.deepEqual(notes({ spec: { suspend: true } }), []);
  assert.deepEqual(notes({}, true), ['suspend-jobs']);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { pathOf, servedTypes } from './discovery.ts';
import { at, isJsonObject, listAt, textAt } from './kube-object.ts';
import { loadSample, SAMPLE_PROJECTS, sampleObjects } from './sample-cluster.ts';

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
  await loadSample(control);
});
after(() => control.stop());

test('the sample is the same in every call', () => {
  assert.deepEqual(sampleObjects(), sampleObjects());
});

test('every object and its status is on the server', async () => {
  const types = await servedTypes(control.admin);
  for (const object of sampleObjects()) {
    const type = types.find(
      ({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind,
    );
    assert(type !== undefined, object.kind);
    const path = `${pathOf(type, object.metadata.namespace)}/${object.metadata.name}`;
    const stored = await control.request('GET', path);
    if (!isJsonObject(object.status)) continue;
    for (const [field, value] of Object.entries(object.status)) {
      assert.notEqual(at(stored, 'status', field), undefined, `${path} status.${field} (${value})`);
    }
  }
});

test('it has three projects, many types, and fields that a backup prunes', async () => {
  const namespaces = listAt(await control.request('GET', '/api/v1/namespaces'), 'items');
  const names = namespaces.map((each) => textAt(each, 'metadata', 'name'));
  for (const project of SAMPLE_PROJECTS) assert(names.includes(project));
  const kinds = new Set(sampleObjects().map(({ kind }) => kind));
  assert(kinds.size >= 35, `${kinds.size} kinds`);
  const path = '/apis/build.openshift.io/v1/namespaces/shop/buildconfigs/api';
  assert.deepEqual(at(await control.request('GET', path), 'spec', 'triggers', 0, 'imageChange'), {});
  const claim = await control.request('GET', '/api/v1/namespaces/payments/persistentvolumeclaims/reports');
  assert.equal(at(claim, 'status', 'phase'), 'Bound');
});

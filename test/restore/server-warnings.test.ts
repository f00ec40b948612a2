import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { at, type KubeObject } from '../support/kube-object.ts';
import { backUp, restore, Volume } from './restore-runs.ts';

// A server takes objects and says with a header what it does not like of them; the report says it on.

let control: ControlPlane;
const volume = new Volume();
const LAMPS = '/apis/example.com/v1/namespaces/shop/lamps';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const NOTE = { rule: 'server-warning', text: 'unknown field "spec.colour"' };

const container = { name: 'web', image: 'registry.example.com/web:1' };

function lampDefinition(fields: readonly string[]): KubeObject {
  const properties = Object.fromEntries(fields.map((name) => [name, { type: 'string' }]));
  const spec = { type: 'object', properties };
  const schema = { type: 'object', properties: { spec } };
  return definition('lamps.example.com', 'Lamp', { schema });
}

before(async () => {
  control = await startControlPlane();
  const shop = { name: 'shop', labels: { 'pod-security.kubernetes.io/warn': 'restricted' } };
  await control.apply([
    lampDefinition(['colour', 'place']),
    { apiVersion: 'v1', kind: 'Namespace', metadata: shop },
    {
      apiVersion: 'example.com/v1',
      kind: 'Lamp',
      metadata: { name: 'desk', namespace: 'shop' },
      spec: { colour: 'red', place: 'desk' },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { containers: [container] },
    },
  ]);
  await backUp(volume, control.kubeconfig);
  await control.request('DELETE', `${LAMPS}/desk`);
  await control.request('DELETE', '/api/v1/namespaces/shop/pods/web?gracePeriodSeconds=0');
  // What another cluster may have: an older definition, without one of the fields.
  await control.request('PATCH', `${DEFINITIONS}/lamps.example.com`, {
    spec: { versions: at(lampDefinition(['place']), 'spec', 'versions') },
  });
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

/** Without the definition of the archive, which would bring the field back. */
const restoreDesk = (...words: string[]) =>
  restore(volume, control.kubeconfig, 'shop/lamps/desk', '--cluster-resources', 'no', ...words);

for (const [words, told] of [
  [[], 'a dry run'],
  [['--apply'], 'a restore'],
] as const) {
  test(`${told} says which fields the server does not know and drops`, async () => {
    const run = await restoreDesk(...words);
    assert.equal(run.status, 0, run.stderr);
    const row = run.rows.find(({ name }) => name === 'desk');
    assert.deepEqual([row?.outcome, row?.notes], ['created', [NOTE]]);
  });
}

test('an update that the server takes without such a field has failed, with its path', async () => {
  const there = await control.request('GET', `${LAMPS}/desk`);
  assert.deepEqual(there.spec, { place: 'desk' });
  const run = await restoreDesk('--apply', '--existing', 'update');
  assert.equal(run.status, 3);
  const row = run.rows.find(({ name }) => name === 'desk');
  assert.match(row?.reason ?? '', /^it still differs after the update/);
  assert.deepEqual(
    row?.changes.map(({ path }) => path),
    ['spec.colour'],
  );
  assert.deepEqual(row?.notes, [NOTE]);
});

test('of a pod, what Pod Security warns of', async () => {
  const run = await restore(volume, control.kubeconfig, 'shop/pods/web', '--apply');
  const row = run.rows.find(({ name }) => name === 'web');
  assert.equal(row?.outcome, 'created');
  const warning = row.notes.find(({ rule }) => rule === 'server-warning');
  assert.match(
    warning?.text ?? '',
    /^would violate PodSecurity "restricted:latest": allowPrivilegeEscalation/,
  );
});

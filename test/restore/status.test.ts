import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import type { KubeObject } from '../support/kube-object.ts';
import { backUp, restore, Volume } from './restore-runs.ts';

let control: ControlPlane;
const volume = new Volume();
const pathOf = (kind: string) => `/apis/example.com/v1/namespaces/shop/${kind.toLowerCase()}s/one`;

/** A type whose schema requires a status. */
const requiringStatus = (kind: string, status: boolean): KubeObject => {
  const text = { type: 'object', properties: { phase: { type: 'string' } } };
  const properties = { spec: { type: 'object', properties: { size: { type: 'integer' } } }, status: text };
  const schema = { type: 'object', required: status ? [] : ['status'], properties };
  return definition(`${kind.toLowerCase()}s.example.com`, kind, { schema, status });
};
const object = (kind: string): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind,
  metadata: { name: 'one', namespace: 'shop' },
  spec: { size: 1 },
  status: { phase: 'Ready' },
});

before(async () => {
  control = await startControlPlane();
  await control.apply([
    requiringStatus('Plain', false),
    requiringStatus('Split', true),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    object('Plain'),
    object('Split'),
  ]);
  await backUp(volume, control.kubeconfig);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

const restored = (...words: string[]) =>
  restore(volume, control.kubeconfig, '-p', 'shop', '--apply', ...words);
const outcomeOf = ({ rows }: Awaited<ReturnType<typeof restored>>, type: string) =>
  rows.find((row) => row.type === `${type}.example.com`)?.outcome;

test('without a status subresource, status comes back with the object', async () => {
  await control.request('DELETE', pathOf('Plain'));
  const run = await restored();
  assert.equal(run.status, 0, run.stdout);
  assert.deepEqual((await control.request('GET', pathOf('Plain'))).status, { phase: 'Ready' });
});

test('an update leaves such a status as it is, and changes the rest', async () => {
  await control.request('PATCH', pathOf('Plain'), { spec: { size: 2 }, status: { phase: 'Busy' } });
  assert.equal(outcomeOf(await restored('--existing', 'update'), 'plains'), 'updated');
  const live = await control.request('GET', pathOf('Plain'));
  assert.deepEqual([live.spec, live.status], [{ size: 1 }, { phase: 'Busy' }]);
});

test('what was restored without status is given it by a second run with --status', async () => {
  await control.request('DELETE', pathOf('Split'));
  assert.equal(outcomeOf(await restored(), 'splits'), 'created');
  assert.equal((await control.request('GET', pathOf('Split'))).status, undefined);
  const words = ['--status', 'splits.example.com'];
  assert.equal(outcomeOf(await restored(...words), 'splits'), 'updated');
  assert.deepEqual((await control.request('GET', pathOf('Split'))).status, { phase: 'Ready' });
  assert.equal(outcomeOf(await restored(...words), 'splits'), 'existed');
});

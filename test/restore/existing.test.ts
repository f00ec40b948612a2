import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject, textAt } from '../support/kube-object.ts';
import { backUp, restore, told, Volume } from './restore-runs.ts';

let control: ControlPlane;
const volume = new Volume();
const SETTINGS = '/api/v1/namespaces/shop/configmaps/settings';
const SERVICE = '/api/v1/namespaces/shop/services/web';

function settings(data: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data };
}

before(async () => {
  control = await startControlPlane();
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    settings({ colour: 'red', size: 'small' }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80 }] },
    },
  ]);
  await backUp(volume, control.kubeconfig, '-p', 'shop');
});

beforeEach(async () => {
  await control.apply([settings({ colour: 'blue', weight: 'heavy', size: 'small' })]);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

const restored = (...words: string[]) => restore(volume, control.kubeconfig, 'shop/cm/settings', ...words);
const data = async () => at(await control.request('GET', SETTINGS), 'data');

test('skip: what differs is left as it is, and told like diff', async () => {
  const run = await restored('--apply');
  assert.equal(run.status, 0, run.stderr);
  const row = run.rows.find(({ type }) => type === 'configmaps');
  assert.deepEqual(
    [row?.outcome, row?.changes.map(({ path }) => path)],
    ['differs', ['data.colour', 'data.weight']],
  );
  assert.deepEqual(await data(), { colour: 'blue', weight: 'heavy', size: 'small' });
});

test('fail: what differs has failed', async () => {
  const run = await restored('--apply', '--existing', 'fail');
  assert.equal(run.status, 3);
  assert.deepEqual(
    told(run.rows, ({ outcome }) => outcome === 'failed'),
    ['failed shop/configmaps/settings'],
  );
});

test('update: the object is equal to the archive, also in what others added', async () => {
  const dry = await restored('--existing', 'update');
  const paths = ({ rows }: typeof dry) =>
    rows.find(({ outcome }) => outcome === 'updated')?.changes.map(({ path }) => path);
  assert.deepEqual(paths(dry), ['data.colour', 'data.weight']);
  assert.equal(at(await data(), 'colour'), 'blue');
  const run = await restored('--apply', '--existing', 'update');
  assert.equal(run.status, 0, run.stderr);
  assert.equal(at(run.report, 'numUpdated'), 1);
  assert.deepEqual(paths(run), ['data.colour', 'data.weight']);
  assert.deepEqual(await data(), { colour: 'red', size: 'small' });
  const again = await restored('--apply', '--existing', 'update');
  assert.deepEqual(
    told(again.rows, ({ type }) => type === 'configmaps'),
    ['existed shop/configmaps/settings'],
  );
});

test('replace: deletes and creates, and says so before', async () => {
  const uid = async () => textAt(await control.request('GET', SETTINGS), 'metadata', 'uid');
  const before = await uid();
  const dry = await restored('--existing', 'replace');
  assert.deepEqual(
    dry.rows.find(({ outcome }) => outcome === 'updated')?.notes.map(({ text }) => text),
    ['deleted and created again'],
  );
  assert.equal(await uid(), before);
  const run = await restored('--apply', '--existing', 'replace');
  assert.equal(run.status, 0, run.stderr);
  assert.notEqual(await uid(), before);
  assert.deepEqual(await data(), { colour: 'red', size: 'small' });
  assert.ok(run.log.some(({ msg }) => msg === 'Deleting shop/configmaps/settings to create it again'));
});

test('replace deletes no project, for what is in it', async () => {
  await control.request('PATCH', '/api/v1/namespaces/shop', { metadata: { labels: { stage: 'test' } } });
  const run = await restore(volume, control.kubeconfig, '-p', 'shop', '--apply', '--existing', 'replace');
  assert.equal(run.status, 0, run.stderr);
  const row = run.rows.find(({ type }) => type === 'namespaces');
  assert.equal(row?.outcome, 'differs');
  assert.match(row?.reason ?? '', /^never deleted, since everything in the project would be lost/);
  await control.request('PATCH', '/api/v1/namespaces/shop', { metadata: { labels: { stage: null } } });
});

test('what an object needs is not changed with it, unless that is asked for', async () => {
  const stage = async () =>
    at(await control.request('GET', '/api/v1/namespaces/shop'), 'metadata', 'labels', 'stage');
  await control.request('PATCH', '/api/v1/namespaces/shop', { metadata: { labels: { stage: 'test' } } });
  for (const existing of ['update', 'replace', 'fail']) {
    const run = await restored('--apply', '--existing', existing);
    const row = run.rows.find(({ type }) => type === 'namespaces');
    assert.deepEqual(
      [row?.outcome, row?.reason, row?.changes.map(({ path }) => path)],
      [
        'differs',
        'it is a dependency, and existing ones are not changed; --cluster-resources yes changes it',
        ['metadata.labels.stage'],
      ],
    );
    assert.equal(await stage(), 'test');
  }
  await control.request('PATCH', '/api/v1/namespaces/shop', { metadata: { labels: { stage: null } } });
});

test('what may not be changed is told to take replace', async () => {
  await control.request('DELETE', SERVICE);
  await control.apply([
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    },
  ]);
  const words = ['shop/svc/web', '--apply', '--existing'];
  const update = await restore(volume, control.kubeconfig, ...words, 'update');
  assert.equal(update.status, 3);
  assert.match(
    update.rows.find(({ outcome }) => outcome === 'failed')?.reason ?? '',
    /^422 Invalid: .*; --existing replace deletes it and creates it again$/,
  );
  const replace = await restore(volume, control.kubeconfig, ...words, 'replace');
  assert.equal(replace.status, 0, replace.stderr);
  assert.equal(at(await control.request('GET', SERVICE), 'spec', 'clusterIP'), 'None');
});

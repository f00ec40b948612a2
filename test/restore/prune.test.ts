import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { at, listAt, textAt } from '../support/kube-object.ts';
import { backUp, type Restored, restore, Volume } from './restore-runs.ts';

// --prune removes what was added to a project since the archive was made, and nothing else.

const SHOP = '/api/v1/namespaces/shop';
const POLICY = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/deny-all';
let control: ControlPlane;
const volume = new Volume();

const config = (name: string, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', ...metadata },
});

before(async () => {
  control = await startControlPlane();
  await control.apply([
    ...['shop', 'other'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    config('settings'),
  ]);
  await backUp(volume, control.kubeconfig, '-p', 'shop', '--exclude-resource', 'secrets');
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', uid: '', controller: true };
  owner.uid = textAt(await control.request('GET', `${SHOP}/configmaps/settings`), 'metadata', 'uid');
  await control.apply([
    config('added'),
    config('owned', { ownerReferences: [{ ...owner, controller: false }] }),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'added', namespace: 'other' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'added', namespace: 'shop' } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'deny-all', namespace: 'shop' },
      spec: { podSelector: {} },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ]);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

const extras = ({ report }: Restored) =>
  listAt(report, 'notInArchive').map(
    (row) => `${textAt(row, 'outcome')} ${textAt(row, 'type').split('.')[0]}/${textAt(row, 'name')}`,
  );
const exists = async (path: string) => (await control.admin.answer('GET', path)).status === 200;
const ADDED = [`${SHOP}/configmaps/added`, POLICY];
const KEPT = [
  `${SHOP}/configmaps/settings`,
  `${SHOP}/configmaps/owned`,
  `${SHOP}/secrets/added`,
  `${SHOP}/persistentvolumeclaims/data`,
  '/api/v1/namespaces/other/configmaps/added',
];

test('a dry run lists what would be removed, and removes nothing; without --prune all is left', async () => {
  const left = await restore(volume, control.kubeconfig, '-p', 'shop', '--apply');
  assert(
    extras(left).every((each) => each.startsWith('left ')),
    extras(left).join(),
  );
  const run = await restore(volume, control.kubeconfig, '-p', 'shop', '--prune');
  assert.deepEqual(
    extras(run).filter((each) => each.startsWith('removed ')),
    ['removed configmaps/added', 'removed networkpolicies/deny-all'],
  );
  for (const path of [...ADDED, ...KEPT]) assert(await exists(path), path);
});

test('--prune --apply removes it; claims, owned objects, other types and other projects stay', async () => {
  const run = await restore(volume, control.kubeconfig, '-p', 'shop', '--prune', '--apply');
  assert.equal(run.status, 0, run.stderr);
  for (const path of ADDED) assert(!(await exists(path)), path);
  for (const path of KEPT) assert(await exists(path), path);
  const claim = listAt(run.report, 'notInArchive').find((row) => at(row, 'name') === 'data');
  assert.equal(at(claim, 'outcome'), 'left');
  assert.match(String(at(claim, 'reason')), /the data on its volume would be lost/);
});

test('--prune of a part of a project is refused, since all else would be missing', async () => {
  for (const words of [
    ['--resource', 'configmaps'],
    ['--selector', 'app=web'],
    ['--filter', '.'],
    ['shop/configmaps/settings'],
  ]) {
    const run = await restore(volume, control.kubeconfig, '--prune', ...words);
    assert.equal(run.status, 2);
    assert.match(run.stderr, /--prune needs whole projects/);
  }
});

test('what may not be removed fails with its reason', async () => {
  const user = await control.addUser('kim');
  const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'create'] }];
  await control.grant({ to: { user: 'kim' }, rules });
  await control.apply([config('added')]);
  const run = await restore(volume, user.kubeconfig, '-p', 'shop', '--prune', '--apply');
  assert.equal(run.status, 3);
  assert(extras(run).includes('failed configmaps/added'), extras(run).join());
  assert(await exists(`${SHOP}/configmaps/added`));
});

test('if the server stops answering, the report says what was removed and what was not', async () => {
  await control.apply([config('added'), config('stays')]);
  const proxy = await startFaultProxy(control, { as: await control.addUser('root', ['system:masters']) });
  try {
    const isOfOne = (_: string, path: string) => path.endsWith('/stays');
    proxy.add({ match: isOfOne, times: 'forever', fault: { kind: 'reset', afterBytes: 0 } });
    const kubeconfig = await proxy.kubeconfigFor();
    const run = await restore(volume, kubeconfig, '-p', 'shop', '--prune', '--apply', '--retry-for', '1');
    assert.equal(run.status, 3, run.stderr);
    assert.deepEqual(
      extras(run).filter((each) => / configmaps\/(?:added|stays)$/.test(each)),
      ['removed configmaps/added', 'failed configmaps/stays'],
    );
  } finally {
    await proxy.close();
  }
});

test('of more than a thousand objects the others are counted, and all of them are removed', async () => {
  const many = Array.from({ length: 1010 }, (_, index) => config(`many-${index}`));
  await control.apply(many);
  const listed = await restore(volume, control.kubeconfig, '-p', 'shop');
  assert.equal(listAt(listed.report, 'notInArchive').length, 1000);
  assert(Number(at(listed.report, 'notInArchiveMore')) >= 10, listed.stdout.slice(-500));
  const pruned = await restore(volume, control.kubeconfig, '-p', 'shop', '--prune', '--apply');
  assert.equal(pruned.status, 0, pruned.stderr);
  assert.equal(at(pruned.report, 'notInArchiveMore'), undefined);
  const left = listAt(await control.request('GET', `${SHOP}/configmaps`), 'items');
  assert.deepEqual(
    left.map((object) => textAt(object, 'metadata', 'name')).filter((name) => name.startsWith('many-')),
    [],
  );
});

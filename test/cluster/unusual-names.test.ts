import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { mayRead } from '../support/grants.ts';
import { at } from '../support/kube-object.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

// Names of Roles may hold whatever a path may; JSON escapes much of that.

/** In the order of the server's keys. */
const NAMES = [
  ...['R&D', 'RD', 'a\nb', 'a b', 'a"b', 'a&b', "a'b", 'a<b', 'a>b', 'a\\b', 'ab', 'a\u007fb', 'aéb'],
  ...['a\u2028b', 'a\u2029b', 'a\ue000b', 'a\u{1f600}b', 'system:x', 'z'],
];
const ROLES = 'named/roles.rbac.authorization.k8s.io.json';
const CLUSTER_ROLES = 'clusterroles.rbac.authorization.k8s.io.json';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

let control: ControlPlane;
let proxy: FaultProxy;
let kubeconfig: string;
before(async () => {
  control = await startControlPlane();
  await control.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'named' } }]);
  for (const name of NAMES) {
    await control.request('POST', `${RBAC}/namespaces/named/roles`, { metadata: { name } });
    await control.request('POST', `${RBAC}/clusterroles`, { metadata: { name: `x-${name}` } });
  }
  const account = await control.addServiceAccount('named', 'backup');
  await control.grant({ to: account, rules: [mayRead('*', '*')] });
  proxy = await startFaultProxy(control);
  kubeconfig = await proxy.kubeconfigFor(account);
});
after(async () => {
  await proxy.close();
  await control.stop();
});

const backUp = (volume: Volume, ...words: string[]) =>
  runHere(['--volume', volume.path, '--kubeconfig', kubeconfig, ...words]);

test('they are archived in the order of the keys, from one list, and verify finds no error', async () => {
  using volume = new Volume();
  const asked = proxy.requests.length;
  const run = await backUp(volume, '--project', 'named', '--cluster-resources', 'yes');
  assert.equal(run.status, 0, run.stderr);
  const lists = proxy.requests.slice(asked).filter(({ path }) => /\/(cluster)?roles$/.test(path));
  assert.deepEqual(lists.map(({ path }) => path).sort(), [
    `${RBAC}/clusterroles`,
    `${RBAC}/namespaces/named/roles`,
  ]);
  assert.deepEqual(volume.latest().objects(ROLES), NAMES);
  const ours = volume
    .latest()
    .objects(CLUSTER_ROLES)
    .filter((name) => name.startsWith('x-'));
  assert.deepEqual(
    ours,
    NAMES.map((name) => `x-${name}`),
  );
  const verified = await runHere(['verify', '--volume', volume.path]);
  assert.equal(verified.status, 0, verified.stdout);
});

test('each is found by its name, and a change is reported', async () => {
  using volume = new Volume();
  const words = ['--resource', 'roles.rbac.authorization.k8s.io', '--project', 'named'];
  assert.equal((await backUp(volume, ...words)).status, 0);
  for (const name of ['R&D', 'a"b', 'a\\b', 'a\u2028b', 'a\u{1f600}b']) {
    const address = `named/roles.rbac.authorization.k8s.io/${name}`;
    const shown = await runHere(['show', 'latest', address, '--volume', volume.path]);
    assert.equal(shown.status, 0, shown.stderr);
    assert.equal(at(JSON.parse(shown.stdout), 'metadata', 'name'), name);
    const history = await runHere(['history', address, '--volume', volume.path, '-o', 'json']);
    assert.equal(history.status, 0, history.stderr);
  }
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
  const path = `${RBAC}/namespaces/named/roles/${encodeURIComponent('R&D')}`;
  await control.request('PUT', path, { metadata: { name: 'R&D' }, rules });
  assert.equal((await backUp(volume, ...words)).status, 0);
  const diff = await runHere(['diff', 'previous', 'latest', '--volume', volume.path, '-o', 'json']);
  assert.equal(diff.status, 1, diff.stderr);
  const { objects }: { objects: { name: string }[] } = JSON.parse(diff.stdout);
  assert.deepEqual(
    objects.map(({ name }) => name),
    ['R&D'],
  );
});

test('they are restored without retries, also in a dry run', async () => {
  using volume = new Volume();
  const words = ['--resource', 'roles.rbac.authorization.k8s.io', '--project', 'named'];
  assert.equal((await backUp(volume, ...words)).status, 0);
  const path = `${RBAC}/namespaces/named/roles`;
  for (const name of ['R&D', 'a<b']) await control.request('DELETE', `${path}/${encodeURIComponent(name)}`);
  const restore = ['restore', 'latest', '--volume', volume.path, '--kubeconfig', control.kubeconfig];
  for (const apply of [[], ['--apply']]) {
    const run = await runHere([...restore, '--retry-for', '0', '-o', 'json', ...apply]);
    assert.equal(run.status, 0, run.stderr + run.stdout);
  }
  for (const name of ['R&D', 'a<b']) await control.request('GET', `${path}/${encodeURIComponent(name)}`);
});

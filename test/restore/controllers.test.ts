import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { startControllerManager } from '../support/controller-manager.ts';
import { at } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { backUp, restore, told, Volume } from './restore-runs.ts';

// A project that is restored beside the controllers that fill it: default ServiceAccounts, CA bundles, pods.

let control: ControlPlane;
let end: () => Promise<void>;
const volume = new Volume();
const accountPath = (project: string) => `/api/v1/namespaces/${project}/serviceaccounts/default`;
const imagePullSecrets = [{ name: 'pull' }];
const labels = { team: 'shop' };

before(async () => {
  control = await startControlPlane({ apiServerFlags: { 'disable-admission-plugins': null } });
  end = await startControllerManager(control);
  const selector = { matchLabels: { app: 'web' } };
  const spec = { containers: [{ name: 'web', image: 'registry.example.com/web:1' }] };
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'pull', namespace: 'shop' },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': 'e30=' },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 2, selector, template: { metadata: { labels: { app: 'web' } }, spec } },
    },
  ]);
  await waitFor(
    'the default account',
    async () => (await control.admin.answer('GET', accountPath('shop'))).status === 200,
  );
  await control.request('PATCH', accountPath('shop'), { metadata: { labels }, imagePullSecrets });
  await backUp(volume, control.kubeconfig, '-p', 'shop');
});

after(async () => {
  volume[Symbol.dispose]();
  await end?.();
  await control?.stop();
});

for (const [what, words, project] of [
  ['a deleted project', [], 'shop'],
  ['a copy', ['--map', 'shop=copy'], 'copy'],
] as const)
  test(`${what}: the default ServiceAccount is that of the archive, whoever created it`, async () => {
    if (project === 'shop') await control.deleteNamespace('shop');
    const run = await restore(volume, control.kubeconfig, '-p', 'shop', ...words, '--apply');
    assert.equal(run.status, 0, run.stdout);
    assert.deepEqual(
      told(run.rows, ({ outcome }) => outcome === 'failed' || outcome === 'differs'),
      [],
    );
    const account = await control.request('GET', accountPath(project));
    assert.deepEqual(
      [at(account, 'metadata', 'labels'), account.imagePullSecrets],
      [labels, imagePullSecrets],
    );
  });

test('a Deployment that controllers work on is unchanged, and restored in place', async () => {
  const path = '/apis/apps/v1/namespaces/shop/deployments/web';
  await waitFor('its pods', async () => at(await control.request('GET', path), 'status', 'replicas') === 2);
  const same = await restore(volume, control.kubeconfig, '-p', 'shop');
  assert.deepEqual(
    told(same.rows, ({ type }) => type === 'deployments.apps'),
    ['existed shop/deployments.apps/web'],
  );
  await control.request('PATCH', path, { spec: { replicas: 3, template: { spec: { hostNetwork: true } } } });
  const run = await restore(volume, control.kubeconfig, '-p', 'shop', '--existing', 'update', '--apply');
  assert.equal(run.status, 0, run.stdout);
  const spec = at(await control.request('GET', path), 'spec');
  assert.deepEqual([at(spec, 'replicas'), at(spec, 'template', 'spec', 'hostNetwork')], [2, undefined]);
});

test('what exists and is not in the archive is listed, but for what controllers create', async () => {
  await control.apply([
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'incident', namespace: 'shop' },
      spec: { podSelector: {} },
    },
  ]);
  const run = await restore(volume, control.kubeconfig, '-p', 'shop');
  assert.deepEqual(at(run.report, 'notInArchive'), [
    {
      project: 'shop',
      type: 'networkpolicies.networking.k8s.io',
      kind: 'NetworkPolicy',
      name: 'incident',
      outcome: 'left',
      reason: null,
    },
  ]);
  const part = await restore(volume, control.kubeconfig, 'shop/deploy/web');
  assert.deepEqual(at(part.report, 'notInArchive'), []);
});

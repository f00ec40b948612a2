import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Volume } from '../cluster/run-cli.ts';
import { runHere } from '../cluster/run-here.ts';
import { writeArchive } from '../comparison/archives.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { textAt } from '../support/kube-object.ts';
import { type Restored, reportOf } from './restore-runs.ts';

// A field with kind and name is enough for a cluster-scoped object to come along; roles may be elsewhere than in the archive.

const RBAC = 'rbac.authorization.k8s.io';
const web = { kind: 'ServiceAccount', name: 'web', namespace: 'shop' };
const object = (apiVersion: string, kind: string, name: string, more: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name },
  ...more,
});
const inShop = (apiVersion: string, kind: string, name: string, more: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
  ...more,
});
const roleRef = (name: string) => ({ apiGroup: RBAC, kind: 'ClusterRole', name });
const binding = (name: string, role: string) =>
  object(`${RBAC}/v1`, 'ClusterRoleBinding', name, { roleRef: roleRef(role), subjects: [web] });
const lines = (...objects: readonly object[]) => objects.map((each) => JSON.stringify(each));

const FILES = {
  'namespaces.json': lines(object('v1', 'Namespace', 'shop')),
  'machineconfigs.machineconfiguration.openshift.io.json': lines(
    object('machineconfiguration.openshift.io/v1', 'MachineConfig', '99-root', { spec: { config: {} } }),
  ),
  'groups.user.openshift.io.json': lines(
    object('user.openshift.io/v1', 'Group', 'ops', { users: ['mallory'] }),
  ),
  'things.example.com.json': lines(object('example.com/v1', 'Thing', 'one', { spec: { size: 1 } })),
  'customresourcedefinitions.apiextensions.k8s.io.json': lines(
    definition('evils.example.com', 'Evil', {
      conversion: {
        strategy: 'Webhook',
        webhook: {
          conversionReviewVersions: ['v1'],
          clientConfig: { service: { namespace: 'elsewhere', name: 'hook', path: '/convert', port: 443 } },
        },
      },
    }),
  ),
  // The role `platform` is not in the archive, and `renamed` is another one than in the cluster.
  [`clusterrolebindings.${RBAC}.json`]: lines(binding('absent', 'platform'), binding('other', 'renamed')),
  [`clusterroles.${RBAC}.json`]: lines(
    object(`${RBAC}/v1`, 'ClusterRole', 'renamed', { rules: [] }),
    object(`${RBAC}/v1`, 'ClusterRole', 'collector', {
      aggregationRule: {
        clusterRoleSelectors: [{ matchLabels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } }],
      },
      rules: [],
    }),
  ),
  'shop/serviceaccounts.json': lines(inShop('v1', 'ServiceAccount', 'web')),
  'shop/evils.example.com.json': lines(inShop('example.com/v1', 'Evil', 'evil')),
  'shop/users.example.com.json': lines(
    inShop('example.com/v1', 'Uses', 'all', {
      spec: {
        of: { kind: 'MachineConfig', name: '99-root' },
        and: [{ kind: 'Thing', name: 'one' }],
        gatewayClassName: 'a',
      },
    }),
  ),
  [`shop/rolebindings.${RBAC}.json`]: lines(
    inShop(`${RBAC}/v1`, 'RoleBinding', 'ops', {
      roleRef: roleRef('collector'),
      subjects: [{ kind: 'Group', name: 'ops', apiGroup: RBAC }],
    }),
  ),
};

let control: ControlPlane;
const volume = new Volume();
let archive: string;
before(async () => {
  control = await startControlPlane();
  archive = writeArchive(volume.path, 'named.zip', FILES);
  await control.apply([
    definition('machineconfigs.machineconfiguration.openshift.io', 'MachineConfig', { scope: 'Cluster' }),
    definition('groups.user.openshift.io', 'Group', { scope: 'Cluster' }),
    definition('things.example.com', 'Thing', { scope: 'Cluster' }),
    definition('users.example.com', 'Uses'),
  ]);
  const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  await control.apply(
    ['platform', 'renamed'].map((name) => object(`${RBAC}/v1`, 'ClusterRole', name, { rules: everything })),
  );
});
after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

async function restore(kubeconfig: string, ...words: string[]): Promise<Restored> {
  const run = await runHere([
    'restore',
    archive,
    '-p',
    'shop',
    '--kubeconfig',
    kubeconfig,
    '-o',
    'json',
    ...words,
  ]);
  return { ...run, ...reportOf(run) };
}

const ofReach = ({ report }: Restored) => {
  assert(Array.isArray(report.reach));
  return report.reach.map((row) => `${Object(row).restored ? '+ ' : ''}${textAt(row, 'name')}`);
};

for (const words of [[], ['--apply', '--wait', '1']]) {
  test(`what reaches beyond the project is listed, and nothing of it created: ${words.join(' ')}`, async () => {
    const run = await restore(control.kubeconfig, ...words);
    assert.deepEqual(
      new Set(ofReach(run)),
      new Set(['99-root', 'ops', 'collector', 'absent', 'other', 'evils.example.com', '+ one']),
    );
    const evil = run.rows.find(({ name }) => name === 'evil');
    assert.equal(evil?.outcome, 'failed');
    assert.match(evil?.reason ?? '', /^its CustomResourceDefinition is not restored: reaches beyond/);
    const status = async (path: string) => (await control.admin.answer('GET', path)).status;
    for (const path of [
      '/apis/machineconfiguration.openshift.io/v1/machineconfigs/99-root',
      '/apis/user.openshift.io/v1/groups/ops',
      `/apis/${RBAC}/v1/clusterroles/collector`,
      `/apis/${RBAC}/v1/clusterrolebindings/absent`,
      `/apis/${RBAC}/v1/clusterrolebindings/other`,
    ])
      assert.equal(await status(path), 404, path);
  });
}

test('what is withheld needs no permission', async () => {
  const user = await control.addUser('ann');
  await control.grant({
    to: { user: 'ann' },
    clusterRole: 'system:aggregate-to-admin',
    namespaces: ['shop'],
  });
  const run = await restore(user.kubeconfig);
  assert(Array.isArray(run.report.missing), run.stderr);
  const types = run.report.missing.map((row) => textAt(row, 'type'));
  for (const type of ['machineconfigs', 'groups', 'clusterrolebindings', 'customresourcedefinitions'])
    assert(!types.some((each) => each.startsWith(type)), types.join());
});

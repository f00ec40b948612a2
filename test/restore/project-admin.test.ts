import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { type KubeObject, listAt } from '../support/kube-object.ts';
import { backUp, restore, told, Volume } from './restore-runs.ts';

// Somebody who administers a project may create nothing of the cluster, and need not: it exists.

const RBAC = 'rbac.authorization.k8s.io';
const AGGREGATED = ['view', 'edit', 'admin'];
let control: ControlPlane;
let kim: string;
const volume = new Volume();
const account = { kind: 'ServiceAccount', name: 'web', namespace: 'shop' };
const role = (name: string) => ({ apiGroup: RBAC, kind: 'ClusterRole', name });

const OBJECTS: KubeObject[] = [
  ...['shop', 'gone'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  definition('things.example.com', 'Thing', { schema: { type: 'object' } }),
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'gold' },
    value: 1000,
  },
  { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: 'reader' }, rules: [] },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'shop-reader' },
    roleRef: role('reader'),
    subjects: [account],
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web', namespace: 'shop' } },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'reader', namespace: 'shop' },
    roleRef: role('reader'),
    subjects: [account],
  },
  { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'thing', namespace: 'shop' } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { priorityClassName: 'gold', containers: [{ name: 'web', image: 'web' }] },
      },
    },
  },
  ...['shop', 'gone'].flatMap((namespace) =>
    ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } })),
  ),
];

before(async () => {
  control = await startControlPlane();
  await control.apply(OBJECTS);
  await backUp(volume, control.kubeconfig, '-p', 'shop,gone', '--cluster-resources', 'yes');
  kim = (await control.addUser('kim')).kubeconfig;
  // Without a controller manager the ClusterRole admin is empty.
  for (const name of AGGREGATED)
    await control.grant({
      to: { user: 'kim' },
      clusterRole: `system:aggregate-to-${name}`,
      namespaces: ['shop'],
    });
  await control.grant({
    to: { user: 'kim' },
    namespaces: ['shop'],
    rules: [{ apiGroups: ['example.com'], resources: ['things'], verbs: ['*'] }],
  });
  for (const path of [
    '/api/v1/namespaces/shop/configmaps/a',
    '/apis/apps/v1/namespaces/shop/deployments/web',
  ])
    await control.request('DELETE', path);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

test('a project admin restores the project; nothing that exists is missing', async () => {
  for (const words of [[], ['--apply']]) {
    const run = await restore(volume, kim, '-p', 'shop', ...words);
    assert.deepEqual(listAt(run.report, 'missing'), []);
    assert.equal(run.status, 0, run.stderr + JSON.stringify(run.rows, null, 1));
    const created = told(run.rows, ({ outcome }) => outcome === 'created');
    assert.deepEqual(created.sort(), ['created shop/configmaps/a', 'created shop/deployments.apps/web']);
  }
});

test('what the caller can neither read nor create is left to the cluster, and said so', async () => {
  const { rows } = await restore(volume, kim, '-p', 'shop');
  const blind = rows.filter(({ rule }) => rule === 'no-access');
  assert.deepEqual(blind.map(({ type, name }) => `${type.split('.')[0]}/${name}`).sort(), [
    'clusterrolebindings/shop-reader',
    'clusterroles/reader',
    'customresourcedefinitions/things.example.com',
    'priorityclasses/gold',
  ]);
  for (const { outcome, reason } of blind) {
    assert.equal(outcome, 'excluded');
    assert.match(reason ?? '', /no permission to read or create it/);
  }
});

test('what is missing indeed is told', async () => {
  await control.request('DELETE', '/apis/scheduling.k8s.io/v1/priorityclasses/gold');
  await control.request('DELETE', '/apis/apps/v1/namespaces/shop/deployments/web');
  const reader = await control.grant({
    to: { user: 'kim' },
    rules: [{ apiGroups: ['scheduling.k8s.io'], resources: ['priorityclasses'], verbs: ['get'] }],
  });
  const run = await restore(volume, kim, '-p', 'shop', '--apply');
  assert.equal(run.status, 3);
  assert.deepEqual(
    listAt(run.report, 'missing').map((row) => Object.values(Object(row)).slice(0, 3)),
    [['priorityclasses.scheduling.k8s.io', null, 'create']],
  );
  assert.match(reader, /grant/);
});

test('a project that is gone is requested first, where that is allowed', async () => {
  await control.deleteNamespace('gone');
  const before = await restore(volume, kim, '-p', 'gone');
  assert(listAt(before.report, 'missing').length > 1, 'nobody may request projects: every verb is named');
  assert.doesNotMatch(before.stderr, /new-project/);
  await control.grant({
    to: { group: 'system:authenticated' },
    rules: [{ apiGroups: ['project.openshift.io'], resources: ['projectrequests'], verbs: ['create'] }],
  });
  for (const [words, project] of [
    [[], 'gone'],
    [['--map', 'gone=copy'], 'copy'],
  ] as const) {
    const run = await restore(volume, kim, '-p', 'gone', ...words, '--apply');
    assert.equal(run.status, 3);
    assert.match(run.stderr, new RegExp(`project ${project} does not exist.*oc new-project ${project}`));
    assert.deepEqual(
      listAt(run.report, 'missing').map((row) => Object.values(Object(row)).slice(0, 3)),
      [['namespaces', null, 'create']],
    );
    for (const row of run.rows.filter(({ type }) => type === 'configmaps'))
      assert.match(row.reason ?? '', new RegExp(`oc new-project ${project}`));
  }
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Volume } from '../cluster/run-cli.ts';
import { runHere } from '../cluster/run-here.ts';
import { writeArchive } from '../comparison/archives.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { listAt, textAt } from '../support/kube-object.ts';
import { type Restored, reportOf } from './restore-runs.ts';

// Somebody with few permissions learns which of them are missing, and of nothing that would not be written anyway.

const RBAC = 'rbac.authorization.k8s.io';
const inShop = (apiVersion: string, kind: string, name: string, more: object = {}, metadata: object = {}) =>
  JSON.stringify({ apiVersion, kind, metadata: { name, namespace: 'shop', ...metadata }, ...more });
const shared = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name: 'shared', labels: { [`${RBAC}/aggregate-to-view`]: 'true' } },
  rules: [],
};
const ownerReferences = [
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'x', controller: true },
];
const containers = [{ name: 'web', image: 'web:1' }];
const FILES = {
  'namespaces.json': [JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })],
  [`clusterroles.${RBAC}.json`]: [JSON.stringify(shared)],
  [`shop/rolebindings.${RBAC}.json`]: [
    inShop(`${RBAC}/v1`, 'RoleBinding', 'shared', {
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'shared' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'shop' }],
    }),
  ],
  'shop/pods.json': [inShop('v1', 'Pod', 'web-abcde', { spec: { containers } }, { ownerReferences })],
  'shop/endpoints.json': [inShop('v1', 'Endpoints', 'web')],
  'shop/services.json': [
    inShop('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }),
  ],
  'shop/configmaps.json': [inShop('v1', 'ConfigMap', 'a', { data: { a: 'b' } })],
};

let control: ControlPlane;
let lee: string;
const volume = new Volume();
before(async () => {
  control = await startControlPlane();
  await control.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, shared]);
  lee = (await control.addUser('lee')).kubeconfig;
  await control.grant({
    to: { user: 'lee' },
    namespaces: ['shop'],
    rules: [{ apiGroups: [''], resources: ['configmaps', 'services'], verbs: ['*'] }],
  });
});
after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

async function restore(...words: string[]): Promise<Restored> {
  const archive = writeArchive(volume.path, 'shop.zip', FILES);
  const run = await runHere(['restore', archive, '-p', 'shop', '--kubeconfig', lee, '-o', 'json', ...words]);
  return { ...run, ...reportOf(run) };
}

const missing = ({ report }: Restored) =>
  listAt(report, 'missing').map((row) => `${textAt(row, 'verb')} ${textAt(row, 'type')}`);

test('types of which a rule leaves out every object need no permission', async () => {
  assert.deepEqual(missing(await restore()), [`create rolebindings.${RBAC}`, `get rolebindings.${RBAC}`]);
});

test('the same under another name of the project', async () => {
  assert.deepEqual(missing(await restore('--map', 'shop=elsewhere')), [
    'create configmaps',
    'get configmaps',
    `create rolebindings.${RBAC}`,
    `get rolebindings.${RBAC}`,
    'create services',
    'get services',
  ]);
});

test('what can neither be read nor created is not said to reach further: the cluster may have it', async () => {
  const run = await restore();
  assert.equal(
    run.rows.find(({ name, type }) => name === 'shared' && type.startsWith('clusterroles'))?.rule,
    'no-access',
  );
  assert.deepEqual(run.report.reach, []);
});

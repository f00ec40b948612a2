import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { startControllerManager } from '../support/controller-manager.ts';
import { at, type KubeObject, listAt, textAt } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { backUp, restore, told, Volume } from './restore-runs.ts';

// What controllers create in a new project, with what people added to it, and what they must not start in it.

const RBAC = 'rbac.authorization.k8s.io';
const SHOP = '/api/v1/namespaces/shop';
const CRON = '/apis/batch/v1/namespaces/shop/cronjobs';
const labels = { team: 'shop' };
const pull = [{ name: 'pull' }];

const inShop = (apiVersion: string, kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
  ...more,
});
const cronJob = (name: string, schedule: string) =>
  inShop('batch/v1', 'CronJob', name, {
    spec: {
      schedule,
      jobTemplate: {
        spec: {
          template: { spec: { restartPolicy: 'Never', containers: [{ name: 'run', image: 'run:1' }] } },
        },
      },
    },
  });
const roleBinding = (name: string, account: string) =>
  inShop(`${RBAC}/v1`, 'RoleBinding', name, {
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'system:image-builder' },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: 'shop' }],
  });
/** As OpenShift's controllers create them. */
const BY_OPENSHIFT = [
  inShop('v1', 'ServiceAccount', 'builder'),
  inShop('v1', 'ServiceAccount', 'deployer'),
  inShop('v1', 'ConfigMap', 'openshift-service-ca.crt', { data: { 'service-ca.crt': 'of this cluster' } }),
  roleBinding('system:image-builders', 'builder'),
];
/** Two days ago, so that a run was missed. */
const missed = () => ({ status: { lastScheduleTime: new Date(Date.now() - 48 * 3_600_000).toISOString() } });

const collectionOf = (kind: string) =>
  kind === 'RoleBinding' ? `/apis/${RBAC}/v1/namespaces/shop/rolebindings` : `${SHOP}/${kind.toLowerCase()}s`;

let control: ControlPlane;
let end: (() => Promise<void>) | undefined;
const volume = new Volume();

before(async () => {
  control = await startControlPlane({ apiServerFlags: { 'disable-admission-plugins': null } });
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    inShop('v1', 'Secret', 'pull', {
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': 'e30=' },
    }),
    cronJob('nightly', '0 3 * * *'),
  ]);
  // Before there is a controller that would start the missed run.
  await control.request('PATCH', `${CRON}/nightly/status`, missed());
  end = await startControllerManager(control);
  await control.request('PATCH', `${CRON}/nightly`, { spec: { suspend: true } });
  await control.apply(BY_OPENSHIFT);
  for (const [type, name, more] of [
    ['serviceaccounts', 'builder', { imagePullSecrets: pull }],
    ['serviceaccounts', 'deployer', {}],
    ['configmaps', 'openshift-service-ca.crt', {}],
    ['configmaps', 'kube-root-ca.crt', {}],
  ] as const) {
    const path = `${SHOP}/${type}/${name}`;
    await waitFor(name, async () => (await control.admin.answer('GET', path)).status === 200);
    await control.request('PATCH', path, { metadata: { labels }, ...more });
  }
  await control.apply([
    inShop('v1', 'Secret', 'token', {
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 'token',
        namespace: 'shop',
        annotations: { 'kubernetes.io/service-account.name': 'builder' },
      },
    }),
  ]);
  await waitFor(
    'the token',
    async () => at(await control.request('GET', `${SHOP}/secrets/token`), 'data', 'token') !== undefined,
  );
  await control.request('PATCH', `${CRON}/nightly/status`, missed());
  await backUp(volume, control.kubeconfig, '-p', 'shop');
  await control.deleteNamespace('shop');
});

after(async () => {
  volume[Symbol.dispose]();
  await end?.();
  await control?.stop();
});

/** Creates what OpenShift's controllers create, as soon as the project exists. */
async function fillAsOpenShift(): Promise<void> {
  await waitFor('the project', async () => (await control.admin.answer('GET', SHOP)).status === 200);
  for (const object of BY_OPENSHIFT) {
    const { status } = await control.admin.answer('POST', collectionOf(object.kind), object);
    assert(status === 201 || status === 409, `${object.kind} ${object.metadata.name}: ${status}`);
  }
}

test('what controllers create is brought to the form of the archive, and the rest of it is theirs', async () => {
  const filling = fillAsOpenShift();
  const words = ['-p', 'shop', '--status', 'cronjobs.batch', '--apply'];
  const run = await restore(volume, control.kubeconfig, ...words);
  await filling;
  assert.equal(run.status, 0, run.stdout);
  assert.deepEqual(
    told(run.rows, ({ outcome }) => outcome === 'failed' || outcome === 'differs'),
    [],
  );
  const read = (path: string) => control.request('GET', `${SHOP}/${path}`);
  const builder = await read('serviceaccounts/builder');
  assert.deepEqual([at(builder, 'metadata', 'labels'), listAt(builder, 'imagePullSecrets')], [labels, pull]);
  for (const path of [
    'serviceaccounts/deployer',
    'configmaps/openshift-service-ca.crt',
    'configmaps/kube-root-ca.crt',
  ])
    assert.deepEqual(at(await read(path), 'metadata', 'labels'), labels, path);
  await waitFor('the CA of the cluster', async () =>
    /BEGIN CERTIFICATE/.test(String(at(await read('configmaps/kube-root-ca.crt'), 'data', 'ca.crt'))),
  );
  await waitFor(
    'a token of the restored account',
    async () => at(await read('secrets/token'), 'data', 'token') !== undefined,
  );
});

test('a CronJob does not start the run that it missed', async () => {
  await control.request('PATCH', `${CRON}/nightly`, { spec: { suspend: false } });
  // One that has missed a run shows that the controller has looked since.
  await control.apply([cronJob('probe', '0 3 * * *')]);
  await control.request('PATCH', `${CRON}/probe/status`, missed());
  const started = async (name: string) =>
    listAt(await control.request('GET', '/apis/batch/v1/namespaces/shop/jobs'), 'items').filter((job) =>
      textAt(job, 'metadata', 'name').startsWith(`${name}-`),
    ).length;
  await waitFor('the run that the probe missed', async () => (await started('probe')) > 0);
  assert.equal(await started('nightly'), 0);
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject, textAt } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { aggregateOn } from './aggregation.ts';
import { backUpAs } from './backup-as-installed.ts';
import { clusterInstall } from './installs.ts';
import { apply, kubectl } from './oc-apply.ts';

const RESTRICTED = 'pod-security.kubernetes.io';
const ACCOUNT = 'system:serviceaccount:cluster-backup:openshift-backup';

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
  await control.apply([
    namespace('cluster-backup', {
      [`${RESTRICTED}/enforce`]: 'restricted',
      [`${RESTRICTED}/warn`]: 'restricted',
    }),
    namespace('shop'),
    clusterReader(),
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', namespace: 'shop' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'prices', namespace: 'shop' } },
    pod('shop'),
  ]);
});
after(() => control.stop());

function namespace(name: string, labels: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** Whose log may be read or not; no node runs it. */
function pod(namespace: string): KubeObject {
  const spec = { containers: [{ name: 'web', image: 'web' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace }, spec };
}

/** As OpenShift makes it: without rules of its own. */
function clusterReader(): KubeObject {
  const aggregateTo = (role: string) => ({ [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true' });
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'cluster-reader' },
    aggregationRule: {
      clusterRoleSelectors: [
        { matchLabels: aggregateTo('cluster-reader') },
        { matchLabels: aggregateTo('view') },
      ],
    },
  };
}

/** Installs as the cluster admin, and lets the controller that gathers roles do its work. */
async function install(parameters: Readonly<Record<string, string>> = {}) {
  const applied = await apply(control, control.kubeconfig, clusterInstall(parameters));
  await aggregateOn(control);
  return applied;
}

const may = async (verb: string, resource: string) => {
  const words = ['auth', 'can-i', verb, resource, '--as', ACCOUNT, '--all-namespaces'];
  return (await kubectl(control, control.kubeconfig, words)).stdout.trim();
};

test('everything is accepted, without a warning, and the second time nothing changes', async () => {
  const { status, stdout, stderr } = await install();
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  assert.equal(stdout.match(/ created$/gm)?.length, clusterInstall().length);
  const again = await install();
  assert.equal(again.stdout.match(/ unchanged$/gm)?.length, clusterInstall().length, again.stdout);
});

test('the pods are admitted where only restricted ones are', async () => {
  const pods = clusterInstall().flatMap(({ kind, metadata, spec }) => {
    const template = at(spec, 'template') ?? at(spec, 'jobTemplate', 'spec', 'template');
    if (template === undefined) return [];
    const name = `${kind.toLowerCase()}-pod`;
    return [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: metadata.namespace ?? '' },
        spec: at(template, 'spec'),
      },
    ];
  });
  const { status, stdout, stderr } = await apply(control, control.kubeconfig, pods, '--dry-run=server');
  assert.deepEqual([status, stderr, stdout.match(/created/g)?.length], [0, '', 2]);
});

test('without a storage class, the claim is one for the default class', async () => {
  const claim = await control.request(
    'GET',
    '/api/v1/namespaces/cluster-backup/persistentvolumeclaims/openshift-backup',
  );
  assert.equal(at(claim, 'spec', 'storageClassName'), undefined);
});

describe('BACKUP_SECRETS', () => {
  const secretsMayBe = (wanted: string) =>
    waitFor(`list secrets to be ${wanted}`, async () => (await may('list', 'secrets')) === wanted);

  test('gives and takes the right to read Secrets, each time by applying again', async () => {
    for (const [value, wanted] of [
      ['true', 'yes'],
      ['false', 'no'],
      ['true', 'yes'],
    ] as const) {
      const { status, stderr } = await install({ BACKUP_SECRETS: value });
      assert.equal(status, 0, stderr);
      await secretsMayBe(wanted);
      assert.equal(await may('delete', 'secrets'), 'no');
      assert.equal(await may('list', 'configmaps'), 'yes');
    }
  });

  test('with any other value gives nothing, and the backup refuses to start', async () => {
    await install({ BACKUP_SECRETS: 'maybe' });
    await secretsMayBe('no');
    const { run } = await backUpAs(control, clusterInstall({ BACKUP_SECRETS: 'maybe' }));
    assert.equal(run.status, 2);
    assert.match(run.stderr, /BACKUP_SECRETS=maybe: must be true or false/);
  });

  test('decides what is in an archive', async () => {
    for (const [value, wanted] of [
      ['true', 'exported'],
      ['false', 'excluded'],
    ] as const) {
      const objects = clusterInstall({ BACKUP_SECRETS: value });
      await install({ BACKUP_SECRETS: value });
      await secretsMayBe(value === 'true' ? 'yes' : 'no');
      const { run, archive } = await backUpAs(control, objects);
      assert.equal(run.status, 0, run.stderr);
      assert.equal(archive?.secrets, wanted);
      assert.ok(archive?.files.includes('shop/configmaps.json'));
    }
  });
});

test('LOGS adds the logs of containers, which cluster-reader may get', async () => {
  const settings = { LOGS: 'true', LOGS_SINCE: '1h', LOGS_BYTES: '64Ki' };
  await install(settings);
  assert.equal(await may('get', 'pods/log'), 'yes');
  for (const [parameters, isAsked] of [
    [{}, false],
    [settings, true],
  ] as const) {
    const { run, archive } = await backUpAs(control, clusterInstall(parameters));
    assert.equal(run.status, 0, run.stderr);
    assert.deepEqual(archive?.logs?.deniedIn, isAsked ? [] : undefined);
  }
});

test('CUSTOM_RESOURCES adds groups; what is no list of groups is refused', async () => {
  // No custom ones, but as unknown to cluster-reader.
  const schemas = 'flowschemas.flowcontrol.apiserver.k8s.io';
  assert.equal(await may('list', schemas), 'no');
  await install({ CUSTOM_RESOURCES: '["flowcontrol.apiserver.k8s.io"]' });
  await waitFor('the right to list them', async () => (await may('list', schemas)) === 'yes');
  assert.equal(await may('update', schemas), 'no');
  for (const nonsense of ['flowcontrol.apiserver.k8s.io', 'null', '[]', '{}'])
    assert.equal((await install({ CUSTOM_RESOURCES: nonsense })).status, 1, nonsense);
});

test('a project admin may not install it: rights in the whole cluster are not his to give', async () => {
  const lead = await control.addUser('cluster-template-lead');
  await control.grant({ to: { user: lead.name }, clusterRole: 'admin', namespaces: ['cluster-backup'] });
  const { status, stderr } = await apply(control, lead.kubeconfig, clusterInstall());
  assert.equal(status, 1);
  for (const type of ['clusterroles', 'clusterrolebindings'])
    assert.match(stderr, new RegExp(`forbidden: User "${lead.name}" cannot get resource "${type}"`));
  const binding = await control.request(
    'GET',
    '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/cluster-backup:openshift-backup-reader',
  );
  assert.equal(textAt(binding, 'roleRef', 'name'), 'cluster-reader');
});

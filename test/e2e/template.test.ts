import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../support/wait.ts';
import {
  apply,
  atTheEnd,
  helm,
  IMAGE,
  kubectl,
  OWN_NODE,
  project,
  run,
  storageClass,
  UID,
} from './cluster.ts';
import { Release } from './release.ts';

// The Makefile's recipes for OpenShift, run for real. Where there is no oc, a stand-in processes the templates and
// hands the rest to kubectl; what it cannot prove stands in its first lines.

const OC = fileURLToPath(new URL('../openshift', import.meta.url));
const hasOc = await run('sh', ['-c', 'command -v oc || true']).then((path) => path !== '');
const environment = hasOc ? process.env : { ...process.env, PATH: `${OC}${delimiter}${process.env.PATH}` };

/** OpenShift's restricted SCC gives each project's pods a user of their own, and group 0; a policy does it here. */
async function assignUsers(): Promise<void> {
  const name = 'e2e-restricted-scc';
  const expression = `Object{spec: Object.spec{securityContext: Object.spec.securityContext{runAsUser: ${UID}, runAsGroup: 0}}}`;
  await apply(
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicy',
      metadata: { name },
      spec: {
        reinvocationPolicy: 'Never',
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
          ],
        },
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name },
    },
  );
  atTheEnd(() => kubectl('delete', 'mutatingadmissionpolicies,mutatingadmissionpolicybindings', name));
  const trial = ['run', 'trial', '--image=none', '--namespace=default', '--dry-run=server', '--output=json'];
  await waitFor('the policy to be heeded', async () => {
    const { spec } = JSON.parse(await kubectl(...trial));
    return spec.securityContext.runAsUser === UID;
  });
}

/** As OpenShift has it: gathers the roles with this label, those for viewers among them, and no Secrets. */
async function clusterReader(): Promise<void> {
  const label = 'rbac.authorization.k8s.io/aggregate-to-cluster-reader';
  const any = [
    {
      apiGroups: ['apps', 'batch', 'rbac.authorization.k8s.io', 'storage.k8s.io'],
      resources: ['*'],
      verbs: ['get', 'list'],
    },
  ];
  const core = [
    { apiGroups: [''], resources: ['namespaces', 'nodes', 'persistentvolumes'], verbs: ['get', 'list'] },
  ];
  await apply(
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'cluster-reader' },
      aggregationRule: {
        clusterRoleSelectors: [
          { matchLabels: { [label]: 'true' } },
          { matchLabels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
        ],
      },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'e2e-cluster-reader', labels: { [label]: 'true' } },
      rules: [...any, ...core],
    },
  );
  atTheEnd(() => kubectl('delete', 'clusterrole', 'cluster-reader', 'e2e-cluster-reader'));
}

before(async () => {
  if (!OWN_NODE) return;
  await assignUsers();
  await clusterReader();
});

suite('make install on OpenShift, as a cluster admin', () => {
  const release = new Release('e2e-template', 'e2e-template');

  before(async () => {
    await project(release.namespace);
    await apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'password', namespace: release.namespace },
    });
    const STORAGE_CLASS = await storageClass(release.name);
    atTheEnd(() => release.make('uninstall', {}, environment));
    const { stdout, stderr, status } = await release.make(
      'install',
      { IMAGE, STORAGE_CLASS, SCHEDULE: '0 0 1 1 *', BACKUP_SECRETS: 'false' },
      environment,
    );
    assert.equal(status, 0, stdout + stderr);
    await release.kubectl('rollout', 'status', `deployment/${release.name}-retrieval`, '--timeout=60s');
  });

  test('make backup-now follows a job to its end, under the user that the project has', async () => {
    const { stdout, status } = await release.make('backup-now', {}, environment);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^\d+ objects from \d+ projects? in \d+ files, .* s$/m);
    assert.equal((await release.inPod('id', '-u')).trim(), `${UID}`);
    assert.equal((await release.archives())[0]?.state, 'complete');
  });

  test('BACKUP_SECRETS=false: no Secrets, and none may be read', async () => {
    assert.doesNotMatch(await release.tool('show', 'latest', release.namespace), /secrets/);
    const account = `system:serviceaccount:${release.namespace}:${release.name}`;
    assert.match(
      await run('sh', ['-c', `kubectl auth can-i list secrets --all-namespaces --as=${account} || true`]),
      /no/,
    );
  });

  test('installed again with BACKUP_SECRETS=true, it takes effect', async () => {
    const { status, stderr } = await release.make(
      'install',
      { IMAGE, BACKUP_SECRETS: 'true', SCHEDULE: '0 0 1 1 *', STORAGE_CLASS: release.name },
      environment,
    );
    assert.equal(status, 0, stderr);
    await release.kubectl('rollout', 'status', `deployment/${release.name}-retrieval`, '--timeout=60s');
    assert.equal((await release.make('backup-now', {}, environment)).status, 0);
    assert.match(
      await release.tool('show', 'latest', `${release.namespace}/secrets/password`),
      /"name": "password"/,
    );
  });

  test('make uninstall keeps the volume, unless told', async () => {
    const { stdout, status } = await release.make('uninstall', {}, environment);
    assert.equal(status, 0);
    assert.match(stdout, /DELETE_VOLUME=yes/);
    const left = (
      await release.kubectl(
        'get',
        'all,serviceaccount,role,rolebinding,persistentvolumeclaim',
        '--selector',
        `app.kubernetes.io/instance=${release.name}`,
        '--output',
        'name',
      )
    ).trim();
    assert.match(left.replace(/^(pod|replicaset|job)\S*\n?/gm, ''), /^persistentvolumeclaim\/e2e-template$/);
    assert.equal(
      await kubectl(
        'get',
        'clusterrole,clusterrolebinding',
        '--selector',
        `app.kubernetes.io/instance=${release.name}`,
        '--output',
        'name',
      ),
      '',
    );
    assert.equal((await release.make('uninstall', { DELETE_VOLUME: 'yes' }, environment)).status, 0);
    assert.equal(await release.kubectl('get', 'persistentvolumeclaim', '--output', 'name'), '');
  });
});

suite('make install PROJECTS=…, with nothing but admin rights in two projects', () => {
  const [first, second] = ['e2e-lead-a', 'e2e-lead-b'];
  const release = new Release('e2e-lead', first);
  let directory = '';
  let lead: NodeJS.ProcessEnv = {};

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'openshift-backup-e2e-'));
    atTheEnd(() => rm(directory, { recursive: true }));
    await project('e2e-lead-home');
    await kubectl('create', 'serviceaccount', 'lead', '--namespace', 'e2e-lead-home');
    for (const name of [first, second]) {
      await project(name);
      await kubectl(
        'create',
        'rolebinding',
        'lead',
        '--clusterrole=admin',
        '--serviceaccount=e2e-lead-home:lead',
        '--namespace',
        name,
      );
    }
    lead = { ...environment, KUBECONFIG: await kubeconfigOfLead(directory) };
  });

  test('installs, backs up these two projects and nothing else, and can be removed again', async () => {
    const STORAGE_CLASS = await storageClass(release.name);
    const settings = { PROJECTS: `${first},${second}` };
    const installed = await release.make(
      'install',
      { ...settings, IMAGE, STORAGE_CLASS, SCHEDULE: '0 0 1 1 *' },
      lead,
    );
    assert.equal(installed.status, 0, installed.stdout + installed.stderr);
    await release.kubectl('rollout', 'status', `deployment/${release.name}-retrieval`, '--timeout=60s');
    const night = await release.make('backup-now', settings, lead);
    assert.equal(night.status, 0, night.stdout + night.stderr);
    const shown = JSON.parse(await release.tool('show', 'latest', '--output', 'json'));
    const projects = shown.manifest.projects.map((row: { name: string }) => row.name);
    assert.deepEqual(projects, [first, second]);
    const removed = await release.make('uninstall', { ...settings, DELETE_VOLUME: 'yes' }, lead);
    assert.equal(removed.status, 0, removed.stdout + removed.stderr);
    for (const name of [first, second])
      assert.equal(
        await kubectl(
          'get',
          'role,rolebinding',
          '--namespace',
          name,
          '--selector',
          `app.kubernetes.io/instance=${release.name}`,
          '--output',
          'name',
        ),
        '',
      );
  });

  test('may not install for the whole cluster', async () => {
    const refused = await release.make('install', { IMAGE }, lead);
    assert.notEqual(refused.status, 0);
    assert.match(refused.stderr, /clusterroles.* is forbidden/);
    await release.make('uninstall', { DELETE_VOLUME: 'yes', PROJECTS: first }, environment);
  });
});

suite('make install-helm', () => {
  const release = new Release('e2e-make-helm', 'e2e-make-helm');

  test('installs the chart, which make backup-now and make uninstall know as well', async () => {
    await project(release.namespace);
    const volumes = await storageClass(release.name);
    const values = `--set persistence.storageClass=${volumes} --wait`;
    const installed = await release.make('install-helm', { IMAGE, HELM_ARGS: values }, environment);
    assert.equal(installed.status, 0, installed.stdout + installed.stderr);
    const night = await release.make('backup-now', {}, environment);
    assert.equal(night.status, 0, night.stdout + night.stderr);
    await helm('test', release.name, '--namespace', release.namespace);
    const removed = await release.make('uninstall', { DELETE_VOLUME: 'yes' }, environment);
    assert.equal(removed.status, 0, removed.stdout + removed.stderr);
    assert.equal(await release.kubectl('get', 'cronjob,persistentvolumeclaim', '--output', 'name'), '');
  });
});

/** A kubeconfig with a token of the service account and the cluster of the present one. */
async function kubeconfigOfLead(directory: string): Promise<string> {
  const config = JSON.parse(await kubectl('config', 'view', '--minify', '--flatten', '--output', 'json'));
  const token = (await kubectl('create', 'token', 'lead', '--namespace', 'e2e-lead-home')).trim();
  const path = join(directory, 'kubeconfig');
  config.users = [{ name: config.contexts[0].context.user, user: { token } }];
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

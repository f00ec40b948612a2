import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject, listAt } from '../support/kube-object.ts';
import { clusterInstall, projectsInstall } from './installs.ts';
import { readTemplate, TEMPLATES } from './read-template.ts';

// The Makefile's recipes with the stand-in for oc, on a real API server.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const IMAGE = 'registry.example.com/backup/openshift-backup:1.0.0';
const NAME = 'openshift-backup';

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', rules: [] };
  await control.apply([
    ...['first', 'second', 'shop', 'payments'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })),
    ...['cluster-reader', 'view'].map((name) => ({ ...role, metadata: { name } })),
  ]);
});
after(() => control.stop());

/** `make TARGET` with variables, and what it prints. Throws with its output if it fails. */
function make(
  target: string,
  variables: Readonly<Record<string, string>>,
  ...flags: readonly string[]
): Promise<string> {
  const words = Object.entries({ IMAGE, ...variables }).map(([name, value]) => `${name}=${value}`);
  const PATH = [fileURLToPath(new URL('.', import.meta.url)), control.binaries, process.env.PATH].join(
    delimiter,
  );
  const env = { ...process.env, PATH, KUBECONFIG: control.kubeconfig };
  return new Promise((resolve, reject) => {
    execFile(
      'make',
      ['--no-print-directory', ...flags, '-C', ROOT, target, ...words],
      { env },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${stderr}${stdout}`));
      },
    );
  });
}

/** The names of our roles and bindings, in the cluster or in a project. */
async function ours(...namespaces: readonly string[]): Promise<string[]> {
  const api = '/apis/rbac.authorization.k8s.io/v1';
  const paths =
    namespaces.length === 0
      ? [`${api}/clusterroles`, `${api}/clusterrolebindings`]
      : namespaces.flatMap((name) => [
          `${api}/namespaces/${name}/roles`,
          `${api}/namespaces/${name}/rolebindings`,
        ]);
  const lists = await Promise.all(paths.map((path) => control.request('GET', path)));
  const labelled = lists
    .flatMap((list) => listAt(list, 'items'))
    .filter((each) => at(each, 'metadata', 'labels', 'app.kubernetes.io/name') === NAME);
  return [...new Set(labelled.map((each) => String(at(each, 'metadata', 'name'))))].sort();
}

/** The objects as they were made before the names of roles began with the namespace. */
function asBefore(objects: readonly KubeObject[], namespace: string): KubeObject[] {
  const text = JSON.stringify(objects)
    .replaceAll(`${namespace}:${NAME}`, NAME)
    .replaceAll(`,"openshift-backup/namespace":"${namespace}"`, '')
    .replaceAll(`"openshift-backup/namespace":"${namespace}",`, '');
  assert(!text.includes('openshift-backup/namespace'));
  return JSON.parse(text);
}

const CLUSTER = ['custom-reader', 'reader', 'secret-reader', 'secret-reader-true'];

describe('two installations of one name in two namespaces', () => {
  test('both install, and one that goes takes nothing of the other with it', async () => {
    await make('install', { NAMESPACE: 'first' });
    await make('install', { NAMESPACE: 'second', BACKUP_SECRETS: 'false' });
    const named = (namespace: string) => CLUSTER.map((role) => `${namespace}:${NAME}-${role}`);
    assert.deepEqual(await ours(), [...named('first'), ...named('second')]);
    await make('uninstall', { NAMESPACE: 'second' });
    assert.deepEqual(await ours(), named('first'));
    await make('uninstall', { NAMESPACE: 'first' });
    assert.deepEqual(await ours(), []);
  });

  test('the same for projects that both back up', async () => {
    for (const NAMESPACE of ['first', 'second'])
      await make('install', { NAMESPACE, PROJECTS: 'shop,payments' });
    assert.equal((await ours('shop')).length, 10);
    // What the other installation may read in the namespace of this one is the other's.
    await make('install', { NAMESPACE: 'second', PROJECTS: 'first,shop' });
    await make('uninstall', { NAMESPACE: 'first', PROJECTS: 'shop,payments' });
    for (const project of ['shop', 'payments', 'first'])
      assert.deepEqual(
        (await ours(project)).filter((name) => !name.startsWith('second:')),
        [],
      );
    assert.notDeepEqual(await ours('first'), []);
    await make('uninstall', { NAMESPACE: 'second', PROJECTS: 'shop,payments,first' });
    assert.deepEqual(await ours('shop', 'payments', 'first'), []);
  });
});

test('every parameter of a template is a setting of its make target', async () => {
  for (const [target, paths] of [
    ['install', [TEMPLATES.cluster, TEMPLATES.projects]],
    ['install-rehearsal', [TEMPLATES.rehearsal]],
  ] as const) {
    const parameters = paths
      .flatMap((path) => (readTemplate(path).parameters ?? []).map(({ name }) => name))
      .filter((name) => !['NAME', 'NAMESPACE', 'PROJECTS', 'PROJECT'].includes(name));
    const settings = Object.fromEntries(parameters.map((name) => [name, 'UTC']));
    const recipe = await make(target, settings, '--dry-run');
    for (const name of parameters)
      assert(recipe.includes(`-p ${name}='UTC'`), `${name} is not in\n${recipe}`);
  }
});

test('make install-rehearsal adds a CronJob, which make uninstall removes', async () => {
  const jobs = async () =>
    listAt(await control.request('GET', '/apis/batch/v1/namespaces/first/cronjobs'), 'items').map((each) =>
      String(at(each, 'metadata', 'name')),
    );
  await make('install', { NAMESPACE: 'first' });
  await make('install-rehearsal', { NAMESPACE: 'first', SCHEDULE: '15 4 * * 6' });
  assert.deepEqual((await jobs()).sort(), [NAME, `${NAME}-rehearsal`]);
  await make('uninstall', { NAMESPACE: 'first' });
  assert.deepEqual(await jobs(), []);
});

test('an unknown time zone is rejected before anything is installed', async () => {
  await assert.rejects(
    make('install', { NAMESPACE: 'first', TIME_ZONE: 'Mars' }),
    /TIME_ZONE=Mars is not a time zone: use an IANA name, such as UTC or Europe\/Vienna/,
  );
  assert.deepEqual(await ours(), []);
});

test('make backup-now creates the Job of the CronJob, with a log in text', async () => {
  await make('install', { NAMESPACE: 'first' });
  // Nothing creates its pod here.
  await assert.rejects(make('backup-now', { NAMESPACE: 'first', START_TIMEOUT: '0' }), /no pod of the Job/);
  const [job] = listAt(await control.request('GET', '/apis/batch/v1/namespaces/first/jobs'), 'items');
  assert.equal(at(job, 'metadata', 'ownerReferences', 0, 'name'), NAME);
  const [backup] = listAt(job, 'spec', 'template', 'spec', 'containers');
  assert.deepEqual(
    listAt(backup, 'env').filter((each) => at(each, 'name') === 'OPENSHIFT_BACKUP_LOG_FORMAT'),
    [{ name: 'OPENSHIFT_BACKUP_LOG_FORMAT', value: 'text' }],
  );
  await make('uninstall', { NAMESPACE: 'first' });
});

describe('an installation whose roles had no namespace in their names', () => {
  test('loses them when it is installed again, and with them the right to read Secrets', async () => {
    await control.apply(asBefore(clusterInstall({ NAMESPACE: 'first' }), 'first'));
    assert((await ours()).includes(`${NAME}-secret-reader`));
    await make('install', { NAMESPACE: 'first', BACKUP_SECRETS: 'false' });
    assert.deepEqual(
      await ours(),
      CLUSTER.map((role) => `first:${NAME}-${role}`),
    );
    await make('uninstall', { NAMESPACE: 'first' });
  });

  test('keeps them when one of its name is installed elsewhere', async () => {
    await control.apply(asBefore(clusterInstall({ NAMESPACE: 'first' }), 'first'));
    await make('install', { NAMESPACE: 'second' });
    await make('uninstall', { NAMESPACE: 'second' });
    assert.deepEqual(
      await ours(),
      CLUSTER.map((role) => `${NAME}-${role}`),
    );
    await make('uninstall', { NAMESPACE: 'first' });
    assert.deepEqual(await ours(), []);
  });

  test('the same in projects', async () => {
    await control.apply(asBefore(projectsInstall(['first', 'shop']).flat(), 'first'));
    await make('install', { NAMESPACE: 'first', PROJECTS: 'first,shop', BACKUP_SECRETS: 'false' });
    for (const project of ['first', 'shop'])
      assert.deepEqual(
        (await ours(project)).filter((name) => !name.startsWith('first:')),
        [],
      );
    await make('uninstall', { NAMESPACE: 'first', PROJECTS: 'first,shop' });
    assert.deepEqual(await ours('first', 'shop'), []);
  });
});

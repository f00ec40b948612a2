import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { after, before, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../archive/sample.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { lists } from '../support/fault-rules.ts';
import { PROGRAM } from '../support/program.ts';
import { passNight } from '../support/quiet-night.ts';
import { loadSample } from '../support/sample-cluster.ts';
import { waitFor } from '../support/wait.ts';
import { runCli, Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

let control: ControlPlane;
const volume = new Volume();

before(async () => {
  control = await startControlPlane();
  await loadSample(control);
  await control.request('PATCH', STOREFRONT, [
    { op: 'add', path: `${CONTAINER}/env`, value: [env('A'), env('C')] },
  ]);
  await backUp();
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

const STOREFRONT = '/apis/apps/v1/namespaces/shop/deployments/storefront';
const CONFIG = '/api/v1/namespaces/shop/configmaps/storefront-config';
const CONTAINER = '/spec/template/spec/containers/0';

function env(name: string) {
  return { name, value: `value of ${name}` };
}

/** Backs up and tells what the run said in its last line. */
async function backUp(...words: string[]) {
  const run = await runHere(['--volume', volume.path, '--kubeconfig', control.kubeconfig, ...words]);
  assert.equal(run.status, 0, run.stderr);
  return run.log.at(-1) ?? {};
}

async function diff(...words: string[]) {
  return await runHere(['diff', 'previous', 'latest', '--volume', volume.path, ...words]);
}

/** What comes from this very run: names of archives and times. */
function timeless(text: string): string {
  return text
    .replace(/openshift-backup\d{12}(_\d\d)?\.zip/g, 'ARCHIVE')
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d\.\d+Z|(:\d\d)? UTC|:\d\dZ?)/g, 'TIME');
}

/** Holds a text against a file, which `GOLDEN=write` makes anew. */
function assertGolden(file: string, text: string): void {
  const path = fileURLToPath(new URL(`golden/${file}`, import.meta.url));
  if (process.env.GOLDEN === 'write') writeFileSync(path, timeless(text));
  assert.equal(timeless(text), readFileSync(path, 'utf8'));
}

test('a cluster in which nothing happened has no differences', async () => {
  const { changes, previous } = await backUp();
  assert.match(String(changes), /^no differences since openshift-backup\d+\.zip$/);
  assert.deepEqual(previous, { ...Object(previous), added: 0, changed: 0, removed: 0, projects: 0 });
  const run = await diff('--include-noise', '--status');
  assert.equal(run.status, 0, run.stdout);
  assert.match(run.stdout, /\nno differences\n$/);
});

test('a night without changes by anybody has no differences, and says what was not shown', async () => {
  await passNight(control, 1);
  const { changes, previous } = await backUp();
  assert.match(String(changes), /^no differences since .*; \d+ not shown \(diff names the reasons\)$/);
  const { status, stdout } = await diff();
  assert.equal(status, 0, stdout);
  assert.match(
    stdout,
    /\nno differences\nNot shown: 9 rotated registry tokens, 6 pods and replica sets of controllers, 3 injected CA bundles, 1 replica count driven by an autoscaler \(--include-noise\)\n$/,
  );
  assert.equal(Object(previous).notShown, 19);
});

test('diff reports what was done to a cluster', async () => {
  await control.request('PATCH', STOREFRONT, [
    { op: 'replace', path: `${CONTAINER}/image`, value: 'registry.example.com/shop/storefront:4.2.2' },
    { op: 'add', path: `${CONTAINER}/env/1`, value: env('B') },
  ]);
  const { data } = Object(await control.request('GET', CONFIG));
  await control.request('PATCH', CONFIG, {
    metadata: { labels: { tier: 'front' } },
    data: { 'init.sh': data['init.sh'].replace('"line items"', '"line items" refunds') },
  });
  await control.request('PATCH', '/api/v1/namespaces/shop/secrets/database', {
    data: { password: 'YW5vdGhlcg==', host: 'ZGI=' },
  });
  await control.request('PATCH', '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/config-reader', [
    { op: 'add', path: '/rules/0/verbs/1', value: 'delete' },
  ]);
  await control.apply([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new', namespace: 'shop' }, data: { a: 'b' } },
  ]);
  await control.request('DELETE', '/api/v1/namespaces/shop/services/mail');
  await control.deleteNamespace('web-frontend');
  const { changes, previous } = await backUp();

  const text = await diff();
  assert.equal(text.status, 1, text.stderr);
  assertGolden('diff.txt', text.stdout);
  assertGolden('diff.json', (await diff('-o', 'json')).stdout);
  assertGolden('diff.md', (await diff('-o', 'markdown')).stdout);

  const { summary, notShown } = JSON.parse((await diff('-o', 'json')).stdout);
  const { clusterScoped, ...counts } = summary;
  assert.ok(clusterScoped > 0);
  const passed = notShown.reduce((total: number, { count }: { count: number }) => total + count, 0);
  assert.deepEqual(previous, { archive: volume.archives().at(-2), ...counts, notShown: passed });
  assert.match(
    String(changes),
    new RegExp(`^${counts.changed} objects changed, 1 added, ${counts.removed} removed in 2 projects since`),
  );
  const listed = JSON.parse((await runHere(['list', '--volume', volume.path, '-o', 'json'])).stdout);
  assert.deepEqual(listed[0].previous, previous);
});

test('values of Secrets are shown only on request', async () => {
  for (const form of ['text', 'json', 'markdown']) {
    const hidden = await diff('-o', form, '--include-noise');
    assert.doesNotMatch(hidden.stdout, /YW5vdGhlcg|ZGI=/, form);
    assert.match((await diff('-o', form, '--show-secrets')).stdout, /YW5vdGhlcg==/, form);
  }
});

test('arguments and options narrow the comparison', async () => {
  const objects = async (...words: string[]) => {
    const { stdout } = await diff('-o', 'json', ...words);
    return JSON.parse(stdout).objects.map(
      ({ project, type, name }: Record<string, string>) => `${project}/${type}/${name}`,
    );
  };
  assert.deepEqual(await objects('-p', 'shop', 'deploy'), ['shop/deployments.apps/storefront']);
  assert.deepEqual(await objects('cm', 'new'), ['shop/configmaps/new']);
  assert.deepEqual(await objects('cm/new'), ['shop/configmaps/new']);
  assert.deepEqual(await objects('--selector', 'tier=front'), ['shop/configmaps/storefront-config']);
  assert.deepEqual(await objects('ns'), ['_cluster/namespaces/web-frontend']);
  assert.deepEqual(await objects('-p', 'payments'), []);
});

test('without a second archive, the live cluster is compared, and no file of it is left', async (t) => {
  const temporary = temporaryFolder(t);
  const surroundings = { environment: { TMPDIR: temporary } };
  const words = ['--volume', volume.path, '--kubeconfig', control.kubeconfig];
  const same = await runHere(['diff', 'latest', ...words], surroundings);
  assert.deepEqual([same.status, same.stderr], [0, ''], same.stdout);
  await control.request('PATCH', STOREFRONT, { spec: { replicas: 7 } });
  const run = await runHere(['diff', 'latest', 'live', 'deploy', 'storefront', ...words], surroundings);
  assert.equal(run.status, 1, run.stderr);
  assert.match(
    run.stdout,
    /\n {8}~ spec\.replicas: 3 → 7 {3}unknown, [-\d]+ [:\d]+\n\n1 object changed in 1 project\n$/,
  );
  const unreached = await runHere(['diff', 'latest', ...words, '--context', 'nowhere'], surroundings);
  assert.notEqual(unreached.status, 0);
  assert.deepEqual(readdirSync(temporary), []);
});

test('a type that may not be listed in the live cluster is not comparable, not removed', async () => {
  const { kubeconfig } = await control.addServiceAccount('payments', 'reader');
  const rules = [{ apiGroups: [''], resources: ['configmaps', 'namespaces'], verbs: ['list'] }];
  await control.apply([
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' }, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'reader', namespace: 'payments' },
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'reader', namespace: 'payments' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'payments' }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'payments' }],
    },
  ]);
  const run = await runHere([
    'diff',
    'latest',
    '-p',
    'shop',
    '-o',
    'json',
    '--volume',
    volume.path,
    '--kubeconfig',
    kubeconfig,
  ]);
  assert.equal(run.status, 0, run.stderr + run.stdout);
  const { objects, notComparable } = JSON.parse(run.stdout);
  assert.deepEqual(objects, []);
  const row = notComparable.find(({ type }: { type: string }) => type === 'deployments.apps');
  assert.deepEqual([row.before, /^denied: /.test(row.after)], [null, true]);

  const secrets = await runHere([
    'diff',
    'latest',
    'live',
    'secrets',
    '--volume',
    volume.path,
    '--kubeconfig',
    kubeconfig,
  ]);
  assert.equal(secrets.status, 0, secrets.stderr + secrets.stdout);
  assert.match(secrets.stdout, / {2}\? shop\/secrets \(https:\S+: verb list is denied in this project\)\n/);
  assert.doesNotMatch(secrets.stdout, /payments\/secrets/);
});

test('a type that may not be listed any more is not comparable, not removed', async () => {
  await backUp('--no-secrets');
  const run = await diff('secrets');
  assert.equal(run.status, 0, run.stdout);
  assert.match(
    run.stdout,
    /not comparable\n {2}\? secrets \(openshift-backup\S+\.zip: excluded: by --no-secrets\)\n/,
  );
});

/** Starts a comparison with the live cluster, which cannot end: a list of it never answers. */
async function endlessDiff(t: TestContext) {
  const temporary = temporaryFolder(t);
  const proxy = await startFaultProxy(control, { as: await control.addUser('root', ['system:masters']) });
  t.after(() => proxy.close());
  const until = new Promise(() => {});
  proxy.add({ match: lists('configmaps'), times: 'forever', fault: { kind: 'hold', until } });
  const words = ['diff', 'latest', '--volume', volume.path, '--kubeconfig', await proxy.kubeconfigFor()];
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', TMPDIR: temporary };
  const child = spawn(process.execPath, [PROGRAM, ...words], { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await waitFor('the list', async () => proxy.requests.some(({ fault }) => fault === 'hold'));
  return { child, ended, temporary };
}

test('a signal leaves nothing of the live cluster behind', async (t) => {
  const { child, ended, temporary } = await endlessDiff(t);
  assert.notDeepEqual(readdirSync(temporary), []);
  child.kill('SIGTERM');
  assert.deepEqual((await ended)[0], 143);
  assert.deepEqual(readdirSync(temporary), []);
});

test('even after SIGKILL no file of the live cluster is left, and the next run removes the directory', async (t) => {
  const { child, ended, temporary } = await endlessDiff(t);
  assert.ok(hasNameless(child.pid, temporary));
  child.kill('SIGKILL');
  await ended;
  const files = readdirSync(temporary, { recursive: true, withFileTypes: true });
  assert.deepEqual(
    files.filter((file) => !file.isDirectory()),
    [],
  );
  const words = ['diff', 'latest', '--volume', volume.path, '--kubeconfig', control.kubeconfig];
  await runCli(words, { environment: { TMPDIR: temporary } });
  assert.deepEqual(readdirSync(temporary), []);
});

/** Whether a process has a file open that has lost its name below a directory. */
function hasNameless(pid: number | undefined, directory: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return target.startsWith(directory) && target.endsWith(' (deleted)');
    });
  } catch {
    // A file was closed, or the process has ended, while we looked.
    return false;
  }
}

test('if the previous archive is damaged, the backup warns and is published', async () => {
  const latest = volume.latest().path;
  const whole = readFileSync(latest);
  writeFileSync(latest, whole.subarray(0, whole.length - 1000));
  const run = await runHere(['--volume', volume.path, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
  const [warning] = run.log.filter(({ level }) => level === 'warn');
  assert.equal(warning?.msg, 'The comparison with the previous archive failed');
  assert.match(String(warning?.reason), / is damaged: /);
  assert.equal(volume.latest().manifest.previous, null);
});

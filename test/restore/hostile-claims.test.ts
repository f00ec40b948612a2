import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, type TestContext, test } from 'node:test';
import type { Manifest } from '../../src/archive/format/manifest.ts';
import { localArchive } from '../../src/archive/reading/archive-file.ts';
import { surveyArchive } from '../../src/restore/survey.ts';
import type { Selection } from '../../src/restore-rules/selection/selection.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { runCli } from '../cluster/run-cli.ts';
import { type Files, object as item, row, writeArchive } from '../comparison/archives.ts';
import { at, listAt } from '../support/kube-object.ts';
import { CONFIG_MAPS, object, ProxiedCluster } from './proxied-cluster.ts';
import { reportOf } from './restore-runs.ts';

// Whatever an archive claims about types, versions, owners and managers is encoded, bounded and escaped.

let cluster: ProxiedCluster;

before(async () => {
  cluster = await ProxiedCluster.start();
});

after(async () => {
  await cluster?.end();
});

/** Runs a restore of an archive with a manifest of its own; a crash fails the test. */
async function restore(
  t: TestContext,
  files: Files,
  manifest: Partial<Manifest>,
  ...words: string[]
): Promise<{ readonly status: number | null; readonly output: string; readonly asked: readonly string[] }> {
  const path = writeArchive(temporaryFolder(t), 'evil.zip', files, manifest);
  const from = cluster.proxy.requests.length;
  const run = await runCli(['restore', path, '--kubeconfig', cluster.kubeconfig, '--wait', '2', ...words]);
  assert.doesNotMatch(run.stderr, /This should not happen/);
  const asked = cluster.proxy.requests.slice(from).map(({ method, path }) => `${method} ${path}`);
  return { status: run.status, output: run.stdout + run.stderr, asked };
}

const SURROGATE = '\ud800';
const VERSIONS = ['..', '../..', 'x/../../api/v1', `v1${SURROGATE}`, 'v1?x=1', 'v1/a/b/c', ''];
const SHOP = { 'shop/configmaps.json': [object('a')] };

suite('versions of types', () => {
  for (const version of VERSIONS)
    test(`${JSON.stringify(version)} in the manifest becomes no path of anything else`, async (t) => {
      const resourceTypes = [
        row('configmaps', { apiVersion: version }),
        // Also a second and third time, for --prune, which deletes.
        row('configmaps'),
        row('configmaps'),
        row('secrets', { apiVersion: version }),
        row('things.example.com', { apiVersion: version }),
      ];
      const { status, output, asked } = await restore(
        t,
        SHOP,
        { resourceTypes },
        '-p',
        'shop',
        '--apply',
        '--prune',
      );
      if (/is damaged/.test(output)) return;
      assert.equal(status, 0, output);
      for (const each of asked) assert.doesNotMatch(each, /\.\.|\?x|\/a\/b|\/$/, each);
      const deleted = asked.filter((each) => each.startsWith('DELETE'));
      assert.equal(new Set(deleted).size, deleted.length);
      const writes = asked.filter((each) => !/^GET|selfsubject/.test(each));
      for (const each of writes) assert.match(each, / \/api\/v1\/namespaces(\/shop\/configmaps(\/|$)|$)/);
    });

  test('in objects that the caller may not create', async (t) => {
    const user = await cluster.control.addUser('walter');
    await cluster.control.grant({
      to: { user: 'walter' },
      rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }],
      namespaces: ['shop'],
    });
    const type = 'clusterroles.rbac.authorization.k8s.io';
    const files = {
      [`${type}.json`]: VERSIONS.map((version, index) =>
        object(`role-${index}`, { rules: [] }, version, 'ClusterRole'),
      ),
      'namespaces.json': ['..', `x${SURROGATE}`, ''].map((name) => object(name, {}, 'v1', 'Namespace')),
    };
    const path = writeArchive(temporaryFolder(t), 'evil.zip', files);
    const words = ['--cluster-resources', 'yes', '-o', 'json', '--apply'];
    const run = await runCli(['restore', path, '--kubeconfig', user.kubeconfig, ...words]);
    assert.doesNotMatch(run.stderr, /This should not happen/);
    if (/is damaged/.test(run.stderr)) return;
    assert.equal(run.status, 3, run.stderr);
    for (const each of reportOf(run).rows) assert.equal(each.outcome, 'failed');
  });
});

test('very many owners cause few requests', async (t) => {
  const owner = (_: unknown, index: number) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: `owner-${index}`,
    uid: `uid-${index}`,
  });
  const metadata = { namespace: 'shop', ownerReferences: Array.from({ length: 3000 }, owner) };
  const files = { 'shop/configmaps.json': [item('ConfigMap', 'owned', {}, metadata)] };
  const { asked, output } = await restore(t, files, {}, '--apply', '-o', 'json');
  const looks = asked.filter((each) => each.includes('/owner-'));
  assert.ok(looks.length > 0 && looks.length <= 60, String(looks.length));
  assert.match(output, /2950 owners removed/);
  const owned = await cluster.control.request('GET', `${CONFIG_MAPS}/owned`);
  assert.deepEqual(listAt(owned, 'metadata', 'ownerReferences'), []);
});

test('the name of a field manager is one value of the query', async (t) => {
  const manager = 'mary&force=true&fieldManager=eve';
  const metadata = {
    namespace: 'shop',
    managedFields: [
      {
        manager,
        operation: 'Apply',
        apiVersion: 'v1',
        time: '2026-09-10T08:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:key': {} } },
      },
    ],
  };
  const files = {
    'shop/configmaps.json': [item('ConfigMap', 'managed', { data: { key: 'x' } }, { namespace: 'shop' })],
    'shop/_metadata/configmaps.json': [item('ConfigMap', 'managed', {}, metadata)],
  };
  const from = cluster.proxy.requests.length;
  const { status, output } = await restore(t, files, {}, '--apply', '-o', 'json');
  assert.equal(status, 0, output);
  const [applied] = cluster.proxy.requests
    .slice(from)
    .filter(({ method, path }) => method === 'PATCH' && path.endsWith('/managed'));
  assert.deepEqual(applied?.query.getAll('fieldManager'), [manager]);
  assert.deepEqual(applied?.query.getAll('force'), ['false']);
});

test('an object is restored to the project of its folder, whatever namespace it names', async (t) => {
  const files = {
    'shop/configmaps.json': [
      item('ConfigMap', 'stray', {}, { namespace: 'kube-system', labels: { a: 'b' } }),
    ],
  };
  const { status, output } = await restore(t, files, {}, '--apply');
  assert.equal(status, 0, output);
  const made = await cluster.control.request('GET', `${CONFIG_MAPS}/stray`);
  assert.equal(at(made, 'metadata', 'labels', 'a'), 'b');
  const other = '/api/v1/namespaces/kube-system/configmaps/stray';
  assert.equal((await cluster.control.admin.answer('GET', other)).status, 404);
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u2028]/;

for (const words of [[], ['-v'], ['-o', 'json'], ['--log-format', 'text']])
  test(`no control character of an archive reaches the screen (${words.join(' ') || 'text'})`, async (t) => {
    const evil = '\u001b[2J\u009b31m\u202e\u0007\u2028';
    const owner = { apiVersion: 'v1', kind: `Kind${evil}`, name: `o${evil}`, uid: 'u' };
    const labels = { 'argocd.argoproj.io/instance': evil, 'app.kubernetes.io/instance': evil };
    const config = (name: string, metadata: object = {}, apiVersion = 'v1', kind = 'ConfigMap') =>
      JSON.stringify({ apiVersion, kind, metadata: { name, ...metadata } });
    const files = {
      'shop/configmaps.json': [
        config(`a${evil}`),
        config('b', { ownerReferences: [owner], annotations: { 'argocd.argoproj.io/tracking-id': evil } }),
        config('c', { labels }),
        config('d', {}, `v1${evil}`),
        config('e', {}, 'v1', `ConfigMap${evil}`),
      ],
      'shop/things.example.com.json': [
        JSON.stringify({
          apiVersion: 'example.com/v1',
          kind: 'Thing',
          metadata: { name: 'x' },
          image: `image-registry.openshift-image-registry.svc:5000/shop/${evil}`,
          [`key${evil}`]: `shop${evil}`,
        }),
      ],
    };
    const mapped = ['--map', 'shop=copy', '--replace', 'shop=store'];
    const { output } = await restore(t, files, {}, ...mapped, ...words);
    assert.match(output, /\\u001b/);
    assert.doesNotMatch(output, UNSAFE);
  });

test('a name of a megabyte is refused in a short line', async (t) => {
  const name = 'n'.repeat(1024 * 1024);
  const { output, status } = await restore(t, { 'shop/configmaps.json': [object(name)] }, {}, '--apply');
  assert.equal(status, 3);
  assert.match(output, /failed/);
  assert.ok(output.length < 3 * 1024 * 1024, String(output.length));
});

test('more text in names than memory should hold is refused', async (t) => {
  const items = Array.from({ length: 100 }, (_, index) => item('ConfigMap', `${'n'.repeat(1000)}${index}`));
  const path = writeArchive(temporaryFolder(t), 'evil.zip', { 'shop/configmaps.json': items });
  const archive = await localArchive(path).open();
  const selection: Selection = {
    ...{ projects: [], excludeProjects: [], resources: [], excludeResources: [], selectors: [], objects: [] },
    ...{ preference: null, storageClasses: new Map(), rebindStorageClasses: [] },
    clusterResources: 'auto',
  };
  const { signal } = new AbortController();
  try {
    assert.equal((await surveyArchive(archive, selection, signal)).targets.length, 100);
    await assert.rejects(surveyArchive(archive, selection, signal, 50_000), {
      message: `${path} is damaged: the names of its objects have more than 50000 characters`,
    });
  } finally {
    archive.close();
  }
});

test('a type file whose name is encoded is the file of no type', async (t) => {
  const files = {
    'shop/configmaps%2f..%2fsecrets.json': [object('a')],
    [join('shop', 'a b.json')]: [object('b')],
  };
  const { output, asked, status } = await restore(t, files, {}, '--apply');
  assert.equal(status, 3, output);
  for (const each of asked) assert.doesNotMatch(each, /secrets|%2f|a%20b/i);
});

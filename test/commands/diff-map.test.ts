import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { diff } from '../../src/commands/diff.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { type Files, object, row, writeArchive } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

/** A project that works in one cluster, or in a second project, and does not in the other. */
function project(name: string, { image = 'web:1', level = 'info', extra = [] as string[] } = {}): Files {
  const metadata = { namespace: name };
  const env = [
    { name: 'API', value: `http://api.${name}.svc:8080/v1` },
    { name: 'SHORT', value: `http://api.${name}:8080` },
    { name: 'HOST', value: `www.${name}.example.com` },
    { name: 'LEVEL', value: level },
  ];
  const registry = `image-registry.openshift-image-registry.svc:5000/${name}/${image}`;
  const pod = { containers: [{ name: 'web', image: registry, env }] };
  const subjects = [{ kind: 'ServiceAccount', name: 'web', namespace: name }];
  const password = Buffer.from(`postgres://db.${name}.svc.cluster.local/`).toString('base64');
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: name, controller: true };
  return {
    [`${name}/configmaps.json`]: [
      object('ConfigMap', 'kube-root-ca.crt', { data: { 'ca.crt': name } }, metadata),
      object(
        'ConfigMap',
        'settings',
        { data: { 'app.conf': `peer api.${name}.svc.cluster.local\nlevel ${level}` } },
        metadata,
      ),
      ...extra,
    ],
    [`${name}/deployments.apps.json`]: [
      object('Deployment', 'web', { spec: { template: { spec: pod } } }, metadata),
    ],
    [`${name}/pods.json`]: [object('Pod', `web-1-${name}`, {}, { ...metadata, ownerReferences: [owner] })],
    [`${name}/rolebindings.rbac.authorization.k8s.io.json`]: [
      object('RoleBinding', 'web', { subjects }, metadata),
    ],
    [`${name}/secrets.json`]: [object('Secret', 'db', { data: { url: password } }, metadata)],
    [`${name}/services.json`]: [
      object(
        'Service',
        'api',
        { spec: { clusterIP: name === 'shop' ? '10.0.0.1' : '10.0.0.2', selector: { a: 'b' } } },
        metadata,
      ),
    ],
  };
}

const TYPES = [
  'configmaps',
  'deployments.apps',
  'pods',
  'rolebindings.rbac.authorization.k8s.io',
  'secrets',
  'services',
];
const resourceTypes = [...TYPES.map((name) => row(name)), row('namespaces', { namespaced: false })];

function namespaces(...names: string[]): Files {
  return {
    'namespaces.json': names.map((name) =>
      object(
        'Namespace',
        name,
        {},
        {
          labels: { 'kubernetes.io/metadata.name': name },
          annotations: { 'openshift.io/sa.scc.uid-range': `${name.length}/10000` },
        },
      ),
    ),
  };
}

interface Answer {
  readonly objects: ReadonlyArray<{
    change: string;
    project: string;
    type: string;
    name: string;
    changes: ReadonlyArray<{ path: string; by: unknown[] }>;
  }>;
  readonly notes: readonly string[];
  readonly notShown: ReadonlyArray<{ reason: string; count: number }>;
}

async function told(before: string, after: string, ...words: string[]): Promise<Answer> {
  const { context, text } = contextOf(['diff', before, after, '-o', 'json', ...words]);
  await diff(context);
  return JSON.parse(text());
}

function archive(t: TestContext, files: Files, more = {}): string {
  return writeArchive(temporaryFolder(t), 'a.zip', files, { resourceTypes, ...more });
}

function summary({ objects }: Answer): string[] {
  return objects.map(({ change, project, name, changes }) =>
    `${change} ${project}/${name} ${changes.map(({ path }) => path).join(' ')}`.trim(),
  );
}

test('what names the project follows it, and only the real difference is left', async (t) => {
  const path = archive(t, {
    ...namespaces('shop', 'shop-test'),
    ...project('shop'),
    ...project('shop-test', { level: 'debug' }),
  });
  const answer = await told(path, path, '--map', 'shop=shop-test');
  assert.deepEqual(summary(answer), [
    'changed shop-test/settings data["app.conf"]',
    // The second host is no Service: whether it should be another one, nobody knows.
    'changed shop-test/web spec.template.spec.containers[name=web].env[name=HOST].value spec.template.spec.containers[name=web].env[name=LEVEL].value',
  ]);
  assert.deepEqual(
    answer.notes[0],
    'compared by --map: shop with shop-test; other projects are not compared',
  );
  assert.deepEqual(answer.notShown, [{ reason: 'objects that each cluster makes itself', count: 4 }]);
  assert.ok(answer.objects.every(({ changes }) => changes.every(({ by }) => by.length === 0)));
});

test('archives of two clusters: other projects, uids and addresses are no differences', async (t) => {
  const cluster = (uid: string) => ({ cluster: { server: `https://${uid}`, version: 'v1', uid } });
  const production = archive(
    t,
    {
      ...namespaces('other', 'shop'),
      ...project('shop', { image: 'web:2' }),
      'other/configmaps.json': [object('ConfigMap', 'a')],
    },
    cluster('one'),
  );
  const staging = archive(t, { ...namespaces('staging'), ...project('staging') }, cluster('two'));
  const answer = await told(
    production,
    staging,
    '--map',
    'shop=staging',
    '--ignore',
    '*:spec.template.spec.containers[*].env',
  );
  assert.deepEqual(summary(answer), ['changed staging/web spec.template.spec.containers[name=web].image']);
  assert.match(answer.notes.join(), /these are two clusters/);
});

test('objects of one project alone are added and removed', async (t) => {
  const own = project('a', { extra: [object('ConfigMap', 'x', {}, { namespace: 'a' })] });
  const path = archive(t, {
    ...own,
    ...project('b', { extra: [object('ConfigMap', 'y', {}, { namespace: 'b' })] }),
  });
  const words = ['--map', 'a=b', '--resource', 'cm'];
  assert.deepEqual(summary(await told(path, path, ...words)), ['removed b/x', 'added b/y']);
});

test('several projects; a mapped project can be chosen by both of its names', async (t) => {
  const files = {
    ...namespaces('a', 'b', 'c', 'd'),
    ...project('a'),
    ...project('b', { level: 'x' }),
    ...project('c'),
    ...project('d', { level: 'y' }),
  };
  const path = archive(t, files);
  const projects = async (...words: string[]) =>
    (await told(path, path, '--map', 'a=d', '--map', 'c=b', '--resource', 'cm', ...words)).objects.map(
      ({ project }) => project,
    );
  assert.deepEqual(await projects(), ['b', 'd']);
  assert.deepEqual(await projects('-p', 'd'), ['d']);
  assert.deepEqual(await projects('-p', 'c'), ['b']);
  assert.deepEqual(await projects('--exclude-project', 'd'), ['b']);
  assert.deepEqual(await projects('--exclude-project', 'c'), ['d']);
  await assert.rejects(projects('-p', 'x'), { ending: 'usage', message: /none of the projects that --map/ });
});

test('with --include-noise, what each cluster makes itself is compared, too', async (t) => {
  const path = archive(t, { ...project('shop'), ...project('shop-test') });
  const answer = await told(
    path,
    path,
    '--map',
    'shop=shop-test',
    '--include-noise',
    '--resource',
    'cm,pods',
  );
  assert.deepEqual(
    summary(answer).map((line) => line.split(' ')[1]),
    ['shop-test/web-1-shop', 'shop-test/web-1-shop-test'],
  );
});

test('a mapping that cannot be is wrong usage', async (t) => {
  const path = archive(t, { ...project('shop'), ...project('shop-test') });
  await assert.rejects(told(path, path, '--map', 'shpo=shop-test'), {
    ending: 'usage',
    message: /has no project shpo; did you mean shop\?$/,
  });
  await assert.rejects(told(path, path, '--map', 'shop=x', '--map', 'shop-test=x'), { ending: 'usage' });
});

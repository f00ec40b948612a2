import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { startControllerManager } from '../support/controller-manager.ts';
import type { KubeObject } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

// A project in an archive is compared with a project of another name in the live cluster.

let control: ControlPlane;
let end: (() => Promise<void>) | undefined;
const volume = new Volume();

before(async () => {
  control = await startControlPlane({ apiServerFlags: { 'disable-admission-plugins': null } });
  end = await startControllerManager(control);
  for (const project of ['shop', 'staging', 'other'])
    await control.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: project } },
      deployment(project, project === 'staging' ? 'web:2' : 'web:1'),
      service(project),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `only-${project}`, namespace: project } },
    ]);
  await waitFor('the controllers to fill the projects', async () => {
    const found = await Promise.all(['shop', 'staging'].map(isFilled));
    return found.every((is) => is);
  });
  const run = await runHere(['--volume', volume.path, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
});

after(async () => {
  volume[Symbol.dispose]();
  await end?.();
  await control?.stop();
});

async function isFilled(project: string): Promise<boolean> {
  const paths = ['serviceaccounts/default', 'configmaps/kube-root-ca.crt'];
  try {
    for (const path of paths) await control.request('GET', `/api/v1/namespaces/${project}/${path}`);
    return true;
  } catch {
    return false;
  }
}

function deployment(namespace: string, image: string): KubeObject {
  const labels = { app: 'web' };
  const env = [{ name: 'API', value: `http://web.${namespace}.svc:8080/` }];
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image, env }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  };
}

function service(namespace: string): KubeObject {
  const spec = { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace }, spec };
}

async function compared(...words: string[]) {
  const own = ['--volume', volume.path, '--kubeconfig', control.kubeconfig, '-o', 'json'];
  const run = await runHere(['diff', 'latest', 'live', ...words, ...own]);
  assert.ok(run.status === 0 || run.status === 1, run.stderr);
  const { objects, notComparable } = JSON.parse(run.stdout);
  assert.deepEqual(notComparable, []);
  return {
    status: run.status,
    objects: objects.map(({ change, project, type, name, changes }: Found) =>
      `${change} ${project}/${type}/${name} ${changes.map(({ path }) => path).join(' ')}`.trim(),
    ),
  };
}

interface Found {
  readonly change: string;
  readonly project: string;
  readonly type: string;
  readonly name: string;
  readonly changes: ReadonlyArray<{ readonly path: string }>;
}

const DIFFERENT = {
  status: 1,
  objects: [
    'removed staging/configmaps/only-shop',
    'added staging/configmaps/only-staging',
    'changed staging/deployments.apps/web spec.template.spec.containers[name=web].image',
  ],
};

test('addresses, node ports, host names and what controllers create are no differences', async () => {
  assert.deepEqual(await compared('--map', 'shop=staging'), DIFFERENT);
});

test('-p may give either name of a mapped project', async () => {
  for (const project of ['shop', 'staging', 's*'])
    assert.deepEqual(await compared('--map', 'shop=staging', '-p', project), DIFFERENT, project);
});

test('a type, or an object by name, narrows the comparison', async () => {
  assert.deepEqual(await compared('deploy', 'web', '--map', 'shop=staging'), {
    status: 1,
    objects: DIFFERENT.objects.slice(2),
  });
  assert.deepEqual(await compared('services', '--map', 'shop=staging'), { status: 0, objects: [] });
});

test('a project that the live cluster does not have is removed as a whole', async () => {
  const { status, objects } = await compared('--map', 'shop=nowhere');
  assert.equal(status, 1);
  assert.ok(objects.includes('removed nowhere/deployments.apps/web'), objects.join('\n'));
  assert.ok(
    objects.every((text: string) => text.startsWith('removed ')),
    objects.join('\n'),
  );
});

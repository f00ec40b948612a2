import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import type { KubeObject } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

/*
 * What a finalizer holds stays in the cluster after its deletion, for minutes or for ever: the
 * API server itself sets deletionTimestamp, and no controller is here that could go on.
 */

const HOLD = ['example.com/hold'];
const CONFIG = '/api/v1/namespaces/dying/configmaps';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** The API server's name for a client that does not say what it is, and a time. */
const CLIENT = String.raw`unknown, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;
const SINCE = String.raw`being deleted since \d{4}-\d\d-\d\d \d\d:\d\d UTC`;

let control: ControlPlane;
const volume = new Volume();

before(async () => {
  control = await startControlPlane();
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'dying' } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gone-soon' } },
    configMap('held', HOLD),
    configMap('kept', HOLD),
    configMap('any', [], 'gone-soon'),
    deployment,
    claim,
    widgets,
  ]);
  await waitFor('widgets to be served', async () => {
    const served =
      Object(await control.request('GET', `${CRDS}/widgets.example.com`)).status?.conditions ?? [];
    return served.some(
      ({ type, status }: Record<string, unknown>) => type === 'Established' && status === 'True',
    );
  });
  await control.apply([widget]);
  await backUp();
  await control.request('DELETE', `${CONFIG}/held`);
  await control.request('PATCH', `${CONFIG}/kept`, { data: { a: '2' } });
  await control.request('DELETE', `${CONFIG}/kept`);
  await control.apply([configMap('late', HOLD)]);
  await control.request('DELETE', `${CONFIG}/late`);
  // Foreground deletion waits for what belongs to the object, and stands in its finalizers.
  await control.request('DELETE', '/apis/apps/v1/namespaces/dying/deployments/fg', {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: 'Foreground',
  });
  await control.request('DELETE', '/api/v1/namespaces/dying/persistentvolumeclaims/data');
  await control.request('DELETE', '/api/v1/namespaces/gone-soon');
  await control.request('DELETE', `${CRDS}/widgets.example.com`);
  await backUp();
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

function configMap(name: string, finalizers: readonly string[], namespace = 'dying'): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, finalizers },
    data: { a: '1' },
  };
}

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'fg', namespace: 'dying', finalizers: HOLD },
  spec: {
    selector: { matchLabels: { app: 'fg' } },
    template: {
      metadata: { labels: { app: 'fg' } },
      spec: { containers: [{ name: 'a', image: 'registry.example.com/a:1' }] },
    },
  },
};
const claim: KubeObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'dying', finalizers: ['kubernetes.io/pvc-protection'] },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};
const widgets = definition('widgets.example.com', 'Widget', { schema: { type: 'object' } });
const widget: KubeObject = {
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', namespace: 'dying', finalizers: HOLD },
};

async function backUp(): Promise<void> {
  const run = await runHere(['--volume', volume.path, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
}

/** What a reading command prints. */
async function printed(...words: string[]): Promise<string> {
  const { stdout } = await runHere([...words, '--volume', volume.path]);
  return stdout;
}

test('diff reports objects whose deletion has begun, whatever else changed', async () => {
  const text = await printed('diff', 'previous', 'latest');
  for (const name of ['held', 'data', 'gone-soon', 'widgets.example.com'])
    assert.match(text, new RegExp(`^ {4}~ ${name}\n {8}\\+ ${SINCE}$`, 'm'));
  assert.match(
    text,
    new RegExp(`^ {4}~ kept\n {8}~ data\\.a: "1" → "2" {3}${CLIENT}\n {8}\\+ ${SINCE}$`, 'm'),
  );
  assert.match(text, new RegExp(`^ {4}\\+ late \\(${SINCE}\\) {3}created by ${CLIENT}$`, 'm'));
  assert.match(
    text,
    new RegExp(`^ {4}~ fg\n {8}\\+ ${SINCE}\n(?: {8}.*\n)*? {8}\\+ .*foregroundDeletion`, 'm'),
  );
});

test('a comparison with the live cluster reports them, too', async () => {
  const { stdout, status } = await runHere([
    ...[
      'diff',
      'previous',
      'live',
      '--volume',
      volume.path,
      '--kubeconfig',
      control.kubeconfig,
      '-p',
      'dying',
    ],
  ]);
  assert.equal(status, 1);
  assert.match(stdout, new RegExp(`^ {4}\\+ late \\(${SINCE}\\) {3}created by ${CLIENT}$`, 'm'));
  assert.match(stdout, new RegExp(`^ {4}~ held\n {8}\\+ ${SINCE}$`, 'm'));
});

test('show marks them in the tree and warns', async () => {
  const tree = await printed('show', 'latest');
  assert.match(tree, /^dying +\d+ {2}\d+ being deleted$/m);
  assert.match(tree, /^[├└]─ configmaps +3 {2}3 being deleted$/m);
  assert.match(tree, new RegExp(`^gone-soon +\\d+ {2}${SINCE}$`, 'm'));
  const warnings = async (address: string) =>
    (await runHere(['show', 'latest', address, '--volume', volume.path])).stderr;
  assert.match(await warnings('dying/cm/held'), new RegExp(`held is ${SINCE}`));
  assert.match(await warnings('_cluster/ns/gone-soon'), new RegExp(`gone-soon is ${SINCE}`));
  assert.equal(await warnings('_cluster/ns/dying'), '');
});

test('history says when the deletion was first seen', async () => {
  assert.match(
    await printed('history', 'dying/cm/held'),
    new RegExp(`version 2: changed between .*\n.*\n {4}\\+ ${SINCE}$`, 'm'),
  );
  assert.match(
    await printed('history', 'dying/cm/late'),
    new RegExp(`version 1: created between .* \\(${SINCE}\\)$`, 'm'),
  );
});

test('a deletion that continues is no difference; one that has ended is reported', async () => {
  await backUp();
  const { status, stdout } = await runHere(['diff', 'previous', 'latest', '--volume', volume.path]);
  assert.equal(status, 0, stdout);
  await control.request('PATCH', `${CONFIG}/held`, { metadata: { finalizers: null } });
  await backUp();
  assert.match(
    await printed('diff', 'previous', 'latest'),
    new RegExp(`^ {4}- held \\(was ${SINCE}\\)$`, 'm'),
  );
});

import assert from 'node:assert/strict';
import { request } from 'node:https';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { at, type JsonObject, type KubeObject, listAt } from '../support/kube-object.ts';
import { backUp, restore, told, Volume } from './restore-runs.ts';

// After a restore, the managers that applied an object in the archive own its fields again.

let control: ControlPlane;
let proxy: FaultProxy;
let kubeconfig: string;
const volume = new Volume();
const DEPLOYMENTS = '/apis/apps/v1/namespaces/own/deployments';

const ODD = { odd: 'a\u0085b\u007fc\ufeffd' };
const env = [
  { name: 'A', value: '1' },
  { name: 'B', value: '1' },
];
const deployment = (name: string, more: JsonObject, container: JsonObject): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'own' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name, image: 'registry.example.com/web:1', ...container }], ...more },
    },
  },
});
const WHOLE = (name: string) =>
  deployment(name, { initContainers: [{ name: 'init', image: 'i:1' }] }, { env });
const LESS = (name: string) => deployment(name, {}, { env: env.slice(0, 1) });

/** Server-side apply, without force. */
async function apply(object: KubeObject, manager: string, collection = DEPLOYMENTS): Promise<JsonObject> {
  const path = `${collection}/${object.metadata.name}?fieldManager=${manager}`;
  const { server, caPem, certPem, keyPem } = control.admin.credentials;
  const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const options = { method: 'PATCH', headers, ca: caPem, cert: certPem, key: keyPem };
  const sent = request(new URL(path, server), options, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    response.on('end', () =>
      (response.statusCode ?? 0) < 300 ? resolve(JSON.parse(text)) : reject(new Error(text)),
    );
  });
  sent.on('error', reject).end(JSON.stringify(object));
  return await promise;
}

const managersOf = async (name: string) =>
  listAt(await control.request('GET', `${DEPLOYMENTS}/${name}`), 'metadata', 'managedFields').map(
    (each) => `${at(each, 'manager')} ${at(each, 'operation')}`,
  );

before(async () => {
  control = await startControlPlane();
  const admin = await control.addUser('root', ['system:masters']);
  proxy = await startFaultProxy(control, { as: admin });
  kubeconfig = await proxy.kubeconfigFor();
  await control.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'own' } }]);
  await apply(WHOLE('web'), 'gitops');
  await apply(WHOLE('scaled'), 'gitops');
  // Somebody else owns a field, which the one who applies it must not take away.
  await control.request('PATCH', `${DEPLOYMENTS}/scaled?fieldManager=scaler`, { spec: { replicas: 3 } });
  await control.apply([deployment('plain', {}, { env })]);
  const odd = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'odd', namespace: 'own' } };
  await apply(odd, 'gitops', '/api/v1/namespaces/own/configmaps');
  await control.request('PATCH', '/api/v1/namespaces/own/configmaps/odd', { data: ODD });
  const [entry] = listAt(
    await control.request('GET', '/api/v1/namespaces/own/configmaps/odd'),
    'metadata',
    'managedFields',
  );
  await control.request('PATCH', '/api/v1/namespaces/own/configmaps/odd', {
    metadata: { managedFields: [entry] },
  });
  await backUp(volume, control.kubeconfig, '-p', 'own');
});

after(async () => {
  volume[Symbol.dispose]();
  await proxy?.close();
  await control?.stop();
});

const KINDS: ReadonlyArray<readonly [what: string, damage: (path: string) => Promise<unknown>]> = [
  ['was deleted', (path) => control.request('DELETE', path)],
  [
    'was changed',
    (path) =>
      control.request('PATCH', `${path}?fieldManager=kubectl-edit`, {
        spec: { template: { spec: { initContainers: null, hostNetwork: true } } },
      }),
  ],
];

for (const [what, damage] of KINDS) {
  test(`an object that ${what}: the manager that applied it can take fields away again`, async () => {
    for (const name of ['web', 'scaled']) await damage(`${DEPLOYMENTS}/${name}`);
    const run = await restore(volume, kubeconfig, '-p', 'own', '--existing', 'update', '--apply');
    assert.equal(run.status, 0, run.stdout);
    assert.deepEqual(
      told(run.rows, ({ outcome }) => outcome === 'failed'),
      [],
    );
    assert.deepEqual(await managersOf('web'), ['gitops Apply']);
    assert.deepEqual((await managersOf('scaled')).sort(), ['gitops Apply', 'scaler Update']);
    for (const name of ['web', 'scaled']) {
      const spec = at(await apply(LESS(name), 'gitops'), 'spec', 'template', 'spec');
      assert.deepEqual(
        [at(spec, 'initContainers'), at(spec, 'containers', 0, 'env')],
        [undefined, env.slice(0, 1)],
      );
      await apply(WHOLE(name), 'gitops');
    }
    assert.equal(at(await control.request('GET', `${DEPLOYMENTS}/scaled`), 'spec', 'replicas'), 3);
  });
}

test('an object with one manager, or that nobody applied, takes one request', async () => {
  const before = proxy.requests.length;
  for (const name of ['web', 'scaled', 'plain']) await control.request('DELETE', `${DEPLOYMENTS}/${name}`);
  const run = await restore(volume, kubeconfig, '-p', 'own', '--resource', 'deployments.apps', '--apply');
  assert.equal(run.status, 0, run.stdout);
  const asked = proxy.requests.slice(before).filter(({ path }) => path.startsWith(DEPLOYMENTS));
  const of = (name: string) =>
    asked.filter(({ path }) => path.startsWith(`${DEPLOYMENTS}/${name}`)).map(({ method }) => method);
  assert.deepEqual([of('web'), of('scaled'), of('plain')], [['PATCH'], ['PATCH'], []]);
  assert.equal(asked.filter(({ method }) => method === 'POST').length, 2);
});

test('an object that exists is not changed by being created under the name of its manager', async () => {
  await control.request('PATCH', `${DEPLOYMENTS}/web?fieldManager=gitops`, { spec: { paused: true } });
  const run = await restore(volume, kubeconfig, 'own/deploy/web', '--apply');
  assert.equal(run.status, 0, run.stdout);
  assert.deepEqual(
    told(run.rows, ({ type }) => type === 'deployments.apps'),
    ['differs own/deployments.apps/web'],
  );
  assert.equal(at(await control.request('GET', `${DEPLOYMENTS}/web`), 'spec', 'paused'), true);
});

test('characters that YAML does not take arrive', async () => {
  const path = '/api/v1/namespaces/own/configmaps/odd';
  await control.request('DELETE', path);
  const run = await restore(volume, kubeconfig, 'own/cm/odd', '--apply');
  assert.equal(run.status, 0, run.stdout);
  assert.deepEqual((await control.request('GET', path)).data, ODD);
});

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ApiClient, ApiError } from './api-client.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { definition } from './definition.ts';
import { mayRead } from './grants.ts';
import { at, listAt } from './kube-object.ts';
import { POOL_SOCKET } from './pool-socket.ts';
import { waitFor } from './wait.ts';

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
});
after(() => control.stop());

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const configMap = (name: string, space: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: space },
  data,
});

function refuses(client: ApiClient): Promise<boolean> {
  return client.request('GET', '/version').then(
    () => false,
    (error: unknown) => at(error, 'code') === 'ECONNREFUSED',
  );
}

test('a failed request says what was asked and what the server answered', async () => {
  await assert.rejects(control.request('GET', '/api/v1/namespaces/nowhere'), {
    name: 'ApiError',
    status: 404,
    reason: 'NotFound',
    message: 'GET /api/v1/namespaces/nowhere: HTTP 404: namespaces "nowhere" not found',
  });
});

test('objects are created, then replaced, with their status', async () => {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'applied' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web' }] },
      },
    },
    status: { replicas: 1, observedGeneration: 1 },
  };
  await control.apply([namespace('applied'), configMap('a', 'applied', { x: '1' }), deployment]);
  await control.apply([namespace('applied'), configMap('a', 'applied', { x: '2' })], { concurrency: 4 });
  const data = await control.request('GET', '/api/v1/namespaces/applied/configmaps/a');
  assert.deepEqual(data.data, { x: '2' });
  const stored = await control.request('GET', '/apis/apps/v1/namespaces/applied/deployments/web');
  assert.equal(at(stored, 'status', 'replicas'), 1);
});

test('a custom resource may follow its definition at once', async () => {
  await control.apply([
    definition('gadgets.example.com', 'Gadget'),
    {
      apiVersion: 'example.com/v1',
      kind: 'Gadget',
      metadata: { name: 'g', namespace: 'default' },
      any: [null],
    },
  ]);
  const stored = await control.request('GET', '/apis/example.com/v1/namespaces/default/gadgets/g');
  assert.deepEqual(stored.any, [null]);
});

test('users and service accounts may do only what they were granted', async () => {
  const user = await control.addUser('jane', ['readers']);
  const account = await control.addServiceAccount('accounts', 'reader');
  await control.grant({ to: { group: 'readers' }, rules: [mayRead('', 'nodes')] });
  await control.grant({ to: account, rules: [mayRead('', 'secrets')], namespaces: ['accounts'] });
  const { server, caPem } = control;
  const asJane = new ApiClient({ server, caPem, certPem: user.certPem, keyPem: user.keyPem });
  const asAccount = new ApiClient({ server, caPem, token: account.token });
  assert.deepEqual(listAt(await asJane.request('GET', '/api/v1/nodes'), 'items'), []);
  await assert.rejects(asJane.request('GET', '/api/v1/secrets'), ApiError);
  await asAccount.request('GET', '/api/v1/namespaces/accounts/secrets');
  await assert.rejects(asAccount.request('GET', '/api/v1/secrets'), { status: 403 });
  asJane.close();
  asAccount.close();
});

test('kubectl accepts the kubeconfigs', async () => {
  const account = await control.addServiceAccount('kubectl', 'somebody');
  const kubectl = (kubeconfig: string) =>
    execFileSync(
      join(control.binaries, 'kubectl'),
      ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'],
      {
        env: { KUBECONFIG: kubeconfig, HOME: control.directory },
        encoding: 'utf8',
      },
    );
  assert.equal(kubectl(control.kubeconfig), 'admin');
  assert.equal(kubectl(account.kubeconfig), 'system:serviceaccount:kubectl:somebody');
});

test('a namespace is deleted with objects that have finalizers', async () => {
  const stuck = configMap('stuck', 'doomed', {});
  await control.apply([
    namespace('doomed'),
    { ...stuck, metadata: { ...stuck.metadata, finalizers: ['example.com/nobody'] } },
  ]);
  await control.deleteNamespace('doomed');
  await assert.rejects(control.request('GET', '/api/v1/namespaces/doomed'), { status: 404 });
  await control.apply([namespace('doomed')]);
  assert.deepEqual(listAt(await control.request('GET', '/api/v1/namespaces/doomed/configmaps'), 'items'), []);
});

test('after an outage the server has the same data, tokens and port', async () => {
  const account = await control.addServiceAccount('outage', 'survivor');
  const back = control.outage(300);
  await waitFor('the server to be gone', () => refuses(control.admin));
  await back;
  const client = new ApiClient({ server: control.server, caPem: control.caPem, token: account.token });
  await client.request('GET', '/version');
  await control.request('GET', '/api/v1/namespaces/outage/serviceaccounts/survivor');
  client.close();
});

test('a server that is stopped during an outage does not come back', async () => {
  const second = await startControlPlane();
  const back = assert.rejects(second.outage(600_000), { name: 'AbortError' });
  await second.stop();
  await second.stop();
  await back;
  assert(!existsSync(second.directory));
  await assert.rejects(second.request('GET', '/version'), { code: 'ECONNREFUSED' });
});

test('a test process that is killed leaves nothing behind', async () => {
  const script = `
    import { startControlPlane } from ${JSON.stringify(new URL('control-plane.ts', import.meta.url).href)};
    const control = await startControlPlane();
    console.log(JSON.stringify([control.server, control.directory]));`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Servers of the pool are not its own.
    env: { ...process.env, [POOL_SOCKET]: undefined },
  });
  const [line] = await child.stdout.setEncoding('utf8').take(1).toArray();
  const [server, directory]: string[] = JSON.parse(String(line));
  assert(server !== undefined && directory !== undefined && existsSync(directory));
  child.kill('SIGKILL');
  await waitFor('the directory to go', async () => !existsSync(directory));
  const client = new ApiClient({ server, caPem: control.caPem });
  await waitFor('the server to be gone', () => refuses(client));
});

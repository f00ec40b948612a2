import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ApiClient } from './api-client.ts';
import { Applier } from './apply.ts';
import { definition } from './definition.ts';
import { pathOf, servedTypes } from './discovery.ts';
import { at, type KubeObject, listAt, textAt } from './kube-object.ts';
import { POOL_SOCKET } from './pool-socket.ts';
import { leaseServers } from './server-lease.ts';
import { ServerPool } from './server-pool.ts';
import type { RunningServers } from './servers.ts';
import { waitFor } from './wait.ts';

let pool: ServerPool;
before(async () => {
  pool = await ServerPool.open();
});
after(() => pool.close());

const clientOf = ({ url, caPem, admin }: RunningServers) => new ApiClient({ server: url, caPem, ...admin });

/** Everything that a server has, by path and with uids, but without what it counts up. */
async function everythingOn(client: ApiClient): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const type of await servedTypes(client)) {
    if (!type.verbs.includes('list') || type.resource === 'leases') continue;
    const list = await client.request('GET', pathOf(type));
    for (const item of listAt(list, 'items')) {
      const metadata = { ...Object(at(item, 'metadata')), resourceVersion: null, managedFields: null };
      const path = [pathOf(type), String(at(item, 'metadata', 'namespace')), textAt(metadata, 'name')];
      found.set(path.join(' '), { ...Object(item), metadata });
    }
  }
  return found;
}

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const LEFT: readonly KubeObject[] = [
  namespace('left'),
  definition('relics.example.com', 'Relic'),
  { apiVersion: 'example.com/v1', kind: 'Relic', metadata: { name: 'one', namespace: 'left' } },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'stuck', namespace: 'left', finalizers: ['example.com/nobody'] },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'ported', namespace: 'left' },
    spec: { type: 'NodePort', clusterIP: '10.0.0.99', ports: [{ port: 80, nodePort: 30999 }] },
  },
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.gone.example.com' },
    spec: {
      group: 'gone.example.com',
      version: 'v1',
      groupPriorityMinimum: 1000,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
      service: { name: 'nobody', namespace: 'left' },
    },
  },
];

test('the next lease has the same server in its fresh state', async () => {
  const first = await leaseServers(pool.socket, {});
  const admin = clientOf(first);
  const fresh = await everythingOn(admin);
  await new Applier(admin).apply(LEFT);
  await admin.request('DELETE', '/apis/rbac.authorization.k8s.io/v1/clusterroles/view');
  await admin.request('PATCH', '/api/v1/namespaces/default', { metadata: { labels: { changed: 'yes' } } });
  admin.close();
  await first.stop();

  const second = await leaseServers(pool.socket, {});
  const client = clientOf(second);
  assert.equal(second.url, first.url);
  assert.deepEqual(await everythingOn(client), fresh);
  assert.equal((await client.answer('GET', '/apis/example.com')).status, 404);
  // Addresses and ports are free again.
  await new Applier(client).apply(LEFT);
  client.close();
  await second.stop();
});

test('two leases at the same time have two servers, and other flags another one', async () => {
  const three = [{}, {}, { 'disable-admission-plugins': null }];
  const servers = await Promise.all(three.map((flags) => leaseServers(pool.socket, flags)));
  assert.equal(new Set(servers.map(({ url }) => url)).size, 3);
  await Promise.all(servers.map((each) => each.stop()));
});

test('a server that was taken down is not lent again', async () => {
  const first = await leaseServers(pool.socket, {});
  await first.takeDown();
  await first.stop();
  const second = await leaseServers(pool.socket, {});
  assert.notEqual(second.url, first.url);
  await second.stop();
});

test('the server of a killed process is cleaned and lent again', async () => {
  const script = `
    import { startControlPlane } from ${JSON.stringify(new URL('control-plane.ts', import.meta.url).href)};
    const control = await startControlPlane();
    await control.apply([${JSON.stringify(namespace('killed'))}]);
    console.log(JSON.stringify([control.server, control.directory]));`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, [POOL_SOCKET]: pool.socket },
  });
  const [line] = await child.stdout.setEncoding('utf8').take(1).toArray();
  const [server, directory = '']: string[] = JSON.parse(String(line));
  child.kill('SIGKILL');
  await waitFor('the directory to go', async () => !existsSync(directory));
  const leased = [];
  // It is one of those that wait.
  do leased.push(await leaseServers(pool.socket, {}));
  while (leased.at(-1)?.url !== server && leased.length < 4);
  const found = leased.find(({ url }) => url === server);
  assert.ok(found);
  const client = clientOf(found);
  assert.equal((await client.answer('GET', '/api/v1/namespaces/killed')).status, 404);
  client.close();
  await Promise.all(leased.map((each) => each.stop()));
});

test('a server that does not start is an error with its output', async () => {
  await assert.rejects(leaseServers(pool.socket, { 'no-such-flag': 'x' }), /unknown flag: --no-such-flag/);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { after, afterEach, before, test } from 'node:test';
import { connect } from 'node:tls';
import { ApiClient } from './api-client.ts';
import { type ControlPlane, type ServiceAccount, startControlPlane } from './control-plane.ts';
import type { Fault } from './fault.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { continues, lists } from './fault-rules.ts';
import { mayRead } from './grants.ts';
import { at, listAt, textAt } from './kube-object.ts';
import { waitFor } from './wait.ts';

const LIST = '/api/v1/namespaces/app/configmaps';
const AFTER = 2000;

let control: ControlPlane;
let proxy: FaultProxy;
let account: ServiceAccount;
let client: ApiClient;
let whole: string;

before(async () => {
  control = await startControlPlane();
  proxy = await startFaultProxy(control);
  account = await control.addServiceAccount('app', 'reader');
  await control.grant({ to: account, rules: [mayRead('', 'configmaps')], namespaces: ['app'] });
  const maps = Array.from({ length: 20 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `map-${index}`, namespace: 'app' },
    data: { text: 'x'.repeat(1000) },
  }));
  await control.apply(maps, { concurrency: 8 });
  client = new ApiClient({ server: proxy.url, caPem: proxy.caPem, token: account.token });
  whole = (await client.answer('GET', LIST)).text;
});
afterEach(() => proxy.clear());
after(async () => {
  client.close();
  await proxy.close();
  await control.stop();
});

/** The answer to a list as soon as its headers are there. */
function rawGet(): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { authorization: `Bearer ${account.token}` };
  get(`${proxy.url}${LIST}`, { ca: proxy.caPem, agent: false, headers }, resolve).on('error', reject);
  return promise;
}

/** What the client gets to see of one list that suffers the fault: headers apart from the part of the body. */
async function suffer(fault: Fault) {
  proxy.add({ match: lists('configmaps'), times: 1, fault });
  const response = await rawGet();
  let body = '';
  let error: unknown = null;
  try {
    for await (const part of response.setEncoding('utf8')) body += part;
  } catch (thrown) {
    error = thrown;
  }
  return { status: response.statusCode, headers: response.headers, body, error };
}

test('without rules, the server answers, for the token of the caller', async () => {
  assert.equal(listAt(await client.request('GET', LIST), 'items').length, 20);
  await assert.rejects(client.request('GET', '/api/v1/secrets'), { status: 403 });
  const last = proxy.requests.at(-1);
  assert.equal(last?.path, '/api/v1/secrets');
  assert.equal(last.token, account.token);
  await waitFor('the record', async () => last.status === 403);
});

test('a request with a body goes through, also as another user', async () => {
  const admin = await control.addUser('root', ['system:masters']);
  const second = await startFaultProxy(control, { as: admin });
  const through = new ApiClient({ server: second.url, caPem: second.caPem, token: account.token });
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const answer = await through.request('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', review);
  assert.equal(textAt(answer, 'status', 'userInfo', 'username'), 'root');
  through.close();
  await second.close();
});

test('status answers carry Retry-After, and end after so many times', async () => {
  proxy.add({ match: lists('configmaps'), times: 2, fault: { kind: 'status', status: 429, retryAfter: 3 } });
  const seen = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const response = await rawGet();
    seen.push([response.statusCode, response.headers['retry-after']]);
    response.destroy();
  }
  assert.deepEqual(seen, [
    [429, '3'],
    [429, '3'],
    [200, undefined],
  ]);
});

test('500, 503, 410 and 401 look like the API server’s', async () => {
  assert.match((await suffer({ kind: 'status', status: 500 })).body, /"reason":"InternalError","code":500/);
  assert.equal((await suffer({ kind: 'status', status: 503 })).status, 503);
  assert.match((await suffer({ kind: 'expired' })).body, /"reason":"Expired","code":410/);
  assert.match((await suffer({ kind: 'status', status: 401 })).body, /"reason":"Unauthorized","code":401/);
});

test('only the later pages are expired, from the second on', async () => {
  proxy.add({ match: continues, times: 'forever', after: 1, fault: { kind: 'expired' } });
  const first = await client.request('GET', `${LIST}?limit=5`);
  const token = encodeURIComponent(textAt(first, 'metadata', 'continue'));
  await client.request('GET', `${LIST}?limit=5&continue=${token}`);
  await assert.rejects(client.request('GET', `${LIST}?limit=5&continue=${token}`), { reason: 'Expired' });
  assert.equal(proxy.count(continues), 2);
});

test('a reset cuts the connection in the middle', async () => {
  const { status, body, error } = await suffer({ kind: 'reset', afterBytes: AFTER });
  assert.deepEqual([status, body], [200, whole.slice(0, AFTER)]);
  assert.equal(at(error, 'code'), 'ECONNRESET');
  assert.equal(proxy.requests.at(-1)?.fault, 'reset');
});

test('a reset is a TCP reset, not an early end', async () => {
  proxy.add({ match: lists('configmaps'), times: 1, fault: { kind: 'reset', afterBytes: AFTER } });
  const { hostname: host, port } = new URL(proxy.url);
  const socket = connect({ host, port: Number(port), ca: proxy.caPem });
  socket.resume().write(`GET ${LIST} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${account.token}\r\n\r\n`);
  await assert.rejects(once(socket, 'close'), { code: 'ECONNRESET', syscall: 'read' });
});

test('a truncated body ends without an error', async () => {
  const chunked = await suffer({ kind: 'truncate', afterBytes: AFTER });
  assert.deepEqual([chunked.body, chunked.error], [whole.slice(0, AFTER), null]);
  assert.equal(chunked.headers['transfer-encoding'], 'chunked');
  const sized = await suffer({ kind: 'truncate', afterBytes: AFTER, framing: 'length' });
  assert.deepEqual([sized.body, sized.error], [whole.slice(0, AFTER), null]);
  assert.equal(sized.headers['content-length'], String(AFTER));
});

test('a garbled body differs in one place', async () => {
  const { body } = await suffer({ kind: 'garble', afterBytes: AFTER });
  assert.equal(body, `${whole.slice(0, AFTER)}\0${whole.slice(AFTER + 1)}`);
});

test('a stall sends nothing more until the client disconnects', async () => {
  proxy.add({ match: lists('configmaps'), times: 1, fault: { kind: 'stall', afterBytes: AFTER } });
  const response = await rawGet();
  let body = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    body += part;
  });
  await waitFor('the first part', async () => body.length === AFTER);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(body.length, AFTER);
  assert(!response.complete && !response.destroyed);
  response.destroy();
});

test('a delayed request takes at least that long', async () => {
  proxy.add({ match: lists('configmaps'), times: 1, fault: { kind: 'delay', milliseconds: 150 } });
  const start = performance.now();
  await client.request('GET', LIST);
  assert(performance.now() - start >= 149);
});

test('closing ends stalled connections at once', async () => {
  const second = await startFaultProxy(control);
  second.add({ match: () => true, times: 'forever', fault: { kind: 'stall', afterBytes: 10 } });
  const through = new ApiClient({ server: second.url, caPem: second.caPem, token: account.token });
  const pending = assert.rejects(through.request('GET', LIST));
  await waitFor('the request', async () => second.requests.length === 1);
  await second.close();
  await second.close();
  await pending;
});

test('the kubeconfig leads through the proxy', async () => {
  const text = await readFile(await proxy.kubeconfigFor(account), 'utf8');
  assert(text.includes(proxy.url) && text.includes(account.token));
});

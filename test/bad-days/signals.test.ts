import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../support/fault.ts';
import { lists } from '../support/fault-rules.ts';
import { loadSample } from '../support/sample-cluster.ts';
import { waitFor } from '../support/wait.ts';
import { assertWhole, BadDay, configMaps, end, type Network, namespace, Shelf, Volume } from './bad-day.ts';
import { type Ended, endedSoon, logOf, type Running } from './run.ts';

// Whatever ends a run, and whenever: a name ending in .zip is a whole archive, and older ones stay.

let day: BadDay;
let quiet: Volume;
/** Requests of a whole run, after which it publishes. */
let requests: number;
before(async () => {
  day = await BadDay.begin();
  await loadSample(day.control);
  await day.control.apply([namespace('app'), ...configMaps('app', 600)], { concurrency: 8 });
  quiet = new Volume();
  await using network = await day.network();
  assert.equal((await network.backUp(quiet)).status, 0);
  requests = network.proxy.requests.length;
});
after(async () => {
  quiet[Symbol.dispose]();
  await day.end();
});

const LIST = (method: string, path: string) => method === 'GET' && /^\/apis?\/.*\/[a-z]+$/.test(path);
const SLOW: Fault = { kind: 'delay', milliseconds: 100 };

/** Starts a run whose lists are slow, on a volume that has an older archive. */
async function slowRun(network: Network, volume: Shelf): Promise<Running> {
  volume.shelve(quiet.latest(), '202001010015');
  network.proxy.add({ match: LIST, times: 'forever', fault: SLOW });
  return network.start(volume, ['--retain-days', '0']);
}

/** Sends a signal, which has to end the run. */
function signalled(running: Running, signal: NodeJS.Signals): Promise<Ended> {
  running.child.kill(signal);
  return endedSoon(running);
}

/** The moments of a run, by how much of its requests it has made, and some time after; the last are around publishing. */
const MOMENTS: ReadonlyArray<readonly [share: number, milliseconds: number]> = [
  [0, 150],
  [0.01, 0],
  [0.3, 0],
  [0.55, 50],
  [0.6, 0],
  [0.75, 80],
  [0.9, 0],
  [1, 0],
  [1, 100],
  [1, 115],
];

/** Waits for a moment of a run, or for its end. */
async function momentOf(running: Running, network: Network, share: number, milliseconds: number) {
  const enough = Math.ceil(share * requests);
  while (network.proxy.requests.length < enough && running.child.exitCode === null) await sleep(2);
  await sleep(milliseconds);
}

const MOMENT_NAME = (share: number, milliseconds: number) =>
  `${Math.round(share * 100)} % of the requests and ${milliseconds} ms into a run`;

for (const [signal, status, moments] of [
  ['SIGTERM', 143, MOMENTS],
  ['SIGINT', 130, MOMENTS.slice(3, 5)],
] as const)
  suite(`${signal} ends the run, and nothing of it is left`, { concurrency: 3 }, () => {
    for (const [share, milliseconds] of moments)
      test(MOMENT_NAME(share, milliseconds), async () => {
        using volume = new Shelf();
        await using network = await day.network();
        const running = await slowRun(network, volume);
        await momentOf(running, network, share, milliseconds);
        const run = await signalled(running, signal);
        await volume.assertSound();
        const published = logOf(run).some(({ msg }) => msg === 'Backup finished');
        // It may have been over just before.
        if (published && run.status === 0) return;
        // Before the program has begun, the system ends it.
        if (run.signal !== null && run.stderr === '') return assert.equal(run.signal, signal);
        assert.equal(run.status, status, run.stderr);
        assert.equal(volume.added().length, published ? 1 : 0);
        if (!published) assert.equal(logOf(run).at(-1)?.msg, `Ended by ${signal}; no archive was written`);
      });
  });

suite('SIGKILL breaks no archive', { concurrency: 3 }, () => {
  for (const [share, milliseconds] of MOMENTS)
    test(MOMENT_NAME(share, milliseconds), async () => {
      using volume = new Shelf();
      await using network = await day.network();
      const running = await slowRun(network, volume);
      await momentOf(running, network, share, milliseconds);
      await signalled(running, 'SIGKILL');
      const left = volume.files().filter((file) => !file.endsWith('.zip'));
      assert(left.length <= 1 && left.every((file) => /^\.openshift-backup\d{12}\.zip\.partial$/.test(file)));
      await volume.assertSound(left);
    });
});

suite('SIGTERM while a run waits for', { concurrency: 3 }, () => {
  const WAITS: ReadonlyArray<readonly [what: string, fault: Fault]> = [
    ['the next attempt', { kind: 'status', status: 503 }],
    ['the time that the server asked for', { kind: 'status', status: 429, retryAfter: 600 }],
    ['an answer that stalls', { kind: 'stall', afterBytes: 100 }],
  ];
  for (const [what, fault] of WAITS)
    test(what, async () => {
      using volume = new Shelf();
      await using network = await day.network();
      network.proxy.add({ match: lists('configmaps'), times: 'forever', fault });
      const running = network.start(volume, ['--retry-for', '900', '--request-timeout', '900']);
      await waitFor('the fault', async () =>
        network.proxy.requests.some((each) => each.fault === fault.kind),
      );
      const run = await signalled(running, 'SIGTERM');
      assert.equal(run.status, 143, run.stderr);
      assert.deepEqual(volume.files(), []);
    });

  test('a filter that never ends', async () => {
    using volume = new Shelf();
    await using network = await day.network();
    const running = network.start(volume, ['--resource', 'configmaps', '--filter', 'def f: f; f']);
    await waitFor('the list', async () =>
      network.proxy.requests.some(({ path }) => path.endsWith('/configmaps')),
    );
    await sleep(300);
    const run = await signalled(running, 'SIGTERM');
    assert.equal(run.status, 143, run.stderr);
    assert.deepEqual(volume.files(), []);
  });
});

suite('what a killed run left', () => {
  const partialOf = (volume: Volume): string => {
    const [partial, ...others] = volume.files().filter((file) => file.endsWith('.partial'));
    assert(partial !== undefined && others.length === 0, volume.files().join(', '));
    return partial;
  };
  const BRIEF = ['--resource', 'services', '--retain-days', '0'];

  test('is swept by a later run, when it is ten minutes old', async () => {
    using volume = new Shelf();
    await using network = await day.network();
    const killed = await slowRun(network, volume);
    await momentOf(killed, network, 0.7, 0);
    await end(killed);
    const partial = partialOf(volume);
    await using calm = await day.network();

    const soon = await calm.backUp(volume, BRIEF);
    assert.equal(soon.status, 0, soon.stderr);
    assert.equal(partialOf(volume), partial);

    const then = new Date(Date.now() - 11 * 60_000);
    utimesSync(join(volume.path, partial), then, then);
    const later = await calm.backUp(volume, BRIEF);
    assert.equal(later.status, 0, later.stderr);
    const swept = logOf(later).find(({ msg }) => msg === 'Removed files of a killed run');
    assert.equal(swept?.file, partial);
    assert.equal(volume.added().length, 2);
    await volume.assertSound();
  });

  test('is not what a run is still writing: both are published', async () => {
    using volume = new Shelf();
    await using network = await day.network();
    volume.shelve(quiet.latest(), '202001010015');
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    network.proxy.add({ match: lists('configmaps'), times: 1, fault: { kind: 'hold', until } });
    const slow = network.start(volume, ['--retain-days', '0', '--request-timeout', '900']);
    await waitFor('the list', async () => network.proxy.requests.some(({ fault }) => fault === 'hold'));
    const partial = partialOf(volume);
    await using calm = await day.network();
    const other = await calm.backUp(volume, BRIEF);
    assert.equal(other.status, 0, other.stderr);
    assert(existsSync(join(volume.path, partial)));
    goOn();
    assert.equal((await slow.ended).status, 0);
    assert.equal(volume.added().length, 2);
    await volume.assertSound();
  });
});

test('a reader that has seen enough ends nothing', async () => {
  using volume = new Volume();
  await using network = await day.network();
  const running = network.start(volume, ['--resource', 'services']);
  running.child.stdout?.destroy();
  await once(running.child, 'exit');
  assert.equal((await running.ended).status, 0);
  await assertWhole(volume);
});

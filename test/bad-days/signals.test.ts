import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Fault } from '../support/fault.ts';
import { lists } from '../support/fault-rules.ts';
import { loadSample } from '../support/sample-cluster.ts';
import { type SignalMoment, signalAt } from '../support/signal-at.ts';
import { waitFor } from '../support/wait.ts';
import { assertWhole, BadDay, configMaps, namespace, Shelf, Volume } from './bad-day.ts';
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

/** When a signal comes: during a request of the run, by its share of all requests, or at a call into the file system. */
type Moment =
  | { readonly title: string; readonly share: number }
  | { readonly title: string; readonly call: SignalMoment | null };

const SHARES = [0, 0.01, 0.3, 0.55, 0.6, 0.75, 0.9, 1];
const MOMENTS: readonly Moment[] = [
  { title: 'before the program is loaded', call: null },
  { title: 'when the partial file is made', call: { call: 'openSync', when: 'after', pathEnd: '.partial' } },
  ...SHARES.map((share) => ({ title: `at ${Math.round(share * 100)} % of the requests`, share })),
  { title: 'before the archive is synced', call: { call: 'fsyncSync', when: 'before' } },
  { title: 'before the archive gets its name', call: { call: 'linkSync', when: 'before' } },
  { title: 'when the archive has both names', call: { call: 'linkSync', when: 'after' } },
  {
    title: 'when the archive has its name alone',
    call: { call: 'unlinkSync', when: 'after', pathEnd: '.partial' },
  },
];

/** Runs a backup on a volume that has an older archive, and sends a signal at this moment, which has to end the run. */
async function interrupted(volume: Shelf, moment: Moment, signal: NodeJS.Signals): Promise<Ended> {
  await using network = await day.network();
  volume.shelve(quiet.latest(), '202001010015');
  const words = ['--retain-days', '0', '--request-timeout', '900'];
  if ('call' in moment) {
    const environment = signalAt(signal, moment.call);
    return await endedSoon(network.start(volume, words, { environment }));
  }
  const after = Math.floor(moment.share * (requests - 1));
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  network.proxy.add({ match: () => true, times: 1, after, fault: { kind: 'hold', until } });
  const running = network.start(volume, words);
  await waitFor('the request', async () => network.proxy.requests.some(({ fault }) => fault === 'hold'));
  const end = await signalled(running, signal);
  goOn();
  return end;
}

/** Sends a signal, which has to end the run. */
function signalled(running: Running, signal: NodeJS.Signals): Promise<Ended> {
  running.child.kill(signal);
  return endedSoon(running);
}

for (const [signal, status, moments] of [
  ['SIGTERM', 143, MOMENTS],
  ['SIGINT', 130, MOMENTS.slice(4, 6)],
] as const)
  suite(`${signal} ends the run, and nothing of it is left`, { concurrency: 3 }, () => {
    for (const moment of moments)
      test(moment.title, async () => {
        using volume = new Shelf();
        const run = await interrupted(volume, moment, signal);
        await volume.assertSound();
        const published = logOf(run).some(({ msg }) => msg === 'Backup finished');
        // The signal came when the archive had its name.
        if (published && run.status === 0) return;
        // Before the program is loaded, the system ends it.
        if ('call' in moment && moment.call === null) return assert.equal(run.signal, signal);
        assert.equal(run.status, status, run.stderr);
        assert.equal(volume.added().length, published ? 1 : 0);
        if (!published) assert.equal(logOf(run).at(-1)?.msg, `Ended by ${signal}; no archive was written`);
      });
  });

suite('SIGKILL breaks no archive', { concurrency: 3 }, () => {
  for (const moment of MOMENTS)
    test(moment.title, async () => {
      using volume = new Shelf();
      const run = await interrupted(volume, moment, 'SIGKILL');
      assert.equal(run.signal, 'SIGKILL');
      const left = volume.files().filter((file) => !file.endsWith('.zip'));
      assert(left.length <= 1 && left.every((file) => /^\.openshift-backup\d{12}\.zip\.partial$/.test(file)));
      await volume.assertSound(left);
    });
});

/** Ids of the processes that a process has started. */
function childrenOf(pid: number | undefined): string[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter((id) => id !== '');
  } catch {
    return [];
  }
}

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
    await waitFor('jq to run', async () => childrenOf(running.child.pid).length > 0);
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
    volume.shelve(quiet.latest(), '202001010015');
    const environment = signalAt('SIGKILL', { call: 'fsyncSync', when: 'before' });
    await network.start(volume, ['--retain-days', '0'], { environment }).ended;
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

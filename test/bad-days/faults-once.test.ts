import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Fault } from '../support/fault.ts';
import type { RecordedRequest } from '../support/fault-proxy.ts';
import { continues, type FaultRule, lists } from '../support/fault-rules.ts';
import {
  BadDay,
  configMaps,
  namespace,
  olderServer,
  Shelf,
  typeFilesOf,
  Volume,
  type ZipFile,
} from './bad-day.ts';
import { logOf } from './run.ts';

// A fault that happens once costs time and nothing else: the archive is that of an undisturbed run.

const SCOPE = ['--resource', 'namespaces,configmaps,serviceaccounts,clusterroles.*'];
/** The stages of a run, each with a request of its own. */
const STAGES: ReadonlyArray<readonly [name: string, match: FaultRule['match']]> = [
  ['readiness', (_, path) => path === '/readyz'],
  ['identity', (_, path) => path.endsWith('/selfsubjectreviews')],
  ['version', (_, path) => path === '/version'],
  ['discovery', (_, path) => path === '/apis'],
  ['access', (_, path) => path.endsWith('/selfsubjectaccessreviews')],
  ['list', lists('configmaps')],
];

let day: BadDay;
let quiet: Volume;
let undisturbed: string[];
let lastNight: ZipFile;
before(async () => {
  day = await BadDay.begin();
  await day.control.apply([namespace('app'), ...configMaps('app', 600)], { concurrency: 8 });
  quiet = new Volume();
  await using network = await day.network();
  assert.equal((await network.backUp(quiet, SCOPE)).status, 0);
  lastNight = quiet.latest();
  undisturbed = typeFilesOf(quiet);
});
after(async () => {
  quiet[Symbol.dispose]();
  await day.end();
});

/** Runs a backup through such faults, which has to be complete and like an undisturbed one; returns its requests. */
async function recovered(rules: readonly FaultRule[], words: readonly string[] = []) {
  using volume = new Shelf();
  volume.shelve(lastNight, '202001010015');
  await using network = await day.network();
  for (const rule of rules) network.proxy.add(rule);
  const ended = await network.backUp(volume, [...SCOPE, '--retain-days', '0', ...words]);
  assert.equal(ended.status, 0, ended.stderr);
  assert.deepEqual(
    logOf(ended).filter(({ level }) => level !== 'info'),
    [],
  );
  assert.deepEqual(typeFilesOf(volume), undisturbed);
  assert.equal(volume.latest().manifest.complete, true);
  assert.equal(volume.added().length, 1);
  await volume.assertSound();
  return network.proxy.requests;
}

/** Where a fault acts on bytes: in the middle of each answer, however short. */
function faultAt(stage: string, fault: Fault): Fault {
  if (!('afterBytes' in fault)) return fault;
  return { ...fault, afterBytes: { list: 150_000, readiness: 1 }[stage] ?? 100 };
}

const FAULTS: ReadonlyArray<readonly [what: string, fault: Fault]> = [
  ['429 without Retry-After', { kind: 'status', status: 429 }],
  ['500', { kind: 'status', status: 500 }],
  ['503', { kind: 'status', status: 503 }],
  ['401', { kind: 'status', status: 401 }],
  ['a connection that is reset in the middle of an answer', { kind: 'reset', afterBytes: 0 }],
  ['an answer that ends in the middle', { kind: 'truncate', afterBytes: 0 }],
  [
    'an answer that ends in the middle as if that were its end',
    { kind: 'truncate', afterBytes: 0, framing: 'length' },
  ],
  ['an answer that stalls in the middle', { kind: 'stall', afterBytes: 0 }],
  ['an answer that is late', { kind: 'delay', milliseconds: 300 }],
  ['an answer that does not come in time', { kind: 'delay', milliseconds: 1500 }],
];

// Most of the time is spent waiting, so some of them run at once.
suite('once in each stage of a run', { concurrency: 4 }, () => {
  for (const [what, fault] of FAULTS) {
    test(what, async () => {
      const rules = STAGES.map(([stage, match]) => ({ match, times: 1, fault: faultAt(stage, fault) }));
      const requests = await recovered(rules, ['--request-timeout', '1']);
      assert.equal(requests.filter((each) => each.fault === fault.kind).length, STAGES.length);
    });
  }
});

const LIST = lists('configmaps');
const OF_THE_LIST = (each: RecordedRequest) => each.path === '/api/v1/configmaps';

test('Retry-After is obeyed', async () => {
  const fault: Fault = { kind: 'status', status: 429, retryAfter: 2 };
  const requests = await recovered([{ match: LIST, times: 1, fault }]);
  const [refused, repeated] = requests.filter(OF_THE_LIST);
  assert.equal(refused?.status, 429);
  const waited = (repeated?.time ?? 0) - refused.time;
  // No upper limit: a busy machine may need longer.
  assert(waited >= 1990, `repeated after ${waited} ms`);
});

test('patience begins with the first failure, however long that took to show', async () => {
  const fault: Fault = { kind: 'stall', afterBytes: 150_000 };
  const words = ['--request-timeout', '3', '--retry-for', '2'];
  const requests = await recovered([{ match: LIST, times: 1, fault }], words);
  assert.deepEqual(askedFor(requests), ['whole: stall', 'first page', 'later page']);
});

/** How the lists of ConfigMaps were asked for: whole, by a first page, or by a later one. */
function askedFor(requests: readonly RecordedRequest[]): string[] {
  return requests.filter(OF_THE_LIST).map(({ query, fault }) => {
    const form = query.has('continue') ? 'later page' : query.has('limit') ? 'first page' : 'whole';
    return `${form}${fault === null ? '' : `: ${fault}`}`;
  });
}

test('a whole list that breaks off is read again in pages', async () => {
  const fault: Fault = { kind: 'reset', afterBytes: 150_000 };
  const requests = await recovered([{ match: LIST, times: 1, fault }]);
  assert.deepEqual(askedFor(requests), ['whole: reset', 'first page', 'later page']);
});

test('a page that breaks off: the list begins anew', async () => {
  const fault: Fault = { kind: 'reset', afterBytes: 150_000 };
  const requests = await recovered([{ match: LIST, times: 2, fault }]);
  assert.deepEqual(askedFor(requests), ['whole: reset', 'first page: reset', 'first page', 'later page']);
});

test('a continue token that expires: the list begins anew, whole', async () => {
  const requests = await recovered([
    { match: continues, times: 1, fault: { kind: 'expired' } },
    { match: LIST, times: 1, fault: { kind: 'truncate', afterBytes: 150_000 } },
  ]);
  assert.deepEqual(askedFor(requests), ['whole: truncate', 'first page', 'later page: expired', 'whole']);
});

test('a continue token that expires where lists are always read in pages: from the first page on', async () => {
  const requests = await recovered([
    { match: continues, times: 1, fault: { kind: 'expired' } },
    await olderServer(day.control),
  ]);
  assert.deepEqual(askedFor(requests), ['first page', 'later page: expired', 'first page', 'later page']);
});

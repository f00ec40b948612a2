import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Fault } from '../support/fault.ts';
import { continues, type FaultRule, lists } from '../support/fault-rules.ts';
import { BadDay, configMaps, namespace, Shelf, typeFilesOf, Volume, type ZipFile } from './bad-day.ts';
import { logOf } from './run.ts';

// A fault that happens once costs time and nothing else: the archive is that of an undisturbed run.

const SCOPE = ['--resource', 'namespaces,configmaps,serviceaccounts,clusterroles.*'];
/** The stages of a run, each with a request of its own. */
const STAGES: ReadonlyArray<readonly [name: string, match: FaultRule['match']]> = [
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
  assert.equal((await day.backUp(quiet, SCOPE)).status, 0);
  lastNight = quiet.latest();
  undisturbed = typeFilesOf(quiet);
});
afterEach(() => day.proxy.clear());
after(async () => {
  quiet[Symbol.dispose]();
  await day.end();
});

/** Runs a backup, which has to be complete and like an undisturbed one; returns the requests it made. */
async function recovered(words: readonly string[] = []) {
  using volume = new Shelf();
  volume.shelve(lastNight, '202001010015');
  const before = day.proxy.requests.length;
  const ended = await day.backUp(volume, [...SCOPE, '--retain-days', '0', ...words]);
  assert.equal(ended.status, 0, ended.stderr);
  assert.deepEqual(
    logOf(ended).filter(({ level }) => level !== 'info'),
    [],
  );
  assert.deepEqual(typeFilesOf(volume), undisturbed);
  assert.equal(volume.latest().manifest.complete, true);
  assert.equal(volume.added().length, 1);
  await volume.assertSound();
  return day.proxy.requests.slice(before);
}

/** Where a fault acts on bytes: in the middle of each answer, however short. */
function faultAt(stage: string, fault: Fault): Fault {
  return 'afterBytes' in fault ? { ...fault, afterBytes: stage === 'list' ? 150_000 : 100 } : fault;
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
  ['an answer with bytes that are no JSON', { kind: 'garble', afterBytes: 0 }],
  ['an answer that stalls in the middle', { kind: 'stall', afterBytes: 0 }],
  ['an answer that is late', { kind: 'delay', milliseconds: 300 }],
  ['an answer that does not come in time', { kind: 'delay', milliseconds: 1500 }],
];

for (const [what, fault] of FAULTS) {
  test(`${what}, once in each stage of a run`, async () => {
    for (const [stage, match] of STAGES)
      day.proxy.add({ match, times: 1, fault: faultAt(stage, fault) });
    const requests = await recovered();
    assert.equal(requests.filter((each) => each.fault === fault.kind).length, STAGES.length);
  });
}

test('Retry-After is obeyed', async () => {
  for (const [, match] of STAGES.slice(-1))
    day.proxy.add({ match, times: 1, fault: { kind: 'status', status: 429, retryAfter: 2 } });
  const [refused, repeated] = (await recovered()).filter(({ path }) => path === '/api/v1/configmaps');
  assert.equal(refused?.status, 429);
  const waited = (repeated?.time ?? 0) - refused.time;
  assert(waited >= 1990 && waited < 3000, `repeated after ${waited} ms`);
});

/** How the lists of ConfigMaps were asked for: whole, by a first page, or by a later one. */
function askedFor(requests: Awaited<ReturnType<typeof recovered>>): string[] {
  return requests
    .filter(({ path }) => path === '/api/v1/configmaps')
    .map(({ query, fault }) => {
      const form = query.has('continue') ? 'later page' : query.has('limit') ? 'first page' : 'whole';
      return `${form}${fault === null ? '' : `: ${fault}`}`;
    });
}

test('a whole list that breaks off is read again in pages', async () => {
  day.proxy.add({ match: lists('configmaps'), times: 1, fault: { kind: 'reset', afterBytes: 150_000 } });
  assert.deepEqual(askedFor(await recovered()), ['whole: reset', 'first page', 'later page']);
});

test('a page that breaks off: the list begins anew', async () => {
  day.proxy.add({ match: lists('configmaps'), times: 2, fault: { kind: 'reset', afterBytes: 150_000 } });
  assert.deepEqual(askedFor(await recovered()), [
    'whole: reset',
    'first page: reset',
    'first page',
    'later page',
  ]);
});

test('a continue token that expires: the list begins anew, whole', async () => {
  day.proxy.add({ match: continues, times: 1, fault: { kind: 'expired' } });
  day.proxy.add({ match: lists('configmaps'), times: 1, fault: { kind: 'truncate', afterBytes: 150_000 } });
  assert.deepEqual(askedFor(await recovered()), [
    'whole: truncate',
    'first page',
    'later page: expired',
    'whole',
  ]);
});

test('a continue token that expires on a server that is always read in pages: from the first page on', async () => {
  const { text } = await day.control.admin.answer('GET', '/version');
  const afterBytes = text.indexOf('"minor": "') + '"minor": "'.length;
  const older: Fault = { kind: 'garble', afterBytes, with: '32' };
  day.proxy.add({ match: (_, path) => path === '/version', times: 1, fault: older });
  day.proxy.add({ match: continues, times: 1, fault: { kind: 'expired' } });
  assert.deepEqual(askedFor(await recovered()), [
    'first page',
    'later page: expired',
    'first page',
    'later page',
  ]);
});

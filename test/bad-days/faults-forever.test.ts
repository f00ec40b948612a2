import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Fault } from '../support/fault.ts';
import { continues, type FaultRule, lists } from '../support/fault-rules.ts';
import { loadSample } from '../support/sample-cluster.ts';
import { BadDay, configMaps, namespace, olderServer, Shelf, typeFilesOf, Volume } from './bad-day.ts';
import { complaintOf, type Ended, failedIn, logOf, typeLine } from './run.ts';

// A fault that stays costs one resource type, not the archive, and the log says what to do about it.

const UNREACHABLE = / – the API server cannot be reached or closes connections: check /;
const WRONG = / – the API behind this path sends responses that no API server would send: check it /;
const FAULTY = / – the API server, or the aggregated API behind this path, failed: check its log/;

interface Row {
  readonly what: string;
  readonly type: string;
  readonly fault: Fault;
  /** What happened, to which request. */
  readonly reason: RegExp;
  /** What to do. */
  readonly advice: RegExp;
  readonly match?: FaultRule['match'];
}

/** Each of these types has a fault of its own, all in one run. */
const ROWS: readonly Row[] = [
  {
    what: '429',
    type: 'serviceaccounts',
    fault: { kind: 'status', status: 429, retryAfter: 1 },
    reason: /^GET \/api\/v1\/serviceaccounts\?limit=500: 429 Too many requests, please try again later\./,
    advice: / – the API server is overloaded: run again later, or raise --retry-for$/,
  },
  {
    what: '429 that asks for more patience than there is',
    type: 'services',
    fault: { kind: 'status', status: 429, retryAfter: 3600 },
    reason: /^GET \/api\/v1\/services\?limit=500: 429 Too many requests/,
    advice: / – the API server is overloaded: run again later, or raise --retry-for$/,
  },
  {
    what: '500',
    type: 'secrets',
    fault: { kind: 'status', status: 500 },
    reason: /^GET \/api\/v1\/secrets\?limit=500: 500 Internal error occurred: etcdserver: request timed out/,
    advice: FAULTY,
  },
  {
    what: '503',
    type: 'deployments.apps',
    fault: { kind: 'status', status: 503 },
    reason: /^GET \/apis\/apps\/v1\/deployments\?limit=500: 503 service unavailable/,
    advice: FAULTY,
  },
  {
    what: '401',
    type: 'routes.route.openshift.io',
    fault: { kind: 'status', status: 401 },
    reason: /^GET \/apis\/route.openshift.io\/v1\/routes\?limit=500: 401 Unauthorized/,
    advice: / – the API server rejects the credentials: renew the token, or log in again$/,
  },
  {
    what: '410 on a continue token',
    type: 'configmaps',
    match: continues,
    fault: { kind: 'expired' },
    reason:
      /^GET \/api\/v1\/configmaps\?limit=500&continue=\S+: 410 The provided continue parameter is too old/,
    advice: / – the list took longer than the API server keeps old resource versions: .*--retry-for/,
  },
  {
    what: 'a reset in the middle of the answer',
    type: 'roles.rbac.authorization.k8s.io',
    fault: { kind: 'reset', afterBytes: 300 },
    reason: /^GET \/apis\/rbac.*\/roles\?limit=500: the response broke off in the middle: /,
    advice: UNREACHABLE,
  },
  {
    what: 'an answer that ends in the middle',
    type: 'rolebindings.rbac.authorization.k8s.io',
    fault: { kind: 'truncate', afterBytes: 300 },
    reason: /^GET \/apis\/rbac.*\/rolebindings\?limit=500: .*it is cut off, at byte 300 – /,
    advice: UNREACHABLE,
  },
  {
    what: 'an answer that ends in the middle as if that were its end',
    type: 'statefulsets.apps',
    fault: { kind: 'truncate', afterBytes: 300, framing: 'length' },
    reason: /^GET \/apis\/apps\/v1\/statefulsets\?limit=500: .*it is cut off, at byte 300 – /,
    advice: UNREACHABLE,
  },
  {
    what: 'bytes that are no JSON',
    type: 'jobs.batch',
    fault: { kind: 'garble', afterBytes: 300 },
    reason: /^GET \/apis\/batch\/v1\/jobs\?limit=500: .*, at byte 300 – /,
    advice: WRONG,
  },
  {
    what: 'an answer that stalls in the middle',
    type: 'cronjobs.batch',
    fault: { kind: 'stall', afterBytes: 300 },
    reason:
      /^GET \/apis\/batch\/v1\/cronjobs\?limit=500: the response broke off in the middle: no data for 1 s/,
    advice: UNREACHABLE,
  },
  {
    what: 'an answer that never comes',
    type: 'networkpolicies.networking.k8s.io',
    fault: { kind: 'delay', milliseconds: 4000 },
    reason: /^GET \/apis\/networking.k8s.io\/v1\/networkpolicies\?limit=500: no data for 1 s/,
    advice: UNREACHABLE,
  },
];
const HARMED = ROWS.map(({ type }) => type);

let day: BadDay;
let quiet: Volume;
let shelf: Shelf;
let ended: Ended;
before(async () => {
  day = await BadDay.begin();
  await loadSample(day.control);
  await day.control.apply([namespace('app'), ...configMaps('app', 600)], { concurrency: 8 });
  await using calm = await day.network();
  quiet = new Volume();
  assert.equal((await calm.backUp(quiet)).status, 0);

  shelf = new Shelf();
  await shelf.shelveAsOf(quiet.latest(), new Date('2020-01-01T00:15:00Z'));
  await using network = await day.network();
  network.proxy.add(await olderServer(day.control));
  for (const { type, fault, match } of ROWS)
    network.proxy.add({ match: match ?? lists(type.split('.')[0] ?? ''), times: 'forever', fault });
  const words = ['--request-timeout', '1', '--retry-for', '3', '--retain-days', '1', '--retain-min', '1'];
  ended = await network.backUp(shelf, words);
});
after(async () => {
  quiet[Symbol.dispose]();
  shelf[Symbol.dispose]();
  await day.end();
});

suite('a resource type fails, and says to what, why and what to do', () => {
  for (const { what, type, reason, advice } of ROWS)
    test(what, () => {
      const line = typeLine(ended, type);
      assert.equal(line.outcome, 'failed');
      assert.equal(line.level, 'error');
      assert.match(String(line.reason), reason);
      assert.match(String(line.reason), advice);
      assert.equal(shelf.latest().type(type).reason, line.reason);
    });
});

test('the run ends with 3, and its last line names what failed', () => {
  assert.equal(ended.status, 3);
  const last = logOf(ended).at(-1);
  assert.equal(last?.level, 'error');
  assert.equal(last.msg, 'Backup finished, but incomplete');
  assert.match(
    String(last.hint),
    /the lines with outcome failed say why; earlier complete archives are kept/,
  );
  assert.deepEqual([...failedIn(ended)].sort(), HARMED.toSorted());
});

test('the archive is kept, is marked incomplete, and has everything else', () => {
  const archive = shelf.latest();
  assert.equal(archive.manifest.complete, false);
  const failed = archive.manifest.resourceTypes.filter(({ outcome }) => outcome === 'failed');
  assert.deepEqual(failed.map(({ name }) => name).sort(), HARMED.toSorted());
  const harmed = (line: string) => HARMED.some((type) => line.endsWith(`/${type}.json`));
  assert.deepEqual(
    typeFilesOf(shelf),
    typeFilesOf(quiet).filter((line) => !harmed(line)),
  );
});

test('the last complete archive is still there, whatever its age', async () => {
  await shelf.assertSound();
  assert.equal(shelf.archives().length, 2);
});

test('rotation lets incomplete archives go, but not the last complete one', async () => {
  using volume = new Shelf();
  const onDay = (day: number) => new Date(Date.UTC(2020, 0, day, 0, 15));
  await volume.shelveAsOf(quiet.latest(), onDay(2));
  const older = await volume.shelveAsOf(quiet.latest(), onDay(1));
  const newer = await volume.shelveAsOf(shelf.latest(), onDay(3));
  await using network = await day.network();
  network.proxy.add({ match: lists('secrets'), times: 'forever', fault: { kind: 'status', status: 500 } });
  const scope = ['--resource', 'secrets,services', '--retry-for', '0'];
  const night = await network.backUp(volume, [...scope, '--retain-days', '1', '--retain-min', '1']);
  assert.equal(night.status, 3);
  const removed = logOf(night).filter(({ msg }) => msg === 'Removed');
  assert.deepEqual(
    removed.map(({ archive }) => archive),
    [newer, older],
  );
  assert.deepEqual(volume.archives().slice(0, -1), ['openshift-backup202001020015.zip']);
});

suite('a fault that concerns everything ends the run with 4 and leaves nothing behind', () => {
  const WHOLE: ReadonlyArray<readonly [what: string, fault: Fault, path: RegExp, complaint: RegExp]> = [
    [
      'identity: 503',
      { kind: 'status', status: 503 },
      /selfsubjectreviews$/,
      /^cannot use https:.*: POST \/apis\/authentication.*\/selfsubjectreviews: 503 service unavailable → the API server/,
    ],
    [
      'discovery: no JSON',
      { kind: 'garble', afterBytes: 100 },
      /^\/apis$/,
      /^cannot use https:.*: GET \/apis: the response is not valid JSON .* → the API behind this path sends responses that no API server would send/,
    ],
    [
      'access: 429',
      { kind: 'status', status: 429, retryAfter: 1 },
      /selfsubjectaccessreviews$/,
      /^cannot use https:.*: POST \/apis\/authorization.*: 429 Too many requests, .* → the API server is overloaded/,
    ],
    [
      'identity: 401',
      { kind: 'status', status: 401 },
      /selfsubjectreviews$/,
      /^cannot use https:.*: 401 Unauthorized → the API server rejects the credentials: renew the token, or log in again$/,
    ],
  ];
  for (const [what, fault, path, complaint] of WHOLE)
    test(what, async () => {
      using volume = new Shelf();
      volume.shelve(quiet.latest(), '202001010015');
      await using network = await day.network();
      network.proxy.add({ match: (_, asked) => path.test(asked), times: 'forever', fault });
      const run = await network.backUp(volume, ['--request-timeout', '1', '--retry-for', '1']);
      assert.equal(run.status, 4);
      assert.match(complaintOf(run), complaint);
      assert.deepEqual(volume.added(), []);
      await volume.assertSound();
    });
});

test('a token that the server stops accepting in the middle: what came before it is kept', async () => {
  using volume = new Shelf();
  volume.shelve(quiet.latest(), '202001010015');
  await using network = await day.network();
  const list = (method: string, path: string) => method === 'GET' && /^\/apis?\/.*\/[a-z]+$/.test(path);
  network.proxy.add({ match: list, after: 20, times: 'forever', fault: { kind: 'status', status: 401 } });
  const run = await network.backUp(volume, ['--retry-for', '2']);
  assert.equal(run.status, 3);
  const types = volume.latest().manifest.resourceTypes;
  const failed = types.filter(({ outcome }) => outcome === 'failed');
  assert(failed.length > 10 && types.some(({ outcome }) => outcome === 'exported'));
  for (const { reason } of failed) assert.match(String(reason), / 401 Unauthorized – .* renew the token/);
  await volume.assertSound();
});

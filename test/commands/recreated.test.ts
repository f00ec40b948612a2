import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { diff } from '../../src/commands/diff.ts';
import { history } from '../../src/commands/history.ts';
import { compareWithPrevious } from '../../src/comparison/with-previous.ts';
import { parseLocation } from '../../src/volume/location.ts';
import { sampleManifest } from '../archive/sample.ts';
import { type Files, object, row, type Written } from '../comparison/archives.ts';
import { STORE_OPTIONS } from '../volume/store-options.ts';
import { contextOf } from './context.ts';
import {
  ALL_TYPES,
  config,
  logOf,
  type Night,
  now,
  runLog,
  startOf,
  volumeOf,
  written,
} from './log-nights.ts';

const CREATED = '2026-11-01T14:00:03Z';
const SAME = config('same', { x: '1' });
const OTHER = config('unchanged', { x: '1' });

/** A night with these objects of a type, whose metadata lines have these uids. */
function nightOf(type: string, items: readonly string[], uids: Readonly<Record<string, string>>): Files {
  const lines = Object.entries(uids).map(([name, uid]) =>
    written(name, [['kubectl-create', uid === '1' ? startOf(0) : CREATED, 'x']], {
      uid,
      created: uid === '1' ? startOf(0) : CREATED,
    }),
  );
  return { [`shop/${type}.json`]: items, [`shop/_metadata/${type}.json`]: lines };
}

const BEFORE = nightOf('configmaps', [SAME, OTHER], { same: '1', unchanged: '1' });
const AFTER = nightOf('configmaps', [SAME, OTHER], { same: '2', unchanged: '1' });

async function compared(t: TestContext, nights: readonly Night[], ...words: string[]) {
  return await comparedIn(volumeOf(t, nights), ...words);
}

async function comparedIn(volume: string, ...words: string[]) {
  const { context, text } = contextOf(['diff', 'previous', 'latest', '--volume', volume, ...words], { now });
  return { ending: await diff(context), text: text() };
}

test('diff shows an object that was deleted and created again, although its content is the same', async (t) => {
  const { ending, text } = await compared(t, [BEFORE, AFTER]);
  assert.equal(ending, 'differences');
  assert.match(
    text,
    /\n {4}~ same {3}recreated by kubectl-create, 2026-11-01 14:00:03\n\n1 object changed in 1 project\n$/,
  );
});

test('diff -o json says so in its fields', async (t) => {
  const { text } = await compared(t, [BEFORE, AFTER], '-o', 'json');
  const [{ change, name, created, recreated, changes }] = JSON.parse(text).objects;
  assert.deepEqual(
    { change, name, created, recreated, changes },
    { change: 'changed', name: 'same', created: CREATED, recreated: true, changes: [] },
  );
});

test('an object beside one that changed is shown, too', async (t) => {
  const [a, b] = ['1', '2'].map((x) => config('aaa', { x }));
  const before = nightOf('configmaps', [a ?? '', SAME, OTHER], { aaa: '1', same: '1', unchanged: '1' });
  const after = nightOf('configmaps', [b ?? '', SAME, OTHER], { aaa: '1', same: '2', unchanged: '1' });
  const { text } = await compared(t, [before, after]);
  assert.match(text, /~ aaa\n.*\n {4}~ same {3}recreated by kubectl-create/);
  assert.doesNotMatch(text, /unchanged/);
});

test('log and history show it at the time of its creation', async (t) => {
  const volume = volumeOf(t, [BEFORE, AFTER, AFTER]);
  assert.match(
    await runLog(volume),
    /^2026-11-01 14:00:03 kubectl-create {12}~ shop\/configmaps\/same recreated\n\n1 change in 3 archives/,
  );
  const { context, text } = contextOf(['history', 'shop/configmaps/same', '--volume', volume], { now });
  await history(context);
  assert.match(
    text(),
    /: 1 version in 3 archives\n\n~ version 1: recreated between .* and .*\n {2}in 2 archives: .*recreated by kubectl-create, 2026-11-01 14:00:03\n\n {2}version 1: already existed on /,
  );
});

test('a backup counts it', async (t) => {
  const volume = volumeOf(t, [BEFORE]);
  const provided = `${volumeOf(t, [BEFORE, AFTER])}/openshift-backup202611020015.zip`;
  const manifest = { ...sampleManifest(), options: {}, resourceTypes: ALL_TYPES, startedAt: startOf(1) };
  const previous = { volume: parseLocation(volume), options: STORE_OPTIONS };
  const naming = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
  const { signal } = new AbortController();
  const result = await compareWithPrevious(provided, manifest, previous, naming, [], signal);
  assert.equal(result.kind === 'compared' ? result.totals.changed : result.kind, 1);
});

const QUIET = [
  'metadata with later writes and the same uids',
  nightOf('configmaps', [SAME], { same: '1' }),
  {
    'shop/configmaps.json': [SAME],
    'shop/_metadata/configmaps.json': [written('same', [['kubelet', CREATED, 'y']], { uid: '1' })],
  },
] as const;

test(`${QUIET[0]} are no difference`, async (t) => {
  const { ending, text } = await compared(t, [QUIET[1], QUIET[2]]);
  assert.equal(ending, 'done');
  assert.match(text, /\n\nno differences\n$/);
});

test('an archive without metadata does not show it', async (t) => {
  const { 'shop/configmaps.json': items = [] } = AFTER as Record<string, readonly string[]>;
  const { ending } = await compared(t, [BEFORE, { 'shop/configmaps.json': items }]);
  assert.equal(ending, 'done');
});

test('uids of another cluster do not show it', async (t) => {
  const { cluster } = sampleManifest();
  const more = (uid: string | null, server: string) => ({ cluster: { ...cluster, uid, server } });
  const endings = async (...sides: ReadonlyArray<ReturnType<typeof more>>) => {
    const [own = {}, other = {}] = sides;
    const nights = [BEFORE, AFTER].map((night, at) => [night, at === 0 ? own : other] as const);
    return (await compared(t, nights as readonly Night[])).ending;
  };
  assert.equal(await endings(more('a', 'https://a'), more('b', 'https://a')), 'done');
  assert.equal(await endings(more(null, 'https://a'), more(null, 'https://b')), 'done');
  assert.equal(await endings(more(null, 'https://a'), more(null, 'https://a')), 'differences');
  assert.equal(await endings(more('a', 'https://a'), more('a', 'https://b')), 'differences');
});

/** Two nights with an object of another type, recreated, with this metadata. */
function nights(type: string, kind: string, ...metadata: readonly Written[]): readonly Night[] {
  const [own = {}, other = own] = metadata;
  return [own, other].map((more, at) =>
    nightOf(type, [object(kind, 'web', {}, { namespace: 'shop', ...more })], { web: String(at + 1) }),
  );
}

const OWNER = { apiVersion: 'example.com/v1', kind: 'Shop', name: 'shop', uid: 'u' };

test('what a controller creates again for its owner is only counted', async (t) => {
  const controlled = { ownerReferences: [{ ...OWNER, controller: true }] };
  const volume = volumeOf(t, nights('deployments.apps', 'Deployment', controlled));
  const { ending, text } = await comparedIn(volume);
  assert.equal(ending, 'done');
  assert.match(
    text,
    /Not shown: 1 object recreated by its controller without a change \(--include-noise\)\n$/,
  );
  assert.match((await comparedIn(volume, '--include-noise')).text, /~ web {3}recreated by kubectl-create/);
});

test('an owner that does not control an object excuses nothing', async (t) => {
  const owned = { ownerReferences: [OWNER] };
  const { text } = await compared(t, nights('deployments.apps', 'Deployment', owned));
  assert.match(text, /~ web {3}recreated by kubectl-create/);
});

test('pods of controllers are counted as such', async (t) => {
  const pod = {
    ownerReferences: [{ ...OWNER, apiVersion: 'apps/v1', kind: 'StatefulSet', controller: true }],
  };
  const { ending, text } = await compared(t, nights('pods', 'Pod', pod));
  assert.equal(ending, 'done');
  assert.match(text, /Not shown: 1 pod or replica set of a controller/);
});

/** Objects that a cluster recreates every night, although no owner is marked as their controller. */
const EVERY_NIGHT = [
  ['leases.coordination.k8s.io', 'Lease', {}, {}, 'heartbeat or leader election'],
  ['events', 'Event', {}, {}, 'event'],
  ['configmaps', 'ConfigMap', {}, { kind: 'Pod' }, 'config map of a build or leader'],
  ['jobs.batch', 'Job', {}, { apiVersion: 'batch/v1', kind: 'CronJob' }, 'run of a job, build or pipeline'],
  ['secrets', 'Secret', { type: 'kubernetes.io/dockercfg' }, {}, 'rotated registry token'],
] as const;

for (const [type, kind, more, owner, nouns] of EVERY_NIGHT)
  test(`a recreated ${kind} of a quiet night is only counted: ${nouns}`, async (t) => {
    const metadata = {
      namespace: 'shop',
      annotations: { 'openshift.io/internal-registry-auth-token.service-account': 'web' },
      ownerReferences: [{ apiVersion: 'v1', name: 'web', uid: 'u', ...owner }],
    };
    const item = object(kind, 'web', more, metadata);
    const quiet = ['1', '2'].map(
      (uid): Night => [nightOf(type, [item], { web: uid }), { resourceTypes: [...ALL_TYPES, row(type)] }],
    );
    const { ending, text } = await compared(t, quiet);
    assert.equal(ending, 'done');
    assert.match(text, new RegExp(`\nNot shown: 1 ${nouns} \\(`));
    assert.match((await compared(t, quiet, '--include-noise')).text, /~ web {3}recreated by kubectl-create/);
  });

test('an object is recreated also if what differs in it is noise', async (t) => {
  const revision = (number: string) => ({ annotations: { 'deployment.kubernetes.io/revision': number } });
  const { text } = await compared(t, nights('deployments.apps', 'Deployment', revision('7'), revision('1')));
  assert.match(text, /~ web {3}recreated by kubectl-create/);
});

test('objects recreated alike in many projects are one entry', async (t) => {
  const projects = ['a', 'b', 'c'];
  const night = (night: Night): Night =>
    Object.fromEntries(
      projects.flatMap((project) =>
        Object.entries(night).map(([name, items]) => [
          name.replace('shop', project),
          (items as readonly string[]).map((item) => item.replace('"shop"', `"${project}"`)),
        ]),
      ),
    );
  const { text } = await compared(t, [night(BEFORE), night(AFTER)]);
  assert.match(text, /~ same changed alike in 3 projects: a, b, c {3}recreated by kubectl-create/);
  assert.match(await logOf(t, [night(BEFORE), night(AFTER)]), /configmaps\/same in 3 projects: .* recreated/);
});

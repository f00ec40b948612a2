import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unwrapped } from '../support/page-text.ts';
import {
  compared,
  configMap,
  lines,
  metadata,
  metadataOf,
  type Night,
  shown,
  told,
  volumeOf,
} from './deletion-nights.ts';

const SINCE = '2026-11-20T14:32:10Z';
const LATER = '2026-11-21T09:00:00Z';
const DELETING = { deletionTimestamp: SINCE };
const OBJECTS = [configMap('held', { a: '1' }), configMap('other')];
const ALIVE = [metadata('held'), metadata('other', { generation: 1 })];
const DYING = [metadata('held', DELETING), metadata('other', { generation: 2 })];

/** A night with these ConfigMaps; without `_metadata` where that is null. */
function night(objects: readonly string[], beside: readonly string[] | string | null): Night {
  if (beside === null) return { 'dying/configmaps.json': objects };
  return { 'dying/configmaps.json': objects, 'dying/_metadata/configmaps.json': beside };
}

/** The lines of a text comparison about the objects. */
async function objectLines(volume: string): Promise<string> {
  const { text } = await compared(volume);
  return text.split('\n').slice(5, -3).join('\n');
}

test('an object whose deletion has begun is a change, though its file is the same', async (t) => {
  const volume = volumeOf(t, night(OBJECTS, ALIVE), night(OBJECTS, DYING));
  const { ending, text } = await compared(volume);
  assert.equal(ending, 'differences');
  assert.equal(text.split('\n').slice(2, 6).join('\n'), '\ndying\n  configmaps\n    ~ held');
  assert.match(text, /^ {8}\+ being deleted since 2026-11-20 14:32 UTC$/m);
  assert.match(text, /^1 object changed/m);
  const [object] = JSON.parse((await compared(volume, '-o', 'json')).text).objects;
  const { kind, path, value } = object.changes[0];
  assert.deepEqual([kind, path, value], ['added', 'metadata.deletionTimestamp', SINCE]);
  assert.equal(object.beingDeletedSince, SINCE);
  for (const form of ['markdown', 'html'])
    assert.match((await compared(volume, '-o', form)).text, /being deleted since 2026-11-20 14:32 UTC/);
});

test('an object that is new and being deleted already says both', async (t) => {
  const first = night([configMap('other')], [metadata('other')]);
  // Also where it is the only one of its type.
  for (const before of [first, { 'dying/secrets.json': [], 'dying/_metadata/secrets.json': [] }]) {
    const volume = volumeOf(t, before, night(OBJECTS, DYING));
    assert.match(
      (await compared(volume)).text,
      /^ {4}\+ held \(being deleted since 2026-11-20 14:32 UTC\)\n(?! {8})/m,
    );
    const { objects } = JSON.parse((await compared(volume, '-o', 'json')).text);
    assert.deepEqual(
      [objects[0].name, objects[0].change, objects[0].changes, objects[0].beingDeletedSince],
      ['held', 'added', [], SINCE],
    );
    const { text } = await compared(volume, '-o', 'markdown');
    assert.match(text, /^- added `configmaps\/held` \\\(being deleted since 2026-11-20 14:32 UTC\\\)$/m);
    assert.match(
      unwrapped((await compared(volume, '-o', 'html')).text),
      /<b>held<\/b> <span>added \(being deleted since 2026-11-20 14:32 UTC\)/,
    );
  }
});

test('one that is gone says that it was being deleted', async (t) => {
  const volume = volumeOf(t, night(OBJECTS, DYING), night([configMap('other')], [metadata('other')]));
  assert.equal(await objectLines(volume), '    - held (was being deleted since 2026-11-20 14:32 UTC)');
});

test('one whose deletion goes on is no change of its own, and says so beside another', async (t) => {
  assert.equal((await compared(volumeOf(t, night(OBJECTS, DYING), night(OBJECTS, DYING)))).ending, 'done');
  const changed = [configMap('held', { a: '2' }), configMap('other')];
  // Also where the metadata is the same to the byte.
  for (const beside of [DYING, [metadata('held', { ...DELETING, generation: 7 }), metadata('other')]]) {
    const volume = volumeOf(t, night(OBJECTS, DYING), night(changed, beside));
    assert.equal(
      await objectLines(volume),
      '    ~ held (being deleted since 2026-11-20 14:32 UTC)\n        ~ data.a: "1" → "2"',
    );
    const [object] = JSON.parse((await compared(volume, '-o', 'json')).text).objects;
    assert.deepEqual([object.changes.length, object.beingDeletedSince], [1, SINCE]);
  }
});

test('one whose deletion has begun and that has changed otherwise tells both', async (t) => {
  const changed = [configMap('held', { a: '2' }), configMap('other')];
  assert.equal(
    await objectLines(volumeOf(t, night(OBJECTS, ALIVE), night(changed, DYING))),
    '    ~ held\n        ~ data.a: "1" → "2"\n        + being deleted since 2026-11-20 14:32 UTC',
  );
});

test('one that was created again under its name is being deleted no longer, or since another time', async (t) => {
  const volume = volumeOf(t, night(OBJECTS, DYING), night(OBJECTS, ALIVE));
  assert.equal(await objectLines(volume), '    ~ held\n        - being deleted since 2026-11-20 14:32 UTC');
  const [object] = JSON.parse((await compared(volume, '-o', 'json')).text).objects;
  assert.equal(object.beingDeletedSince, null);
  const again = [metadata('held', { deletionTimestamp: LATER }), metadata('other')];
  const other = volumeOf(t, night(OBJECTS, DYING), night(OBJECTS, again));
  assert.equal(
    await objectLines(other),
    '    ~ held\n        - being deleted since 2026-11-20 14:32 UTC\n        + being deleted since 2026-11-21 09:00 UTC',
  );
  const page = (await compared(other, '-o', 'html')).text.replace(/<[^>]*>/g, '');
  assert.match(page, /being deleted since 2026-11-20 14:32 UTC.*being deleted since 2026-11-21 09:00 UTC/);
});

test('other metadata makes no difference', async (t) => {
  const later = [ALIVE[0] ?? '', metadata('other', { generation: 7 })];
  assert.equal((await compared(volumeOf(t, night(OBJECTS, ALIVE), night(OBJECTS, later)))).ending, 'done');
});

test('--ignore passes over a deletion as over any other path', async (t) => {
  const volume = volumeOf(t, night(OBJECTS, ALIVE), night(OBJECTS, DYING));
  assert.equal((await compared(volume, '--ignore', '*:metadata.deletionTimestamp')).ending, 'done');
});

test('an archive without metadata says so, and nothing of deletion', async (t) => {
  const { ending, text } = await compared(volumeOf(t, night(OBJECTS, null), night(OBJECTS, DYING)));
  assert.equal(ending, 'done');
  assert.match(text, /^note: one of them has no _metadata: deletions in progress are not shown$/m);
});

test('a project and a definition that are being deleted are objects like others', async (t) => {
  const named = (name: string) =>
    `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"${name}"},"spec":{}}`;
  const crd = '{"apiVersion":"v1","kind":"CustomResourceDefinition","metadata":{"name":"w.example.com"}}';
  const CRDS = 'customresourcedefinitions.apiextensions.k8s.io.json';
  const at = (more: Readonly<Record<string, unknown>>): Night => ({
    'namespaces.json': [named('dying')],
    '_metadata/namespaces.json': [metadataOf('Namespace', { name: 'dying' }, more)],
    [CRDS]: [crd],
    [`_metadata/${CRDS}`]: [metadataOf('CustomResourceDefinition', { name: 'w.example.com' }, more)],
    ...night(OBJECTS, ALIVE),
  });
  const volume = volumeOf(t, at({}), at(DELETING));
  const { text } = await compared(volume);
  for (const name of ['dying', 'w.example.com'])
    assert.ok(text.includes(`    ~ ${name}\n        + being deleted since 2026-11-20 14:32 UTC\n`), text);
  assert.match(await told(volume, '_cluster/ns/dying'), / {4}\+ being deleted since 2026-11-20 14:32 UTC$/m);
  const warning = 'project dying is being deleted since 2026-11-20 14:32 UTC';
  for (const address of ['dying', 'dying/cm', 'dying/cm/held'])
    assert.deepEqual((await shown(volume, 'latest', address)).warnings, [warning], address);
  assert.deepEqual((await shown(volume, 'latest', '_cluster/ns/dying')).warnings, [
    'dying is being deleted since 2026-11-20 14:32 UTC',
  ]);
  const tree = await shown(volume, 'latest');
  assert.match(tree.text, /^dying +2 {2}being deleted since 2026-11-20 14:32 UTC$/m);
  assert.match(tree.text, /^_cluster +2 {2}2 being deleted$/m);
  assert.match(tree.text, /^└─ namespaces +1 {2}1 being deleted$/m);
});

test('the history of an object tells it', async (t) => {
  const volume = volumeOf(t, night(OBJECTS, ALIVE), night(OBJECTS, DYING));
  assert.match(
    await told(volume, 'dying/cm/held'),
    /version 2: changed between .*\n.*\n {4}\+ being deleted since 2026-11-20 14:32 UTC$/m,
  );
  const { events } = JSON.parse(await told(volume, 'dying/cm/held', '-o', 'json'));
  assert.deepEqual(
    events.map(({ beingDeletedSince }: { beingDeletedSince: string | null }) => beingDeletedSince),
    [SINCE, null],
  );
});

test('its history tells of an object that came when it was being deleted already', async (t) => {
  const volume = volumeOf(t, night([configMap('other')], [metadata('other')]), night(OBJECTS, DYING));
  const since = String.raw` \(being deleted since 2026-11-20 14:32 UTC\)$`;
  assert.match(await told(volume, 'dying/cm/held'), new RegExp(`version 1: created between .*${since}`, 'm'));
  const first = volumeOf(t, night(OBJECTS, DYING));
  assert.match(await told(first, 'dying/cm/held'), new RegExp(`version 1: already existed .*${since}`, 'm'));
});

test('an archive without metadata makes no versions in a history', async (t) => {
  const versions = async (...nights: readonly Night[]) => {
    const { events } = JSON.parse(await told(volumeOf(t, ...nights), 'dying/cm/held', '-o', 'json'));
    return events.map((event: { archives: unknown[]; changes: Array<{ path: string }> }) =>
      [event.archives.length, ...event.changes.map(({ path }) => path)].join(' '),
    );
  };
  const [dying, untold] = [night(OBJECTS, DYING), night(OBJECTS, null)];
  const changed = [configMap('held', { a: '2' }), configMap('other')];
  assert.deepEqual(await versions(night(OBJECTS, ALIVE), untold, dying), [
    '1 metadata.deletionTimestamp',
    '2',
  ]);
  // It had begun when the third archive was made.
  assert.deepEqual(await versions(dying, untold, untold, dying), ['4']);
  assert.deepEqual(await versions(dying, untold, night(changed, DYING)), ['1 data.a', '2']);
  const old = [metadata('held', { deletionTimestamp: '2026-11-19T10:00:00Z' }), metadata('other')];
  assert.deepEqual(await versions(untold, night(OBJECTS, old)), ['2']);
});

test('the tree of an archive and the files of a project count what is being deleted', async (t) => {
  const volume = volumeOf(t, night(OBJECTS, null), {
    ...night(OBJECTS, DYING),
    'alive/configmaps.json': [configMap('a')],
    'alive/_metadata/configmaps.json': [metadata('a')],
  });
  const { text, warnings } = await shown(volume, 'latest');
  assert.match(
    text,
    /^alive +1\n└─ configmaps +1\ndying +2 {2}1 being deleted\n└─ configmaps +2 {2}1 being deleted\n/m,
  );
  assert.deepEqual(warnings, []);
  const { tree } = JSON.parse((await shown(volume, 'latest', '-o', 'json')).text);
  const dying = (beingDeleted: number | null) => ({
    ...{ project: 'dying', objects: 2, beingDeleted, beingDeletedSince: null },
    types: [{ type: 'configmaps', objects: 2, beingDeleted }],
  });
  assert.deepEqual(tree[1], dying(1));
  assert.match(
    (await shown(volume, 'latest', 'dying')).text,
    /^configmaps +2 .*configmaps\.json +1 being deleted$/m,
  );
  const files = JSON.parse((await shown(volume, 'latest', 'dying', '-o', 'json')).text);
  assert.deepEqual(
    files.map(({ beingDeleted }: { beingDeleted: number | null }) => beingDeleted),
    [1, null],
  );
  // Where there is no metadata, it is not known.
  const older = JSON.parse((await shown(volume, 'previous', '-o', 'json')).text);
  assert.deepEqual(older.tree, [dying(null)]);
});

test('show tells it on stderr, and prints the object as it stands', async (t) => {
  const volume = volumeOf(t, night(OBJECTS, ALIVE), night(OBJECTS, DYING));
  const { text, warnings } = await shown(volume, 'latest', 'dying/cm/held');
  assert.deepEqual(JSON.parse(text), JSON.parse(OBJECTS[0] ?? ''));
  assert.deepEqual(warnings, ['held is being deleted since 2026-11-20 14:32 UTC']);
  for (const address of ['dying/cm', 'dying/_metadata/cm/held'])
    assert.deepEqual((await shown(volume, 'latest', address)).warnings, warnings, address);
  assert.deepEqual((await shown(volume, 'latest', 'dying/cm/other')).warnings, []);
  assert.deepEqual((await shown(volume, 'previous', 'dying/cm/held')).warnings, []);
});

test('of many objects that are being deleted show names some', async (t) => {
  const names = Array.from({ length: 25 }, (_, at) => `n${10 + at}`);
  const objects = names.map((name) => configMap(name));
  const beside = names.map((name) => metadata(name, DELETING));
  const { warnings } = await shown(volumeOf(t, night(objects, beside)), 'latest', 'dying/cm');
  assert.equal(warnings.length, 11);
  assert.equal(warnings.at(-1), '15 more objects are being deleted');
});

test('show --metadata gives objects the metadata of the server', async (t) => {
  const volume = volumeOf(t, night(OBJECTS, null), night(OBJECTS, DYING));
  const textOf = async (...words: string[]) => (await shown(volume, ...words)).text;
  const text = await textOf('latest', 'dying/cm/held', '--metadata');
  const whole = JSON.parse(OBJECTS[0] ?? '');
  const expected = { ...whole, metadata: { ...whole.metadata, ...JSON.parse(DYING[0] ?? '').metadata } };
  assert.equal(text, `${JSON.stringify(expected, null, 2)}\n`);
  const list = JSON.parse(await textOf('latest', 'dying/cm', '--metadata'));
  assert.deepEqual(
    list.items.map(({ metadata }: { metadata: { uid: string } }) => metadata.uid),
    ['uid-held', 'uid-other'],
  );
  assert.equal(await textOf('latest', 'dying/_metadata/cm'), lines(DYING));
  assert.equal(JSON.parse(await textOf('latest', 'dying/_metadata/cm/held')).metadata.uid, 'uid-held');
  await assert.rejects(textOf('previous', 'dying/cm/held', '--metadata'), {
    name: 'Failure',
    message: /has no _metadata of dying\/configmaps\.json$/,
  });
});

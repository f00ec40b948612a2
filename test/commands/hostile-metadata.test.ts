import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { localArchive } from '../../src/archive/reading/archive-file.ts';
import { METADATA_MEMBERS } from '../../src/archive/reading/joined-parts.ts';
import { ArchiveReader } from '../../src/archive/reading/reader.ts';
import { verifyArchive } from '../../src/archive/reading/verify.ts';
import { extract } from '../../src/commands/extract.ts';
import { EVERYWHERE } from '../../src/plan/pruning-table.ts';
import { itemsOf, sourceFiles } from '../../src/restore/archive-items.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { contentsOf } from '../archive/zip-tools.ts';
import { contextOf } from './context.ts';
import { compared, configMap, lines, metadata, shown, told, volumeOf } from './deletion-nights.ts';

const OBJECTS = [configMap('held', { a: '1' }), configMap('other')];
const ALIVE = [metadata('held'), metadata('other')];
const DELETING = { deletionTimestamp: '2026-11-20T14:32:10Z' };
/** Control and format characters but for those that lay out a text. */
const UNSAFE = /(?![\t\n])\p{Cc}|\p{Cf}/u;
const ESCAPE = '\u001b]52;c;aGk=\u0007\u202e';

/** Two nights with the same objects; the second with this file under `_metadata/`. */
function volumeWith(t: TestContext, file: readonly string[] | string): string {
  const objects = { 'dying/configmaps.json': OBJECTS };
  return volumeOf(
    t,
    { ...objects, 'dying/_metadata/configmaps.json': ALIVE },
    { ...objects, 'dying/_metadata/configmaps.json': file },
  );
}

/** Every reader of `_metadata/`, by what a person types. */
const READERS: Readonly<Record<string, (volume: string) => Promise<string>>> = {
  'show ARCHIVE': async (volume) => (await shown(volume, 'latest')).text,
  'show PROJECT': async (volume) => (await shown(volume, 'latest', 'dying')).text,
  'show TYPE': async (volume) => JSON.stringify(await shown(volume, 'latest', 'dying/cm')),
  'show NAME': async (volume) => JSON.stringify(await shown(volume, 'latest', 'dying/cm/held')),
  'show --metadata': async (volume) => (await shown(volume, 'latest', 'dying/cm', '--metadata')).text,
  'show _metadata': async (volume) => (await shown(volume, 'latest', 'dying/_metadata/cm')).text,
  diff: async (volume) => (await compared(volume)).text,
  'diff -o json': async (volume) => (await compared(volume, '-o', 'json')).text,
  'diff -o html': async (volume) => (await compared(volume, '-o', 'html')).text,
  history: async (volume) => await told(volume, 'dying/cm/held'),
};

const deep = (levels: number) =>
  metadata('held', { ...DELETING, x: 0 }).replace('"x":0', `"x":${'['.repeat(levels)}${']'.repeat(levels)}`);
const fields = `{"fieldsV1":{"f:${'x'.repeat(3_000_000)}":{}}}`;
const HOSTILE: ReadonlyArray<readonly [what: string, file: readonly string[] | string]> = [
  ['other objects', [metadata('aaa', DELETING), metadata('zzz', DELETING)]],
  ['objects out of order', [metadata('other', DELETING), metadata('held', DELETING)]],
  ['an object twice', [metadata('held', DELETING), metadata('held'), metadata('other')]],
  ['too few objects', [metadata('held', DELETING)]],
  ['objects of several lines', JSON.stringify(JSON.parse(lines([metadata('held', DELETING)])), null, 2)],
  ['objects on one line', lines([metadata('held', DELETING), metadata('other')]).replace('},\n', '},')],
  ['an object nested too deep', [deep(20_000), metadata('other')]],
  ['no items', '{"apiVersion":"v1","kind":"List"}\n'],
  ['items that are no list', '{"apiVersion":"v1","kind":"List","items":{"deletionTimestamp":1}}\n'],
  ['nothing', ''],
  ['no JSON', `"deletionTimestamp" ${ESCAPE}`],
  ['an end in the middle', lines([metadata('held', DELETING)]).slice(0, -60)],
  ['items that are no objects', lines(['"\\u001b deletionTimestamp"', '1', 'null'])],
  ['objects without metadata', lines(['{"apiVersion":"v1","kind":"ConfigMap","deletionTimestamp":"x"}'])],
  ['raw control characters', lines([metadata('held', DELETING).replace('uid-held', ESCAPE)])],
];

for (const [what, file] of HOSTILE)
  test(`${what} under _metadata: verify says damaged, and no reader falls over it`, async (t) => {
    const volume = volumeWith(t, file);
    for (const [reader, read] of Object.entries(READERS)) {
      const text = await read(volume).catch((error: unknown) => {
        assert.ok(
          error instanceof Error && ['Damage', 'Failure'].includes(error.name),
          `${reader}: ${error}`,
        );
        assert.match(error.message, /dying\/_metadata\/configmaps\.json/, reader);
        return error.message;
      });
      assert.doesNotMatch(text, UNSAFE, reader);
    }
    const { problems, verdict } = await verifyArchive(
      localArchive(join(volume, 'openshift-backup202611210015.zip')),
    );
    assert.equal(verdict, 'damaged');
    assert.ok(
      problems.some((each) => each.includes('_metadata')),
      problems.join('\n'),
    );
  });

const ODD: ReadonlyArray<readonly [what: string, object: string]> = [
  ['a text that is no time', metadata('held', { deletionTimestamp: ESCAPE })],
  ['a time that no server writes', metadata('held', { deletionTimestamp: '20 Nov 2026' })],
  ['an object', metadata('held', { deletionTimestamp: { a: ESCAPE } })],
  ['null', metadata('held', { deletionTimestamp: null })],
];

for (const [what, item] of ODD)
  test(`a deletionTimestamp that is ${what} is not taken for a deletion`, async (t) => {
    const volume = volumeWith(t, [item, metadata('other')]);
    for (const [reader, read] of Object.entries(READERS)) {
      const text = await read(volume);
      assert.doesNotMatch(text, UNSAFE, reader);
      assert.doesNotMatch(text, /being deleted/, reader);
    }
    const { objects } = JSON.parse(await (READERS['diff -o json'] ?? assert.fail)(volume));
    assert.deepEqual(
      objects.map((each: { beingDeletedSince: unknown }) => each.beingDeletedSince),
      [null],
    );
  });

test('objects that are not in the type file are not counted', async (t) => {
  const volume = volumeWith(t, [
    metadata('aaa', DELETING),
    metadata('held', DELETING),
    metadata('zzz', DELETING),
  ]);
  assert.match((await shown(volume, 'latest')).text, /^└─ configmaps +2 {2}1 being deleted$/m);
  assert.equal((await shown(volume, 'latest', 'dying/cm')).warnings.length, 1);
});

test('of a member that is there a hundred thousand times the last counts, and it is shown once', async (t) => {
  const many = '"deletionTimestamp":"2026-11-19T00:00:00Z",'.repeat(100_000);
  const item = metadata('held', DELETING).replace('"deletionTimestamp"', `${many}"deletionTimestamp"`);
  const volume = volumeWith(t, [item, metadata('other')]);
  const { text } = await shown(volume, 'latest', 'dying/cm/held', '--metadata');
  assert.equal(text.match(/deletionTimestamp/g)?.length, 1);
  assert.match(await (READERS.diff ?? assert.fail)(volume), /being deleted since 2026-11-20 14:32 UTC/);
});

test('large managedFields, and some that are nested deep, are shown whole', async (t) => {
  const nested = `${'['.repeat(90)}${'1,'.repeat(200_000)}1${']'.repeat(90)}`;
  const object = metadata('held', DELETING).replace(
    /"managedFields":\[.*?\]/,
    `"managedFields":[${fields},${nested}]`,
  );
  const volume = volumeWith(t, [object, metadata('other')]);
  const { text } = await shown(volume, 'latest', 'dying/cm/held', '--metadata');
  // Indented, each of the 200,000 numbers would stand behind 190 spaces.
  assert.ok(text.length < 8_000_000, String(text.length));
  assert.deepEqual(JSON.parse(text).metadata, {
    ...JSON.parse(OBJECTS[0] ?? '').metadata,
    ...JSON.parse(object).metadata,
  });
});

test('what we do not write there is not joined with objects', async (t) => {
  const more = { annotations: { a: ESCAPE }, labels: { b: 'c' }, finalizers: ['d'], resourceVersion: '1' };
  const volume = volumeWith(t, [metadata('held', more), metadata('other')]);
  const { text } = await shown(volume, 'latest', 'dying/cm/held', '--metadata');
  assert.deepEqual(Object.keys(JSON.parse(text).metadata), ['name', 'namespace', 'uid', 'managedFields']);
  assert.equal((await compared(volume)).ending, 'done');
});

test('what is joined with objects is what pruning keeps apart', () => {
  const apart = EVERYWHERE.filter((row) => row.apart === true).map(({ path }) => path);
  assert.deepEqual(
    METADATA_MEMBERS.map((key) => `metadata.${key}`),
    apart,
  );
});

test('extract writes it as it stands, to a directory and to a zip alike', async (t) => {
  const volume = volumeWith(t, [metadata('held', { deletionTimestamp: ESCAPE }), metadata('other')]);
  const folder = mkdtempSync(join(temporaryFolder(t), 'x'));
  for (const to of ['dir', 'files.zip'])
    await extract(
      contextOf(['extract', 'latest', 'dying', '--to', join(folder, to), '--volume', volume]).context,
    );
  const zipped = await contentsOf(join(folder, 'files.zip'));
  const files = readdirSync(join(folder, 'dir'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
  const written = new Map(
    files.map((file) => [file.slice(join(folder, 'dir').length + 1), readFileSync(file)]),
  );
  assert.deepEqual([...written.keys()].sort(), ['_metadata/configmaps.json', 'configmaps.json']);
  assert.deepEqual(new Map([...zipped].sort()), new Map([...written].sort()));
});

test('restore takes no object and no member from it', async (t) => {
  const volume = volumeWith(t, [
    metadata('aaa', DELETING),
    metadata('held', { ...DELETING, labels: { x: 'y' } }),
  ]);
  const archive = await ArchiveReader.open(join(volume, 'openshift-backup202611210015.zip'));
  t.after(() => archive.close());
  const items = [];
  for (const file of await sourceFiles(archive, true))
    for await (const { bytes } of itemsOf(archive, file)) items.push(JSON.parse(bytes.toString()));
  assert.deepEqual(
    items,
    OBJECTS.map((each) => JSON.parse(each)),
  );
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Manifest } from '../../../src/archive/format/manifest.ts';
import { localArchive } from '../../../src/archive/reading/archive-file.ts';
import { verifyArchive } from '../../../src/archive/reading/verify.ts';
import {
  incompleteManifest,
  sampleEntries,
  sampleFiles,
  sampleManifest,
  temporaryFolder,
} from '../sample.ts';
import { countField, type MadeEntry, makeZip } from '../zip-maker.ts';

function verified(test: TestContext, entries: readonly MadeEntry[] | Buffer) {
  const path = join(temporaryFolder(test), 'made.zip');
  writeFileSync(path, Buffer.isBuffer(entries) ? entries : makeZip(entries));
  return verifyArchive(localArchive(path));
}

/** The sample with the manifest's truth changed. */
function told(change: (manifest: Manifest) => Manifest): MadeEntry[] {
  return sampleEntries(sampleFiles(), change(sampleManifest()));
}

/** The sample with a file's content changed before the sums are made. */
function withFile(name: string, change: (content: string) => string): MadeEntry[] {
  const files = sampleFiles();
  files.set(name, change(files.get(name) ?? ''));
  return sampleEntries(files, sampleManifest(files));
}

test('a whole archive is good', async (t) => {
  const { verdict, problems, entries, bytes, manifest } = await verified(t, sampleEntries());
  assert.deepEqual({ verdict, problems, entries }, { verdict: 'good', problems: [], entries: 7 });
  assert.equal(
    bytes,
    sampleEntries().reduce((sum, { content }) => sum + Buffer.byteLength(content), 0),
  );
  assert.deepEqual(manifest, sampleManifest());
});

const metadataOf = (kind: string, ...names: readonly string[]) =>
  `{"apiVersion":"v1","kind":"List","items":[\n${names
    .map((name) => `{"apiVersion":"v1","kind":"${kind}","metadata":{"name":"${name}","uid":"${name}"}}`)
    .join(',\n')}\n]}\n`;

/** The sample with the metadata of all its objects, and more files, or others. */
function withMetadata(others: Readonly<Record<string, string>> = {}): MadeEntry[] {
  const files = new Map([
    ...sampleFiles(),
    ['_metadata/namespaces.json', metadataOf('Namespace', 'shop', 'web')],
    ['shop/_metadata/configmaps.json', metadataOf('ConfigMap', 'a', 'b')],
    ['web/_metadata/secrets.json', metadataOf('Secret', 'key')],
    ['web/_metadata/deployments.apps.json', metadataOf('Deployment', 'front')],
    ...Object.entries(others),
  ]);
  const manifest = sampleManifest(files);
  return sampleEntries(files, { ...manifest, totals: { ...manifest.totals, files: files.size } });
}

test('an archive with the metadata of its objects is good', async (t) => {
  const { verdict, problems } = await verified(t, withMetadata());
  assert.deepEqual({ verdict, problems }, { verdict: 'good', problems: [] });
});

for (const [what, others, problem] of [
  [
    'of other objects',
    { 'shop/_metadata/configmaps.json': metadataOf('ConfigMap', 'a', 'c') },
    'shop/configmaps',
  ],
  ['of fewer objects', { 'shop/_metadata/configmaps.json': metadataOf('ConfigMap', 'a') }, 'shop/configmaps'],
  ['of a type that is not there', { 'web/_metadata/pods.json': metadataOf('Pod', 'p') }, 'web/pods'],
] as const) {
  test(`metadata ${what} is damage`, async (t) => {
    const { verdict, problems } = await verified(t, withMetadata(others));
    assert.equal(verdict, 'damaged');
    assert.deepEqual(problems, [`${problem}.json: _metadata does not hold the same objects`]);
  });
}

test('an archive in which a type failed is incomplete, and says which and why', async (t) => {
  const { verdict, problems } = await verified(t, sampleEntries(sampleFiles(), incompleteManifest()));
  assert.equal(verdict, 'incomplete');
  assert.deepEqual(problems, ['routes.route.openshift.io failed: GET /apis/route: 503']);
});

const SUMS = /^[0-9a-f]{64} {2}(.*)\n/m;
const withSums = (change: (sums: string) => string) =>
  sampleEntries().map((entry) =>
    entry.name === 'SHA256SUMS' ? { ...entry, content: change(entry.content) } : entry,
  );

const DAMAGED: ReadonlyArray<
  readonly [string, () => readonly MadeEntry[] | Buffer, ReadonlyArray<string | RegExp>]
> = [
  ['a cut file', () => makeZip(sampleEntries()).subarray(0, 900), [/^End of central directory/]],
  [
    'no manifest',
    () => sampleEntries().filter(({ name }) => name !== 'manifest.json'),
    ['it has no manifest.json', 'manifest.json is in SHA256SUMS, but not in the archive'],
  ],
  ['no sums', () => sampleEntries().slice(0, -1), ['it has no SHA256SUMS']],
  ['a sum missing', () => withSums((sums) => sums.replace(SUMS, '')), ['manifest.json is not in SHA256SUMS']],
  [
    'a sum that differs',
    () => withSums((sums) => sums.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))),
    ['manifest.json has another SHA-256 than SHA256SUMS says'],
  ],
  [
    'a malformed sum',
    () => withSums((sums) => sums.replace(/^./, 'x')),
    ['SHA256SUMS: line 1 is malformed', 'manifest.json is not in SHA256SUMS'],
  ],
  [
    'a sum too many',
    () => withSums((sums) => `${sums}${'0'.repeat(64)}  gone.json\n`),
    ['gone.json is in SHA256SUMS, but not in the archive'],
  ],
  [
    'a file that is missing',
    () => sampleEntries().filter(({ name }) => name !== 'web/secrets.json'),
    [
      /totals.files is 5, but the archive has 4/,
      /totals.bytes/,
      /totals.objects is 6, but the archive has 5/,
      /objects of project web is 2, but the archive has 1/,
      /objects of type secrets is 1, but the archive has 0/,
      'web/secrets.json is in SHA256SUMS, but not in the archive',
    ],
  ],
  [
    'a wrong CRC',
    () => sampleEntries().map((entry, at) => (at === 1 ? { ...entry, crc: 7 } : entry)),
    [
      /^entry shop\/configmaps.json at offset \d+: CRC-32/,
      /totals.files/,
      /totals.bytes/,
      /totals.objects/,
      /project shop/,
      /type configmaps/,
    ],
  ],
  [
    'a file that is no JSON',
    () => withFile('shop/configmaps.json', (text) => text.replace(']', '')),
    ['shop/configmaps.json: is not valid JSON'],
  ],
  [
    'objects out of order',
    () => withFile('namespaces.json', (text) => text.replace('shop', 'zoo')),
    ['namespaces.json: items[1] (web) comes after zoo: the items are not sorted by name'],
  ],
  [
    'a status that is no JSON',
    () => withFile('web/_status/deployments.apps.json', () => '{'),
    ['web/_status/deployments.apps.json: is not valid JSON: it is cut off'],
  ],
  [
    'a foreign file',
    () => [...sampleEntries(), { name: 'notes.txt', content: 'x' }],
    ['notes.txt is no type file', 'notes.txt is not in SHA256SUMS'],
  ],
  [
    'wrong totals',
    () => told((manifest) => ({ ...manifest, totals: { projects: 3, objects: 7, files: 6, bytes: 1 } })),
    [
      /totals.files is 6, but the archive has 5/,
      /totals.bytes is 1,/,
      /totals.objects is 7, but the archive has 6/,
      /totals.projects is 3, but the archive has 2/,
    ],
  ],
  [
    'a project untold',
    () =>
      told((manifest) => ({
        ...manifest,
        projects: manifest.projects.slice(1),
        totals: { ...manifest.totals, projects: 1 },
      })),
    ['manifest.json does not name the project shop'],
  ],
  [
    'a type untold',
    () => told((manifest) => ({ ...manifest, resourceTypes: manifest.resourceTypes.slice(1) })),
    ['manifest.json does not name the type namespaces'],
  ],
  [
    'a wrong count of a type',
    () =>
      told((manifest) => ({
        ...manifest,
        resourceTypes: manifest.resourceTypes.map((type) => ({
          ...type,
          objects: type.name === 'secrets' ? 9 : type.objects,
        })),
      })),
    ['manifest.json: objects of type secrets is 9, but the archive has 1'],
  ],
  [
    'files of a type that was denied',
    () =>
      told((manifest) => ({
        ...manifest,
        resourceTypes: manifest.resourceTypes.map((type) => ({
          ...type,
          outcome: type.name === 'secrets' ? 'denied' : type.outcome,
        })),
      })),
    ['manifest.json: type secrets is denied, but the archive has files of it'],
  ],
  [
    'a false complete',
    () => sampleEntries(sampleFiles(), { ...incompleteManifest(), complete: true }),
    ['manifest.json: complete is true, but 1 types failed'],
  ],
  [
    'a manifest of another form',
    () => sampleEntries(sampleFiles(), {}),
    ['manifest.json: formatVersion is missing'],
  ],
];

for (const [what, entries, expected] of DAMAGED) {
  test(`an archive with ${what} is damaged`, async (t) => {
    const { verdict, problems } = await verified(t, entries());
    assert.equal(verdict, 'damaged');
    assert.equal(problems.length, expected.length, problems.join('\n'));
    for (const [at, pattern] of expected.entries()) {
      const problem = problems[at] ?? '';
      if (typeof pattern === 'string') assert.equal(problem, pattern);
      else assert.match(problem, pattern);
    }
  });
}

test('whatever byte is changed or cut off, the archive is not good', async (t) => {
  const whole = makeZip(sampleEntries());
  const path = join(temporaryFolder(t), 'made.zip');
  const same = createHash('sha256').update(whole).digest('hex');
  let ignored = 0;
  for (let at = 0; at < whole.length; at += 11) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x55;
    assert.notEqual(createHash('sha256').update(changed).digest('hex'), same);
    for (const bytes of [changed, whole.subarray(0, at)]) {
      writeFileSync(path, bytes);
      // Times and versions in the zip's own headers carry nothing.
      if ((await verifyArchive(localArchive(path))).verdict === 'good') ignored += 1;
    }
  }
  assert.ok(ignored < whole.length / 11 / 4, `${ignored} changes went unseen`);
});

test('an archive that is not there is reported like the others', async () => {
  const { verdict, problems } = await verifyArchive(localArchive('/nowhere/a.zip'));
  assert.deepEqual(
    { verdict, problems },
    { verdict: 'unreadable', problems: ['there is no such file (ENOENT)'] },
  );
});

test('the numbers of objects in the directory must be true', async (t) => {
  const counted = (count: number) =>
    sampleEntries().map((entry) =>
      entry.name === 'shop/configmaps.json' ? { ...entry, extra: countField(count) } : entry,
    );
  assert.equal((await verified(t, counted(2))).verdict, 'good');
  const { verdict, problems } = await verified(t, counted(3));
  assert.equal(verdict, 'damaged');
  assert.deepEqual(problems, ['the directory counts 3 objects in shop/configmaps.json, but it has 2']);
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Damage } from '../../../src/archive/format/damage.ts';
import { ChecksumTable } from '../../../src/archive/reading/checksum-table.ts';
import { ArchiveReader } from '../../../src/archive/reading/reader.ts';
import { sampleEntries, sampleFiles, temporaryFolder } from '../sample.ts';
import { type MadeEntry, makeZip } from '../zip-maker.ts';

const SUM = 'a'.repeat(64);

/** The sample after a change of its SHA256SUMS. */
function withSums(change: (sums: string) => string): MadeEntry[] {
  return sampleEntries().map(({ name, content }) => ({
    name,
    content: name === 'SHA256SUMS' ? change(content) : content,
  }));
}

async function opened(t: TestContext, entries: readonly MadeEntry[]) {
  const path = join(temporaryFolder(t), 'made.zip');
  writeFileSync(path, makeZip(entries));
  const damages: string[] = [];
  const archive = await ArchiveReader.open(path, ({ reason }: Damage) => damages.push(reason));
  t.after(() => archive.close());
  return { archive, damages, fingerprints: await archive.fingerprints() };
}

async function tableOf(t: TestContext, files: ReadonlyMap<string, string>): Promise<ChecksumTable> {
  const { fingerprints } = await opened(t, sampleEntries(files, {}));
  assert.ok(fingerprints instanceof ChecksumTable);
  return fingerprints;
}

for (const [what, text] of [
  ['lines that are not sorted', `${SUM}  b\n${SUM}  a\n`],
  ['a name twice', `${SUM}  a\n${SUM}  a\n`],
  ['digits in upper case', `${'A'.repeat(64)}  a\n`],
  ['too few digits', `${SUM.slice(1)}  a\n`],
  ['no name', `${SUM}  \n`],
  ['a last line without an end', `${SUM}  a`],
  ['a name that is cut off', `${SUM} `],
  ['an empty line', `${SUM}  a\n\n`],
  ['a name that is not ASCII', `${SUM}  ä\n`],
  ['a name with a control character', `${SUM}  a\r\n`],
  ['a name of a folder', `${SUM}  a/\n`],
  ['a name in upper case', `${SUM}  A\n`],
  ['an absolute name', `${SUM}  /a\n`],
  ['a name with a drive', `${SUM}  c:a\n`],
  ['a name with a backslash', `${SUM}  a\\b\n`],
  ['an empty folder name', `${SUM}  a//b\n`],
  ['a name that leads out of its folder', `${SUM}  a/../b\n`],
  ['a name that is too long', `${SUM}  ${'a'.repeat(1025)}\n`],
] as const) {
  test(`SHA256SUMS with ${what} is left to the reader of all forms`, () => {
    assert.equal(ChecksumTable.parse(Buffer.from(text)), null);
  });
}

test('the table has the same as any other SHA256SUMS of the same content', async (t) => {
  const sorted = await opened(t, sampleEntries());
  const reversed = await opened(
    t,
    withSums((sums) => `${sums.trimEnd().split('\n').reverse().join('\n')}\n`),
  );
  assert.ok(sorted.fingerprints instanceof ChecksumTable);
  assert.ok(!(reversed.fingerprints instanceof ChecksumTable));
  assert.deepEqual([...sorted.fingerprints].sort(), [...reversed.fingerprints].sort());
  for (const [name, fingerprint] of reversed.fingerprints) {
    assert.deepEqual(sorted.fingerprints.get(name), fingerprint);
    assert.deepEqual(await sorted.archive.find(name), await reversed.archive.find(name));
  }
  assert.equal(sorted.fingerprints.has('web/pods.json'), false);
  assert.equal(sorted.fingerprints.get('zzz'), undefined);
  assert.equal(await sorted.archive.find('web/pods.json'), null);
});

test('entries are found in a directory of any order', async (t) => {
  const { archive, fingerprints } = await opened(t, sampleEntries().reverse());
  assert.ok(fingerprints instanceof ChecksumTable);
  for (const { name, content } of sampleEntries()) {
    const entry = await archive.find(name);
    assert.ok(entry, name);
    assert.equal((await archive.read(entry, 1e6)).toString(), content);
  }
});

for (const [what, entries, reason] of [
  [
    'an entry that is not listed',
    () => [{ name: 'web/pods.json', content: '{}' }, ...sampleEntries()],
    'web/pods.json is not in SHA256SUMS',
  ],
  [
    'an entry that is not listed and comes last',
    () => [...sampleEntries(), { name: 'web/pods.json', content: '{}' }],
    'web/pods.json is not in SHA256SUMS',
  ],
  [
    'a line without an entry, and an entry twice',
    () => {
      const entries = withSums((sums) => `${sums}${SUM}  zzz.json\n`);
      return [...entries, ...entries.filter(({ name }) => name === 'web/secrets.json')];
    },
    'zzz.json is in SHA256SUMS, but not in the archive',
  ],
  [
    'a line without an entry',
    () => withSums((sums) => `${sums}${SUM}  zzz.json\n`),
    'zzz.json is in SHA256SUMS, but not in the archive',
  ],
  ['a line that names SHA256SUMS', () => withSums((sums) => `${SUM}  SHA256SUMS\n${sums}`), null],
] as const) {
  test(`${what} is reported as in any other archive`, async (t) => {
    const { damages, fingerprints } = await opened(t, entries());
    assert.deepEqual(damages, reason === null ? [] : [reason]);
    assert.equal(fingerprints.has('web/secrets.json'), true);
  });
}

test('an entry that is there twice is found by nobody', async (t) => {
  const { archive } = await opened(t, [{ name: 'web/secrets.json', content: '{}' }, ...sampleEntries()]);
  assert.equal(archive.isIndexed, false);
  await assert.rejects(archive.find('web/secrets.json'), /occurs twice/);
});

/** The sample with one entry that is written in another way. */
function withEntry(name: string, change: Partial<MadeEntry>): MadeEntry[] {
  return sampleEntries().map((entry) => (entry.name === name ? { ...entry, ...change } : entry));
}

for (const [what, entries, reason] of [
  ['an encrypted entry', withEntry('web/secrets.json', { flags: 1 }), /is encrypted/],
  ['another compression method', withEntry('web/secrets.json', { method: 12 }), /method 12/],
  ['a link', withEntry('web/secrets.json', { mode: 0o120777 }), /is a link/],
  ['a size that cannot be', withEntry('web/secrets.json', { size: 10_000_000 }), /is impossible/],
  ['data that overlap', withEntry('web/secrets.json', { shift: -40 }), /overlap/],
  [
    'a file that is a folder, too',
    sampleEntries(sampleFiles().set('web/secrets.json-x', '').set('web/secrets.json/a', '')),
    /is both a file and a folder/,
  ],
  [
    'names that differ in case',
    sampleEntries(sampleFiles().set('web/SECRETS.json', '')),
    /are the same file/,
  ],
] as const) {
  test(`${what} is left to the check of all entries, which reports it`, async (t) => {
    const { archive, fingerprints } = await opened(t, entries);
    assert.ok(!(fingerprints instanceof ChecksumTable));
    await assert.rejects(archive.entries(), reason);
  });
}

test('names what differs between two archives', async (t) => {
  const before = sampleFiles();
  const after = sampleFiles().set('a/first.json', '{}').set('zz/last.json', '{}').set('web/pods.json', '{}');
  after.set('web/secrets.json', `${after.get('web/secrets.json')} `);
  after.delete('shop/configmaps.json');
  const [one, other] = [await tableOf(t, before), await tableOf(t, after)];
  const expected = [
    'a/first.json',
    'shop/configmaps.json',
    'web/pods.json',
    'web/secrets.json',
    'zz/last.json',
  ];
  assert.deepEqual([...one.differing(other)], expected);
  assert.deepEqual([...other.differing(one)], expected);
  assert.deepEqual([...one.differing(one)], []);
});

test('a forged SHA-256 does not hide another content', async (t) => {
  const name = 'web/secrets.json';
  const forged = sampleEntries().map((entry) => (entry.name === name ? { ...entry, content: 'x' } : entry));
  const { fingerprints } = await opened(t, forged);
  const whole = (await opened(t, sampleEntries())).fingerprints;
  assert.ok(fingerprints instanceof ChecksumTable && whole instanceof ChecksumTable);
  assert.equal(fingerprints.get(name)?.sha256, whole.get(name)?.sha256);
  assert.deepEqual([...whole.differing(fingerprints)], [name]);
});

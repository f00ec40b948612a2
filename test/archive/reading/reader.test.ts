import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import { Damage, Unreadable } from '../../../src/archive/format/damage.ts';
import { localArchive } from '../../../src/archive/reading/archive-file.ts';
import { FileSource } from '../../../src/archive/reading/file-source.ts';
import type { RangeSource } from '../../../src/archive/reading/range-source.ts';
import { ArchiveReader } from '../../../src/archive/reading/reader.ts';
import { readManifest } from '../../../src/volume/catalogue.ts';
import { sampleEntries, sampleFiles, sampleManifest, temporaryFolder, writeSample } from '../sample.ts';
import { type MadeEntry, makeZip } from '../zip-maker.ts';

const MANIFEST = { name: 'manifest.json', content: JSON.stringify(sampleManifest()) };

function written(test: TestContext, bytes: Buffer): string {
  const path = join(temporaryFolder(test), 'made.zip');
  writeFileSync(path, bytes);
  return path;
}

async function opened(
  test: TestContext,
  entries: readonly MadeEntry[],
  options = {},
): Promise<ArchiveReader> {
  const archive = await ArchiveReader.open(written(test, makeZip(entries, options)), null);
  test.after(() => archive.close());
  return archive;
}

async function contentOf(archive: ArchiveReader, name: string): Promise<string> {
  const entry = (await archive.entries()).find((each) => each.name === name);
  assert.ok(entry);
  return (await archive.read(entry, 1e9)).toString();
}

async function streamed(archive: ArchiveReader, name: string): Promise<string> {
  const entry = (await archive.entries()).find((each) => each.name === name);
  assert.ok(entry);
  const pieces: Buffer[] = [];
  for await (const piece of archive.stream(entry)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test('reads the manifest of an archive as it is written', async (t) => {
  const path = writeSample(temporaryFolder(t), 'a.zip');
  assert.deepEqual(await readManifest(localArchive(path)), { kind: 'manifest', manifest: sampleManifest() });
});

for (const [what, options] of [
  ['', {}],
  [' in a Zip64 file', { zip64: true }],
  [' of a zip with a comment', { comment: 'packed by hand' }],
] as const) {
  test(`finds the manifest wherever it stands${what}`, async (t) => {
    const others: MadeEntry[] = Array.from({ length: 9 }, (_, at) => ({
      name: `web/t${at}.json`,
      content: 'x',
      zip64: at === 3,
    }));
    for (const at of [0, 4, 8, 9]) {
      const archive = await opened(t, others.toSpliced(at, 0, MANIFEST), options);
      assert.deepEqual(await archive.manifest(), sampleManifest());
      assert.equal((await archive.entries()).length, 10);
    }
  });
}

for (const zip64 of [false, true]) {
  test(`does not walk the directory where the manifest is among the last entries, Zip64: ${zip64}`, async (t) => {
    // The bad entry shows it: whoever looks at it, refuses the archive.
    const entries = [{ name: '../evil', content: '' }, MANIFEST, { name: 'SHA256SUMS', content: '' }];
    const archive = await opened(t, entries, { zip64 });
    assert.deepEqual(await archive.manifest(), sampleManifest());
    await assert.rejects(archive.entries(), Damage);
  });
}

test('what looks like a record inside another one is none', async (t) => {
  const record = `PK\x01\x02${'\0'.repeat(24)}\x0d${'\0'.repeat(17)}manifest.json`;
  const archive = await opened(t, [MANIFEST, { name: `x${record}zz`, content: '' }]);
  assert.deepEqual(await archive.manifest(), sampleManifest());
});

test('refuses more entries than any archive has, before reading them', async (t) => {
  const archive = await opened(t, [MANIFEST], { zip64: true, count: 3_000_000 });
  await assert.rejects(archive.entries(), /it claims 3000000 entries, more than 2000000/);
});

test('reads stored, deflated, empty and big entries', async (t) => {
  const big = randomBytes(3_000_000).toString('base64');
  const archive = await opened(t, [
    { name: 'a/stored.json', content: 'stored', stored: true },
    { name: 'a/deflated.json', content: 'deflated' },
    { name: 'a/empty.json', content: '', stored: true },
    { name: 'a/big.json', content: big, zip64: true },
    { name: 'a/big-stored.json', content: big, stored: true },
    { name: 'a/', content: '', stored: true, mode: 0o040755 },
  ]);
  assert.equal((await archive.entries()).length, 5);
  assert.equal(await contentOf(archive, 'a/stored.json'), 'stored');
  assert.equal(await contentOf(archive, 'a/deflated.json'), 'deflated');
  assert.equal(await contentOf(archive, 'a/empty.json'), '');
  assert.ok((await contentOf(archive, 'a/big.json')) === big);
  assert.ok((await contentOf(archive, 'a/big-stored.json')) === big);
});

const TEXT = 'some content that goes on and on';
const BIG = 'long '.repeat(400_000);
const BAD_ENTRIES: ReadonlyArray<readonly [string, MadeEntry, RegExp]> = [
  ['a path that leads out', { name: '../evil', content: TEXT }, /relative path|leads out/],
  ['a path that leads out in the middle', { name: 'a/../../evil', content: TEXT }, /relative path|leads out/],
  ['an absolute path', { name: '/etc/passwd', content: TEXT }, /absolute path/],
  ['a drive', { name: 'C:evil', content: TEXT }, /absolute path/],
  ['a backslash', { name: 'a\\evil', content: TEXT }, /invalid characters|two ways|backslash/],
  ['a control character', { name: 'a\u001b[2J', content: TEXT }, /two ways|control character/],
  ['a name that readers could read differently', { name: 'é', content: TEXT }, /is ambiguous/],
  ['an empty part', { name: 'a//b', content: TEXT }, /not a plain path/],
  ['a link', { name: 'link', content: '/etc/passwd', mode: 0o120777 }, /is a link/],
  ['encryption', { name: 'a', content: TEXT, flags: 1 }, /is encrypted/],
  ['an unknown method', { name: 'a', content: TEXT, method: 14 }, /method 14/],
  [
    'a size that deflate cannot reach',
    { name: 'a', content: TEXT, size: 0x7fffffff },
    /claims 2147483647 bytes/,
  ],
];

for (const [what, entry, message] of BAD_ENTRIES) {
  test(`refuses an entry with ${what}`, async (t) => {
    const archive = await opened(t, [MANIFEST, entry]);
    await assert.rejects(archive.entries(), (error) => {
      assert.ok(error instanceof Damage);
      assert.match(error.reason, message);
      assert.ok(error.message.includes(archive.path));
      return true;
    });
  });
}

test('refuses a name that is there twice', async (t) => {
  const archive = await opened(t, [MANIFEST, { name: 'a', content: '1' }, { name: 'a', content: '2' }]);
  await assert.rejects(archive.entries(), /entry "a" occurs twice/);
});

test('refuses entries that share their data', async (t) => {
  const kernel = { name: 'a', content: TEXT };
  const length = makeZip([kernel]).readUInt32LE(18) + 31;
  const archive = await opened(t, [kernel, { name: 'b', content: TEXT, localName: 'a', shift: -length }]);
  await assert.rejects(archive.entries(), /overlap at offset 0/);
});

const BAD_CONTENT: ReadonlyArray<readonly [string, MadeEntry, RegExp]> = [
  [
    'a wrong CRC',
    { name: 'a', content: TEXT, crc: 1 },
    /entry a at offset 0: CRC-32 is [0-9a-f]{8}, should be 00000001/,
  ],
  ['a wrong CRC, in a big one', { name: 'a', content: BIG, crc: 1 }, /CRC-32 is/],
  ['more than it says', { name: 'a', content: TEXT, size: TEXT.length - 1 }, /entry a at offset 0/],
  ['less than it says', { name: 'a', content: TEXT, size: TEXT.length + 1 }, /has 32 bytes, should have 33/],
  [
    'more than it says, in a big one',
    { name: 'a', content: BIG, size: BIG.length - 1 },
    /has more than the \d+ bytes|longer than the size in the zip directory/,
  ],
  [
    'less than it says, in a big one',
    { name: 'a', content: BIG, size: BIG.length + 1 },
    /not enough bytes|should have \d+/,
  ],
  ['another local name', { name: 'a', content: TEXT, localName: 'b' }, /local header has another name/],
  [
    'another local name, in a big one',
    { name: 'a', content: BIG, localName: 'b' },
    /local header has another name/,
  ],
  ['another local method', { name: 'a', content: TEXT, localMethod: 0 }, /another compression method/],
  ['no local header', { name: 'a', content: TEXT, shift: 3 }, /local file header signature/],
  [
    'an offset behind the end',
    { name: 'a', content: TEXT, shift: 1e6 },
    /entry a at offset 1000000: the file ends/,
  ],
];

for (const [what, entry, message] of BAD_CONTENT) {
  test(`tells of an entry with ${what}`, async (t) => {
    const archive = await opened(t, [entry]);
    for (const content of [contentOf, streamed]) {
      await assert.rejects(content(archive, 'a'), (error) => {
        assert.ok(error instanceof Damage);
        assert.match(error.reason, message);
        return true;
      });
    }
  });
}

test('does not read an entry that is larger than it may be', async (t) => {
  const archive = await opened(t, [{ name: 'a', content: TEXT }]);
  const [entry] = await archive.entries();
  assert.ok(entry);
  await assert.rejects(archive.read(entry, 31), /has 32 bytes, more than the limit of 31/);
});

test('a damaged archive is a value', async (t) => {
  const whole = makeZip(sampleEntries());
  const reasonOf = async (bytes: Buffer, kind = 'damaged') => {
    const reading = await readManifest(localArchive(written(t, bytes)));
    assert.equal(reading.kind, kind);
    return reading.kind === 'manifest' ? '' : reading.reason;
  };
  assert.match(await reasonOf(Buffer.alloc(0)), /End of central directory/);
  assert.match(await reasonOf(Buffer.from('hello')), /End of central directory/);
  assert.match(await reasonOf(whole.subarray(0, whole.length - 30)), /End of central directory/);
  assert.match(await reasonOf(whole.subarray(100)), /its directory does not end at offset \d+/);
  assert.match(await reasonOf(makeZip([{ name: 'a', content: '' }]), 'foreign'), /it has no manifest\.json/);
  const newer = { name: 'manifest.json', content: '{"formatVersion":2}' };
  assert.match(
    await reasonOf(makeZip([newer])),
    /manifest\.json: formatVersion is 2, newer than this program/,
  );
  const huge = { name: 'manifest.json', content: ' '.repeat(17 * 1024 * 1024) };
  assert.match(await reasonOf(makeZip([huge])), /more than the limit of 16777216/);
});

test('any byte that is changed or cut off ends in a value', async (t) => {
  const whole = makeZip(sampleEntries());
  const path = written(t, whole);
  for (let at = 0; at < whole.length; at += 7) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    for (const bytes of [changed, whole.subarray(0, at)]) {
      writeFileSync(path, bytes);
      assert.notEqual((await readManifest(localArchive(path))).kind, 'unreadable');
    }
  }
});

test('a file that cannot be read is not called damaged', async (t) => {
  const folder = temporaryFolder(t);
  const missing = await readManifest(localArchive(join(folder, 'none.zip')));
  assert.deepEqual(missing, { kind: 'unreadable', reason: 'there is no such file (ENOENT)' });
  await assert.rejects(ArchiveReader.open(folder), (error) => {
    assert.ok(error instanceof Unreadable);
    assert.match(error.message, /it is a directory \(EISDIR\)/);
    return true;
  });
});

/** Keys of entries of an archive whose SHA256SUMS takes more bytes than they do. */
async function keysIn(test: TestContext, entries: readonly MadeEntry[], ...names: string[]) {
  const keys = await (await opened(test, entries)).dataKeys(names);
  return keys === null ? null : Object.fromEntries(keys);
}

const SECRETS = 'web/secrets.json';
const changed = (change: (entry: MadeEntry) => MadeEntry) =>
  sampleEntries().map((entry) => (entry.name === SECRETS ? change(entry) : entry));

test('entries with the same key have the same content, whatever else is in their archives', async (t) => {
  const own = await keysIn(t, sampleEntries(), SECRETS, 'web/pods.json');
  assert.deepEqual(Object.keys(own ?? {}), [SECRETS]);
  const others = sampleEntries(sampleFiles().set('a/first.json', 'x'.repeat(99)));
  assert.deepEqual(await keysIn(t, others, SECRETS), own);
  for (const change of [
    (entry: MadeEntry) => ({ ...entry, content: `${entry.content} ` }),
    // Another content with the same size and, as the directory says, the same CRC-32.
    (entry: MadeEntry) => ({
      ...entry,
      content: String(entry.content).replace('key', 'kex'),
      crc: crc32(entry.content),
    }),
    (entry: MadeEntry) => ({ ...entry, crc: 1 }),
  ]) {
    const keys = await keysIn(t, changed(change), SECRETS);
    assert.ok(keys !== null && keys[SECRETS] !== own?.[SECRETS]);
  }
});

test('there are no such keys if SHA256SUMS lists other files than the directory, or is smaller than the files', async (t) => {
  const sums = (change: (text: string) => string) =>
    sampleEntries().map((entry) =>
      entry.name === 'SHA256SUMS' ? { ...entry, content: change(String(entry.content)) } : entry,
    );
  const line = `${'0'.repeat(64)}  web/pods.json\n`;
  const large = { name: 'web/pods.json', content: randomBytes(5000).toString('base64') };
  for (const [entries, names] of [
    [sampleEntries().filter(({ name }) => name !== SECRETS), [SECRETS]],
    [sums((text) => `${text}${line}`), [SECRETS]],
    [sums((text) => text.slice(text.indexOf('\n') + 1)), [SECRETS]],
    [sampleEntries().filter(({ name }) => name !== 'SHA256SUMS'), [SECRETS]],
    [sampleEntries(sampleFiles().set(large.name, large.content)), [SECRETS, large.name]],
  ] as const)
    assert.equal(await keysIn(t, entries, ...names), null);
});

/** An entry whose compressed data begin with blocks of nothing, this many bytes of them. */
function padded({ name, content }: MadeEntry, bytes: number): MadeEntry {
  const plain = Buffer.from(content);
  const nothing = Buffer.alloc(5 * Math.ceil(bytes / 5), Buffer.from([0, 0, 0, 0xff, 0xff]));
  const packed = Buffer.concat([nothing, deflateRawSync(plain)]);
  return { name, content: packed, stored: true, method: 8, size: plain.length, crc: crc32(plain) };
}

/** A reader of a file, and the largest number of bytes that it reads into memory at once. */
async function watched(test: TestContext, entries: readonly MadeEntry[]) {
  const source = await FileSource.open(written(test, makeZip(entries)));
  let most = 0;
  const watching: RangeSource = {
    size: source.size,
    isLocal: true,
    bytes: (start, length, room) => {
      most = Math.max(most, length);
      return source.bytes(start, length, room);
    },
    pieces: (start, end) => source.pieces(start, end),
    close: () => source.close(),
  };
  const archive = await ArchiveReader.over('made.zip', async () => watching);
  test.after(() => archive.close());
  return { archive, most: () => most };
}

test('compressed data that are much longer than the content are read piece by piece', async (t) => {
  const entries = sampleEntries().map((entry) => padded(entry, 3 * 2 ** 20));
  const { archive, most } = await watched(t, entries);
  assert.deepEqual(await archive.manifest(), sampleManifest());
  assert.equal(await contentOf(archive, SECRETS), sampleFiles().get(SECRETS));
  assert.equal((await archive.checksumsOf([SECRETS])).size, 1);
  assert.ok(most() < 2 ** 20, `${most()} bytes at once`);
});

test('there are no keys of more data than may be in memory, however large SHA256SUMS is', async (t) => {
  const entries = sampleEntries().map((entry) =>
    entry.name === SECRETS || entry.name === 'SHA256SUMS' ? padded(entry, 5 * 2 ** 20) : entry,
  );
  const { archive, most } = await watched(t, entries);
  assert.equal(await archive.dataKeys([SECRETS]), null);
  assert.ok(most() < 2 ** 20, `${most()} bytes at once`);
});

test('a key is of an entry whose local header agrees with the directory', async (t) => {
  const entries = changed((entry) => ({ ...entry, localName: 'web/other.json' }));
  await assert.rejects(keysIn(t, entries, SECRETS), {
    name: 'Damage',
    message: /entry web\/secrets\.json at offset \d+: local header has another name/,
  });
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Damage } from '../../src/archive/format/damage.ts';
import { localArchive } from '../../src/archive/reading/archive-file.ts';
import { ArchiveReader } from '../../src/archive/reading/reader.ts';
import { verifyArchive } from '../../src/archive/reading/verify.ts';
import { readManifest } from '../../src/volume/catalogue.ts';
import { sampleEntries, sampleFiles, sampleManifest, temporaryFolder } from './sample.ts';
import { type MadeEntry, makeZip } from './zip-maker.ts';

// One zip, one reading: whichever way an entry is looked up, and whatever other programs would make of
// the bytes. `list` looks up the manifest by its name, `verify` and `extract` walk over all entries.

function written(t: TestContext, bytes: Buffer): string {
  const path = join(temporaryFolder(t), 'a.zip');
  writeFileSync(path, bytes);
  return path;
}

const FALSE_MANIFEST = JSON.stringify({
  ...sampleManifest(),
  totals: { projects: 2, objects: 999_999, files: 5, bytes: 1 },
});

/** The local part of an entry, and its record in a directory, as makeZip writes them. */
function partsOf(entry: MadeEntry, offset: number) {
  const zip = makeZip([{ ...entry, shift: offset }]);
  const record = zip.indexOf('PK\x01\x02');
  return { local: zip.subarray(0, record), record: zip.subarray(record, zip.lastIndexOf('PK\x05\x06')) };
}

/** A false manifest in a file of the archive, and a record for it that the directory does not have. */
function forged(): { readonly entries: MadeEntry[]; readonly record: Buffer } {
  const hidden = partsOf({ name: 'manifest.json', content: FALSE_MANIFEST, stored: true }, 0).local;
  const carrier: MadeEntry = { name: 'web/carrier.json', content: hidden, stored: true };
  const offset = 30 + carrier.name.length;
  const { record } = partsOf({ name: 'manifest.json', content: FALSE_MANIFEST, stored: true }, offset);
  return { entries: [carrier, ...sampleEntries()], record };
}

/** Every way to read tells of the damage. */
async function refused(t: TestContext, bytes: Buffer, reason: RegExp) {
  const path = written(t, bytes);
  const [reading, verification] = [
    await readManifest(localArchive(path)),
    await verifyArchive(localArchive(path)),
  ];
  assert.ok(reading.kind === 'damaged', JSON.stringify(reading));
  assert.match(reading.reason, reason);
  assert.equal(verification.verdict, 'damaged');
  assert.match(verification.problems.join('\n'), reason);
  const all = async () => {
    const archive = await ArchiveReader.open(path);
    t.after(() => archive.close());
    return await archive.entries();
  };
  await assert.rejects(all(), Damage);
}

test('a record that lies in the comment of the last one is none', async (t) => {
  const { entries, record } = forged();
  const last = entries.pop();
  assert.ok(last);
  await refused(
    t,
    makeZip([...entries, { ...last, comment: record }]),
    /directory record at offset \d+ has a comment/,
  );
});

test('a record that lies in the extra field or in the name of the last one is none', async (t) => {
  const { entries, record } = forged();
  const last = entries.pop();
  assert.ok(last);
  const field = Buffer.alloc(4);
  field.writeUInt16LE(0x7875, 0);
  field.writeUInt16LE(record.length, 2);
  const path = written(t, makeZip([...entries, { ...last, extra: Buffer.concat([field, record]) }]));
  const reading = await readManifest(localArchive(path));
  assert.ok(reading.kind === 'manifest');
  assert.equal(reading.manifest.totals.objects, sampleManifest().totals.objects);
  assert.deepEqual((await verifyArchive(localArchive(path))).manifest, reading.manifest);
  const named = makeZip([...entries, last, { name: record.toString('latin1'), content: '' }]);
  assert.equal((await readManifest(localArchive(written(t, named)))).kind, 'manifest');
  assert.equal((await verifyArchive(localArchive(written(t, named)))).verdict, 'damaged');
});

for (const [where, at] of [
  ['first', 0],
  ['last', 99],
] as const) {
  test(`a manifest or checksums that are there twice, the false one ${where}`, async (t) => {
    for (const name of ['manifest.json', 'SHA256SUMS']) {
      const bytes = makeZip(sampleEntries().toSpliced(at, 0, { name, content: FALSE_MANIFEST }));
      const path = written(t, bytes);
      assert.equal((await verifyArchive(localArchive(path))).verdict, 'damaged');
      const archive = await ArchiveReader.open(path);
      t.after(() => archive.close());
      await assert.rejects(archive.find(name), /occurs twice/);
      await assert.rejects(archive.entries(), /occurs twice/);
    }
  });
}

test('a second end record, in the comment or behind the first', async (t) => {
  const whole = makeZip(sampleEntries());
  const end = whole.subarray(whole.lastIndexOf('PK\x05\x06'));
  const commented = Buffer.from(whole);
  commented.writeUInt16LE(end.length, whole.length - 2);
  await refused(t, Buffer.concat([commented, end]), /more than one end of central directory record/);
  await refused(t, Buffer.concat([whole, end]), /directory does not end at offset/);
});

test('bytes behind the end, before the beginning, or between directory and end', async (t) => {
  const whole = makeZip(sampleEntries());
  const at = whole.lastIndexOf('PK\x05\x06');
  await refused(t, Buffer.concat([whole, Buffer.from('x')]), /or is followed by other data/);
  await refused(t, Buffer.concat([Buffer.from('#!/bin/sh\n'), whole]), /directory does not end at offset/);
  const split = Buffer.concat([whole.subarray(0, at), Buffer.from('gap'), whole.subarray(at)]);
  await refused(t, split, /directory does not end at offset/);
});

test('a directory that tells too few or too many entries', async (t) => {
  for (const zip64 of [false, true]) {
    await refused(
      t,
      makeZip(sampleEntries(), { zip64, count: 3 }),
      /its directory holds more than its 3 entries/,
    );
    await refused(
      t,
      makeZip(sampleEntries(), { zip64, count: 99 }),
      /no directory record at offset \d+, after 7/,
    );
  }
});

test('a Zip64 record that some programs would not look at', async (t) => {
  const whole = makeZip(sampleEntries(), { zip64: true });
  const end = whole.lastIndexOf('PK\x05\x06');
  const other = Buffer.from(whole);
  other.writeUInt16LE(3, end + 8);
  other.writeUInt16LE(3, end + 10);
  await refused(t, other, /end record and its Zip64 end record disagree/);
  const elsewhere = Buffer.from(whole);
  elsewhere.writeBigUInt64LE(0n, end - 12);
  await refused(t, elsewhere, /Zip64 locator does not lead to the record before it/);
  const longer = Buffer.from(whole);
  longer.writeBigUInt64LE(45n, end - 72);
  await refused(t, longer, /no Zip64 end record/);
});

test('another name, which some programs take instead', async (t) => {
  const [first, ...others] = sampleEntries();
  assert.ok(first);
  const field = Buffer.concat([
    Buffer.from([0x75, 0x70, 18, 0, 1, 0, 0, 0, 0]),
    Buffer.from('manifest.json'),
  ]);
  const path = written(t, makeZip([{ ...first, extra: field }, ...others]));
  assert.match((await verifyArchive(localArchive(path))).problems.join(), /its name is ambiguous/);
});

for (const [what, lie, reason] of [
  ['name', { localName: 'web/other.json' }, /another name/],
  ['method', { localMethod: 0 }, /another compression method/],
  ['size', { localSize: 1 }, /other sizes/],
  ['packed size', { localPackedSize: 1 }, /other sizes/],
  ['CRC-32', { localCrc: 1 }, /another CRC-32/],
  ['encryption', { localFlags: 1 }, /other flags/],
  ['sizes behind the data', { localFlags: 8, localSize: 0 }, /other flags/],
] as const) {
  test(`a local header that tells another ${what} than the directory`, async (t) => {
    for (const name of ['manifest.json', 'SHA256SUMS', 'web/secrets.json']) {
      const entries = sampleEntries().map((entry) => (entry.name === name ? { ...entry, ...lie } : entry));
      const path = written(t, makeZip(entries));
      assert.match((await verifyArchive(localArchive(path))).problems.join(), reason);
      if (name === 'manifest.json') assert.equal((await readManifest(localArchive(path))).kind, 'damaged');
      const archive = await ArchiveReader.open(path);
      t.after(() => archive.close());
      const entry = await archive.find(name);
      assert.ok(entry);
      await assert.rejects(archive.read(entry, 1e6), reason);
    }
  });
}

test('sizes that stand behind the data are none in the local header', async (t) => {
  const streamed = { flags: 8, localCrc: 0, localSize: 0, localPackedSize: 0 };
  const path = written(t, makeZip(sampleEntries().map((entry) => ({ ...entry, ...streamed }))));
  assert.deepEqual((await verifyArchive(localArchive(path))).problems, []);
});

test('data that reach into the directory', async (t) => {
  const [last, ...others] = sampleEntries().reverse();
  assert.ok(last);
  const bytes = makeZip([...others.reverse(), { ...last, stored: true }]);
  const [local, record] = [bytes.lastIndexOf('PK\x03\x04'), bytes.lastIndexOf('PK\x01\x02')];
  const longer = bytes.readUInt32LE(local + 18) + 10;
  for (const at of [local + 18, local + 22, record + 20, record + 24]) bytes.writeUInt32LE(longer, at);
  assert.match(
    (await verifyArchive(localArchive(written(t, bytes)))).problems.join(),
    /its data overlaps the directory/,
  );
});

test('archives of a person who packs with a comment are archives', async (t) => {
  const path = written(t, makeZip(sampleEntries(sampleFiles()), { comment: 'packed by hand', zip64: true }));
  assert.equal((await readManifest(localArchive(path))).kind, 'manifest');
  assert.deepEqual((await verifyArchive(localArchive(path))).problems, []);
});

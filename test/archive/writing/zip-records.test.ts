import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  directoryEnd,
  directoryRow,
  dosTime,
  localHeader,
  mostHeaderBytes,
  type ZipEntry,
} from '../../../src/archive/writing/zip-records.ts';

const TIME = dosTime(new Date('2026-09-11T13:15:43Z'));
const SMALL: ZipEntry = { path: 'web/ü.json', crc: 0xdeadbeef, size: 700, deflatedSize: 300, offset: 4711 };
const GIGA = 1024 ** 3;

/** Sizes and offset as a reader finds them: from the fields, or from the Zip64 extra where a field is full (APPNOTE §4.5.3). */
function parsed(record: Buffer, at: { packed: number; name: number; header: number; offset: number | null }) {
  const nameLength = record.readUInt16LE(at.name);
  const extraLength = record.readUInt16LE(at.name + 2);
  const extra = record.subarray(at.header + nameLength);
  assert.equal(extra.length, extraLength);
  if (extraLength > 0) assert.deepEqual([extra.readUInt16LE(0), extra.readUInt16LE(2)], [1, extraLength - 4]);
  let next = 4;
  const value = (field: number) => {
    if (record.readUInt32LE(field) !== 0xffffffff) return record.readUInt32LE(field);
    next += 8;
    return Number(extra.readBigUInt64LE(next - 8));
  };
  const size = value(at.packed + 4);
  const deflatedSize = value(at.packed);
  const offset = at.offset === null ? null : value(at.offset);
  assert.ok(extraLength === 0 || next === extraLength, 'no more in the extra field than is needed');
  const name = record.toString('utf8', at.header, at.header + nameLength);
  return { name, size, deflatedSize, offset, zip64: extraLength > 0 };
}

/** What a function writes, into memory that holds other bytes before. */
function written(write: typeof localHeader, entry: ZipEntry, stamp = TIME): Buffer {
  const before = 3;
  const out = Buffer.alloc(before + mostHeaderBytes(entry), 0xa5);
  const end = write(out, before, entry, stamp);
  assert.ok(end <= out.length);
  return out.subarray(before, end);
}

const parseLocal = (entry: ZipEntry) =>
  parsed(written(localHeader, entry), { packed: 18, name: 26, header: 30, offset: null });
const parseRow = (entry: ZipEntry) =>
  parsed(written(directoryRow, entry), { packed: 20, name: 28, header: 46, offset: 42 });

for (const [what, more, zip64] of [
  ['of ordinary size', {}, { local: false, row: false }],
  ['larger than 4 GiB', { size: 5 * GIGA, deflatedSize: 1 * GIGA }, { local: true, row: true }],
  [
    'that is larger than 4 GiB also when deflated',
    { size: 9 * GIGA, deflatedSize: 6 * GIGA },
    { local: true, row: true },
  ],
  ['of the first size that no field holds', { size: 0xffffffff }, { local: true, row: true }],
  [
    'of the last size that a field holds',
    { size: 0xfffffffe, offset: 0xfffffffe },
    { local: false, row: false },
  ],
  ['behind 4 GiB of others', { offset: 6 * GIGA }, { local: false, row: true }],
] as const) {
  test(`an entry ${what} is found again`, () => {
    const entry = { ...SMALL, ...more };
    const { path: name, size, deflatedSize, offset } = entry;
    assert.deepEqual(parseLocal(entry), { name, size, deflatedSize, offset: null, zip64: zip64.local });
    assert.deepEqual(parseRow(entry), { name, size, deflatedSize, offset, zip64: zip64.row });
    // 45 tells readers that they have to know Zip64.
    assert.equal(written(localHeader, entry).readUInt16LE(4), zip64.local ? 45 : 20);
    assert.equal(written(directoryRow, entry).readUInt16LE(6), zip64.row ? 45 : 20);
  });
}

test('both headers tell the same: UTF-8 name, deflated, time, CRC', () => {
  const local = written(localHeader, SMALL);
  const row = written(directoryRow, SMALL);
  assert.deepEqual(local.subarray(6, 30), row.subarray(8, 32));
  assert.equal(local.readUInt16LE(6), 0x0800);
  assert.equal(local.readUInt16LE(8), 8);
  assert.equal(local.readUInt32LE(14), SMALL.crc);
  assert.equal(row.readUInt32LE(38) >>> 16, 0o100600, 'a plain file for its owner');
});

for (const [time, date, clock] of [
  ['2026-09-11T13:15:43Z', [2026, 9, 11], [13, 15, 42]],
  ['1970-01-01T00:00:00Z', [1980, 1, 1], [0, 0, 0]],
  ['2107-12-31T23:59:59Z', [2107, 12, 31], [23, 59, 58]],
] as const) {
  test(`${time} in two words of DOS`, () => {
    const header = written(localHeader, SMALL, dosTime(new Date(time)));
    const [low, high] = [header.readUInt16LE(10), header.readUInt16LE(12)];
    assert.deepEqual([(high >> 9) + 1980, (high >> 5) & 15, high & 31], date);
    assert.deepEqual([low >> 11, (low >> 5) & 63, (low & 31) * 2], clock);
  });
}

for (const [what, [entries, size, offset], zip64] of [
  ['65,534 entries', [65_534, 100, 200], false],
  ['65,535 entries, which a reader would take for the mark of Zip64', [65_535, 100, 200], true],
  ['half a million entries', [500_000, 100, 200], true],
  ['a directory behind 4 GiB', [3, 100, 5 * GIGA], true],
  ['a directory of more than 4 GiB', [3, 5 * GIGA, 200], true],
] as const) {
  test(`the end of ${what}`, () => {
    const end = directoryEnd(entries, size, offset);
    assert.equal(end.length, zip64 ? 56 + 20 + 22 : 22);
    const plain = end.subarray(-22);
    assert.equal(plain.readUInt32LE(0), 0x06054b50);
    if (!zip64) {
      assert.deepEqual([plain.readUInt16LE(8), plain.readUInt16LE(10)], [entries, entries]);
      assert.deepEqual([plain.readUInt32LE(12), plain.readUInt32LE(16)], [size, offset]);
      return;
    }
    assert.equal(end.readUInt32LE(0), 0x06064b50);
    assert.deepEqual(
      [24, 32, 40, 48].map((at) => Number(end.readBigUInt64LE(at))),
      [entries, entries, size, offset],
    );
    assert.equal(end.readUInt32LE(56), 0x07064b50);
    assert.equal(Number(end.readBigUInt64LE(64)), offset + size, 'where the Zip64 record stands');
    assert.equal(plain.readUInt16LE(10), 0xffff);
  });
}

import { COUNT } from '../format/count-field.ts';

/**
 * The records of a zip file (PKWARE APPNOTE 6.3.9, §4.3), for entries whose
 * sizes are known before they are written: no data descriptors. Zip64 forms are
 * used where, and only where, a field would not hold its value.
 */
export interface ZipEntry {
  readonly path: string;
  /** CRC-32 of the plain bytes. */
  readonly crc: number;
  readonly size: number;
  readonly deflatedSize: number;
  /** Where the entry's local header begins in the file. */
  readonly offset: number;
  /** Goes into the directory, so that `show` need not read the entry: see COUNT. */
  readonly count?: number | null;
}

const MAX32 = 0xffffffff;
const MAX16 = 0xffff;
const DEFLATE = 8;
const UTF8_NAME = 0x0800;
const VERSION = 20;
const VERSION_ZIP64 = 45;
const UNIX = 3 << 8;
/** A plain file that only its owner may read: archives can hold Secrets. */
const MODE = 0o100600;

/** The header before an entry's data. `time` is the modification time, shown in UTC. */
export function localHeader(entry: ZipEntry, time: Date): Buffer {
  const name = Buffer.from(entry.path);
  const large = entry.size >= MAX32 || entry.deflatedSize >= MAX32;
  const extra = large ? zip64Extra([entry.size, entry.deflatedSize]) : EMPTY;
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(large ? VERSION_ZIP64 : VERSION, 4);
  common(header, 6, entry, time, large);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** The entry's row of the central directory. */
export function directoryRow(entry: ZipEntry, time: Date): Buffer {
  const name = Buffer.from(entry.path);
  const large = entry.size >= MAX32 || entry.deflatedSize >= MAX32 || entry.offset >= MAX32;
  const wide = large ? zip64Extra([entry.size, entry.deflatedSize, entry.offset]) : EMPTY;
  const extra = Buffer.concat([wide, countExtra(entry.count ?? null)]);
  const row = Buffer.alloc(46);
  row.writeUInt32LE(0x02014b50, 0);
  row.writeUInt16LE(UNIX | VERSION_ZIP64, 4);
  row.writeUInt16LE(large ? VERSION_ZIP64 : VERSION, 6);
  common(row, 8, entry, time, large);
  row.writeUInt16LE(name.length, 28);
  row.writeUInt16LE(extra.length, 30);
  row.writeUInt32LE(MODE * 0x10000, 38);
  row.writeUInt32LE(large ? MAX32 : entry.offset, 42);
  return Buffer.concat([row, name, extra]);
}

/** What ends the file: the end of the central directory, preceded by its Zip64 form where needed. */
export function directoryEnd(entries: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  // 0xffff entries is the mark of Zip64 itself, so exactly 65,535 entries need it too.
  const large = entries >= MAX16 || size >= MAX32 || offset >= MAX32;
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(large ? MAX16 : entries, 8);
  end.writeUInt16LE(large ? MAX16 : entries, 10);
  end.writeUInt32LE(large ? MAX32 : size, 12);
  end.writeUInt32LE(large ? MAX32 : offset, 16);
  if (!large) return end;
  const zip64 = Buffer.alloc(56);
  zip64.writeUInt32LE(0x06064b50, 0);
  zip64.writeBigUInt64LE(44n, 4);
  zip64.writeUInt16LE(UNIX | VERSION_ZIP64, 12);
  zip64.writeUInt16LE(VERSION_ZIP64, 14);
  zip64.writeBigUInt64LE(BigInt(entries), 24);
  zip64.writeBigUInt64LE(BigInt(entries), 32);
  zip64.writeBigUInt64LE(BigInt(size), 40);
  zip64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([zip64, locator, end]);
}

const EMPTY = Buffer.alloc(0);

/** The fields that both headers share, in the same order: flags to plain size. */
function common(header: Buffer, at: number, entry: ZipEntry, time: Date, large: boolean): void {
  header.writeUInt16LE(UTF8_NAME, at);
  header.writeUInt16LE(DEFLATE, at + 2);
  header.writeUInt32LE(dosTime(time), at + 4);
  header.writeUInt32LE(entry.crc, at + 8);
  header.writeUInt32LE(large ? MAX32 : entry.deflatedSize, at + 12);
  header.writeUInt32LE(large ? MAX32 : entry.size, at + 16);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(0x0001, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => {
    extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  });
  return extra;
}

function countExtra(count: number | null): Buffer {
  if (count === null || count > MAX32) return EMPTY;
  const extra = Buffer.alloc(8);
  extra.writeUInt16LE(COUNT, 0);
  extra.writeUInt16LE(4, 2);
  extra.writeUInt32LE(count, 4);
  return extra;
}

/** Two seconds' resolution, years 1980 to 2107. */
function dosTime(time: Date): number {
  const year = Math.min(Math.max(time.getUTCFullYear(), 1980), 2107) - 1980;
  const date = (year << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return date * 0x10000 + clock;
}

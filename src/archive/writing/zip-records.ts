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

const LOCAL = 30;
const ROW = 46;
/** The longest extra fields: three values of Zip64, and a count. */
const EXTRA = 4 + 3 * 8 + 8;

/** As many bytes as localHeader() and directoryRow() write at most. */
export function mostHeaderBytes({ path }: ZipEntry): number {
  return ROW + Buffer.byteLength(path) + EXTRA;
}

/**
 * Writes the header before an entry's data.
 *
 * @param stamp the modification time, see dosTime
 * @returns the offset after it
 */
export function localHeader(out: Buffer, at: number, entry: ZipEntry, stamp: number): number {
  const large = entry.size >= MAX32 || entry.deflatedSize >= MAX32;
  out.writeUInt32LE(0x04034b50, at);
  out.writeUInt16LE(large ? VERSION_ZIP64 : VERSION, at + 4);
  common(out, at + 6, entry, stamp, large);
  const nameLength = out.write(entry.path, at + LOCAL);
  out.writeUInt16LE(nameLength, at + 26);
  const extra = at + LOCAL + nameLength;
  const next = large ? zip64Extra(out, extra, [entry.size, entry.deflatedSize]) : extra;
  out.writeUInt16LE(next - extra, at + 28);
  return next;
}

/** Writes the entry's row of the central directory. @returns the offset after it */
export function directoryRow(out: Buffer, at: number, entry: ZipEntry, stamp: number): number {
  const large = entry.size >= MAX32 || entry.deflatedSize >= MAX32 || entry.offset >= MAX32;
  out.writeUInt32LE(0x02014b50, at);
  out.writeUInt16LE(UNIX | VERSION_ZIP64, at + 4);
  out.writeUInt16LE(large ? VERSION_ZIP64 : VERSION, at + 6);
  common(out, at + 8, entry, stamp, large);
  // No comment, first disk, no internal attributes.
  out.fill(0, at + 32, at + 38);
  out.writeUInt32LE(MODE * 0x10000, at + 38);
  out.writeUInt32LE(large ? MAX32 : entry.offset, at + 42);
  const nameLength = out.write(entry.path, at + ROW);
  out.writeUInt16LE(nameLength, at + 28);
  const extra = at + ROW + nameLength;
  const wide = large ? zip64Extra(out, extra, [entry.size, entry.deflatedSize, entry.offset]) : extra;
  const next = countExtra(out, wide, entry.count ?? null);
  out.writeUInt16LE(next - extra, at + 30);
  return next;
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

/** The fields that both headers share, in the same order: flags to plain size. */
function common(out: Buffer, at: number, entry: ZipEntry, stamp: number, large: boolean): void {
  out.writeUInt16LE(UTF8_NAME, at);
  out.writeUInt16LE(DEFLATE, at + 2);
  out.writeUInt32LE(stamp, at + 4);
  out.writeUInt32LE(entry.crc, at + 8);
  out.writeUInt32LE(large ? MAX32 : entry.deflatedSize, at + 12);
  out.writeUInt32LE(large ? MAX32 : entry.size, at + 16);
}

function zip64Extra(out: Buffer, at: number, values: readonly number[]): number {
  out.writeUInt16LE(0x0001, at);
  out.writeUInt16LE(8 * values.length, at + 2);
  values.forEach((value, index) => {
    out.writeBigUInt64LE(BigInt(value), at + 4 + 8 * index);
  });
  return at + 4 + 8 * values.length;
}

function countExtra(out: Buffer, at: number, count: number | null): number {
  if (count === null || count > MAX32) return at;
  out.writeUInt16LE(COUNT, at);
  out.writeUInt16LE(4, at + 2);
  return out.writeUInt32LE(count, at + 4);
}

/** A time in UTC as zip files store it: two seconds' resolution, years 1980 to 2107. */
export function dosTime(time: Date): number {
  const year = Math.min(Math.max(time.getUTCFullYear(), 1980), 2107) - 1980;
  const date = (year << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return date * 0x10000 + clock;
}

import { COUNT } from '../format/count-field.ts';
import { Malformed } from '../format/damage.ts';
import type { RangeSource } from './range-source.ts';

/** Where the directory of a zip lies, and how many records it has. */
export interface DirectoryLocation {
  readonly start: number;
  /** Behind its last record. */
  readonly end: number;
  readonly count: number;
}

const END = 22;
const LOCATOR = 20;
const ZIP64_END = 56;
const LONGEST_COMMENT = 0xffff;
const END_SIGNATURE = Buffer.from('PK\x05\x06');
const LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_SIGNATURE = 0x06064b50;
const FULL16 = 0xffff;
const FULL32 = 0xffffffff;

/**
 * Finds the directory of a zip by the records at its end (PKWARE APPNOTE 6.3.9, §4.3.14 to 16). What
 * two programs could read in two ways is refused: a second end record, a Zip64 record that says
 * otherwise, bytes between the directory and its end.
 *
 * @throws Malformed with what is wrong; the operating system's error
 */
export async function findDirectory(source: RangeSource): Promise<DirectoryLocation> {
  const { bytes, at } = await endRecord(source);
  if (bytes.readUInt16LE(4) !== 0 || bytes.readUInt16LE(6) !== 0)
    throw new Malformed('it is one part of a zip file that was split');
  const stated = {
    count: bytes.readUInt16LE(10),
    size: bytes.readUInt32LE(12),
    start: bytes.readUInt32LE(16),
  };
  if (bytes.readUInt16LE(8) !== stated.count)
    throw new Malformed('its end record gives two different numbers of entries');
  const wide = await zip64End(source, at);
  if (wide !== null) {
    const agree =
      isSame(stated.count, FULL16, wide.count) &&
      isSame(stated.size, FULL32, wide.size) &&
      isSame(stated.start, FULL32, wide.start);
    if (!agree) throw new Malformed('its end record and its Zip64 end record disagree');
  }
  const { count, size, start } = wide ?? stated;
  const end = wide?.at ?? at;
  if (start + size !== end)
    throw new Malformed(`its directory does not end at offset ${end}, where its end record is`);
  return { start, end, count };
}

interface EndRecord {
  readonly bytes: Buffer;
  readonly at: number;
}

/** The one record that ends, with its comment, where the file ends. */
async function endRecord(source: RangeSource): Promise<EndRecord> {
  const length = Math.min(source.size, END + LONGEST_COMMENT);
  const tail = await source.bytes(source.size - length, length);
  const found: number[] = [];
  for (let at = tail.indexOf(END_SIGNATURE); at >= 0; at = tail.indexOf(END_SIGNATURE, at + 1)) {
    if (at + END <= length && at + END + tail.readUInt16LE(at + 20) === length) found.push(at);
  }
  const [at, ...others] = found;
  if (at === undefined)
    throw new Malformed(
      'End of central directory record not found: it is not a zip file, is cut off, or is followed by other data',
    );
  if (others.length > 0) throw new Malformed('it has more than one end of central directory record');
  return { bytes: tail.subarray(at, at + END), at: source.size - length + at };
}

async function zip64End(source: RangeSource, endAt: number) {
  if (endAt < LOCATOR + ZIP64_END) return null;
  const locator = await source.bytes(endAt - LOCATOR, LOCATOR);
  if (locator.readUInt32LE(0) !== LOCATOR_SIGNATURE) return null;
  const at = endAt - LOCATOR - ZIP64_END;
  if (locator.readBigUInt64LE(8) !== BigInt(at) || locator.readUInt32LE(4) !== 0)
    throw new Malformed('its Zip64 locator does not lead to the record before it');
  const record = await source.bytes(at, ZIP64_END);
  if (record.readUInt32LE(0) !== ZIP64_SIGNATURE || record.readBigUInt64LE(4) !== 44n)
    throw new Malformed(`there is no Zip64 end record at offset ${at}`);
  if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0)
    throw new Malformed('it is one part of a zip file that was split');
  const count = Number(record.readBigUInt64LE(32));
  if (Number(record.readBigUInt64LE(24)) !== count)
    throw new Malformed('its Zip64 end record gives two different numbers of entries');
  return {
    at,
    count,
    size: Number(record.readBigUInt64LE(40)),
    start: Number(record.readBigUInt64LE(48)),
  };
}

/** Whether a field has the value of its Zip64 form, or refers to it. */
function isSame(field: number, full: number, wide: number): boolean {
  return field === full || field === wide;
}

/** A record of a zip's directory: a stretch of `bytes`, which hold others, too. */
export interface RecordBytes {
  readonly bytes: Buffer;
  /** In `bytes`. */
  readonly at: number;
  readonly nameEnd: number;
  readonly end: number;
}

/** Fixed part of a record, before its name. */
export const RECORD = 46;
const SIGNATURE = 0x02014b50;
/** Of the directory, read at a time. */
const PIECE = 1024 * 1024;
const LONGEST = RECORD + 3 * 0xffff;

/** The record that starts there; the caller checks that it does, and that `end` is inside the bytes. */
export function recordAt(bytes: Buffer, at: number): RecordBytes {
  const nameEnd = at + RECORD + bytes.readUInt16LE(at + 28);
  return { bytes, at, nameEnd, end: nameEnd + bytes.readUInt16LE(at + 30) };
}

/** Looks at a record. It is the same object each time, with other values. */
export type VisitRecord = (record: RecordBytes) => void;

/** Buffers for directories of which nobody keeps the bytes: those of many archives are read into the same few. */
const spareRooms: Buffer[] = [];

/**
 * Walks over the records of a zip's directory from its start to its end: the one way in which
 * an entry is found. It looks at lengths alone, so that 30,000 entries take about a millisecond.
 *
 * @param keepsBytes whether `visit` keeps the bytes of records, so that they must not change afterwards
 * @throws Malformed if a record is invalid or has a comment, or if there are more or fewer than the
 *   end record says; what visit throws
 */
export async function walkRecords(
  source: RangeSource,
  directory: DirectoryLocation,
  visit: VisitRecord,
  keepsBytes: boolean,
): Promise<void> {
  const room = keepsBytes ? undefined : (spareRooms.pop() ?? Buffer.allocUnsafeSlow(PIECE));
  try {
    await walkPieces(source, directory, visit, room);
  } finally {
    if (room !== undefined) spareRooms.push(room);
  }
}

async function walkPieces(
  source: RangeSource,
  { start, end, count }: DirectoryLocation,
  visit: VisitRecord,
  room: Buffer | undefined,
): Promise<void> {
  let from = start;
  let at = 0;
  let bytes: Buffer = Buffer.alloc(0);
  const record = { bytes, at, nameEnd: 0, end: 0 };
  for (let seen = 0; seen < count; seen += 1) {
    if (at + LONGEST > bytes.length && from + bytes.length < end) {
      from += at;
      at = 0;
      bytes = await source.bytes(from, Math.min(PIECE, end - from), room);
      record.bytes = bytes;
    }
    if (at + RECORD > bytes.length || bytes.readUInt32LE(at) !== SIGNATURE) {
      throw new Malformed(`there is no directory record at offset ${from + at}, after ${seen} entries`);
    }
    record.at = at;
    record.nameEnd = at + RECORD + bytes.readUInt16LE(at + 28);
    record.end = record.nameEnd + bytes.readUInt16LE(at + 30);
    if (record.end > bytes.length)
      throw new Malformed(`the directory record at offset ${from + at} extends beyond the directory`);
    if (bytes.readUInt16LE(at + 32) > 0)
      throw new Malformed(`the directory record at offset ${from + at} has a comment`);
    visit(record);
    at = record.end;
  }
  if (from + at !== end) throw new Malformed(`its directory holds more than its ${count} entries`);
}

/** A record of a zip's directory, with sizes and offset, from its Zip64 field if it has one. */
export interface DirectoryRecord {
  readonly name: string;
  /** Unix's type of file and permissions; 0 where another system made the entry. */
  readonly mode: number;
  readonly flags: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Of the local header. */
  readonly offset: number;
  /** See COUNT; null if the record does not say. */
  readonly count: number | null;
}

const UNIX = 3;
const UTF8_NAME = 0x0800;
const ZIP64 = 0x0001;
/** Another name, which some programs take instead. */
const UNICODE_PATH = 0x7075;

/** Whether the fields of a record are its own, and it has no extra field except a count: no Zip64, no other name. */
export function isPlainRecord({ bytes, at, nameEnd, end }: RecordBytes): boolean {
  const hasCount =
    end === nameEnd + 8 && bytes.readUInt16LE(nameEnd) === COUNT && bytes.readUInt16LE(nameEnd + 2) === 4;
  if (end !== nameEnd && !hasCount) return false;
  const isFull = (field: number) => bytes.readUInt32LE(at + field) === FULL32;
  return !isFull(20) && !isFull(24) && !isFull(42);
}

/** The offset of the local header that a record states, outside of its Zip64 field. */
export function dataOffsetOf({ bytes, at }: RecordBytes): number {
  return bytes.readUInt32LE(at + 42);
}

/** The type of file in the mode of a plain record, as parseRecord reads it: 0 if it has none. */
export function fileTypeOf({ bytes, at }: RecordBytes): number {
  return bytes.readUInt16LE(at + 4) >> 8 === UNIX ? bytes.readUInt16LE(at + 40) >> 12 : 0;
}

/** @throws Malformed where its name or its sizes can be read in two ways */
export function parseRecord({ bytes, at, nameEnd, end }: RecordBytes): DirectoryRecord {
  const flags = bytes.readUInt16LE(at + 8);
  const extras = extraFields(bytes.subarray(nameEnd, end));
  if (extras.has(UNICODE_PATH)) throw new Malformed('its name is ambiguous');
  const [size, packedBytes, offset] = wideFields(extras.get(ZIP64), [
    bytes.readUInt32LE(at + 24),
    bytes.readUInt32LE(at + 20),
    bytes.readUInt32LE(at + 42),
  ]);
  return {
    name: nameOf(bytes.subarray(at + RECORD, nameEnd), flags),
    mode: bytes.readUInt16LE(at + 4) >> 8 === UNIX ? bytes.readUInt16LE(at + 40) : 0,
    flags,
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    packedBytes: packedBytes ?? 0,
    bytes: size ?? 0,
    offset: offset ?? 0,
    count: countOf(extras.get(COUNT)),
  };
}

function countOf(field: Buffer | undefined): number | null {
  return field?.length === 4 ? field.readUInt32LE(0) : null;
}

/**
 * The extra fields of a record by their ids.
 *
 * @throws Malformed where one leads out of them, or occurs twice
 */
export function extraFields(extra: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = extra.readUInt16LE(at);
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (end > extra.length) throw new Malformed('its extra fields are longer than they can be');
    if (fields.has(id)) throw new Malformed('it has an extra field twice');
    fields.set(id, extra.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/**
 * The values of fields of 32 bits; the values of full fields follow each other in the Zip64 field.
 *
 * @throws Malformed if the Zip64 field lacks one
 */
export function wideFields(zip64: Buffer | undefined, fields: readonly number[]): number[] {
  let at = 0;
  return fields.map((field) => {
    if (field !== FULL32) return field;
    if (zip64 === undefined || at + 8 > zip64.length)
      throw new Malformed('its Zip64 field lacks a size or its offset');
    at += 8;
    return Number(zip64.readBigUInt64LE(at - 8));
  });
}

/** Two readings of one name are how programs are made to disagree. Plain ASCII, as ours are, has only one. */
function nameOf(raw: Buffer, flags: number): string {
  const name = raw.toString('utf8');
  const isPlain = (flags & UTF8_NAME) !== 0 || raw.every((byte) => byte < 0x80);
  if (!isPlain || !Buffer.from(name).equals(raw)) throw new Malformed('its name is ambiguous');
  return name;
}

import { Malformed } from '../format/damage.ts';
import type { FileSource } from './file-source.ts';

/** Where the directory of a zip lies, and how many records it has. */
export interface DirectoryPlace {
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
 * two programs could read in two ways is refused: a second end record, a Zip64 record that tells
 * otherwise, bytes between the directory and its end.
 *
 * @throws Malformed with what is wrong; the operating system's error
 */
export async function findDirectory(source: FileSource): Promise<DirectoryPlace> {
  const { bytes, at } = await endRecord(source);
  if (bytes.readUInt16LE(4) !== 0 || bytes.readUInt16LE(6) !== 0)
    throw new Malformed('it is a part of a zip of several files');
  const told = {
    count: bytes.readUInt16LE(10),
    size: bytes.readUInt32LE(12),
    start: bytes.readUInt32LE(16),
  };
  if (bytes.readUInt16LE(8) !== told.count)
    throw new Malformed('its end record tells two numbers of entries');
  const wide = await zip64End(source, at);
  if (wide !== null) {
    const agree =
      isSame(told.count, FULL16, wide.count) &&
      isSame(told.size, FULL32, wide.size) &&
      isSame(told.start, FULL32, wide.start);
    if (!agree) throw new Malformed('its end record and its Zip64 end record disagree');
  }
  const { count, size, start } = wide ?? told;
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
async function endRecord(source: FileSource): Promise<EndRecord> {
  const length = Math.min(source.size, END + LONGEST_COMMENT);
  const tail = await source.bytes(source.size - length, length);
  const found: number[] = [];
  for (let at = tail.indexOf(END_SIGNATURE); at >= 0; at = tail.indexOf(END_SIGNATURE, at + 1)) {
    if (at + END <= length && at + END + tail.readUInt16LE(at + 20) === length) found.push(at);
  }
  const [at, ...others] = found;
  if (at === undefined)
    throw new Malformed(
      'End of central directory record not found: it is no zip, is cut off, or something follows it',
    );
  if (others.length > 0) throw new Malformed('it has more than one end of central directory record');
  return { bytes: tail.subarray(at, at + END), at: source.size - length + at };
}

async function zip64End(source: FileSource, endAt: number) {
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
    throw new Malformed('it is a part of a zip of several files');
  const count = Number(record.readBigUInt64LE(32));
  if (Number(record.readBigUInt64LE(24)) !== count)
    throw new Malformed('its Zip64 end record tells two numbers of entries');
  return {
    at,
    count,
    size: Number(record.readBigUInt64LE(40)),
    start: Number(record.readBigUInt64LE(48)),
  };
}

/** Whether a field tells the value of its Zip64 form, or that it stands there. */
function isSame(field: number, full: number, wide: number): boolean {
  return field === full || field === wide;
}

import type { FileSource } from './file-source.ts';

const END = 22;
const LOCATOR = 20;
const ZIP64_END = 56;
const RECORD = 46;
const RECORD_SIGNATURE = 0x02014b50;
const LOCATOR_SIGNATURE = 0x07064b50;
/** Of the directory, read at a time. */
const PIECE = 1024 * 1024;
const LONGEST_RECORD = RECORD + 3 * 0xffff;

/**
 * Looks for an entry in a zip's directory by the lengths and names of its records alone:
 * of 30,000 entries in milliseconds, where checking each takes tenths of a second.
 *
 * @param comment length of the zip's comment in bytes
 * @param count number of entries in the directory
 * @returns the offset of its record, or null
 * @throws Error where a record is none, or two have this name
 */
export async function findRecord(
  source: FileSource,
  comment: number,
  count: number,
  name: string,
): Promise<number | null> {
  const wanted = Buffer.from(name);
  let found: number | null = null;
  let start = await directoryStart(source, source.size - comment - END);
  let piece: Buffer = Buffer.alloc(0);
  for (let at = 0, seen = 0; seen < count; seen += 1) {
    if (at + LONGEST_RECORD > piece.length && start + piece.length < source.size) {
      start += at;
      at = 0;
      piece = await source.bytes(start, Math.min(PIECE, source.size - start));
    }
    if (at + RECORD > piece.length || piece.readUInt32LE(at) !== RECORD_SIGNATURE) {
      throw new Error(`there is no directory record at offset ${start + at}`);
    }
    const nameEnd = at + RECORD + piece.readUInt16LE(at + 28);
    if (nameEnd - at - RECORD === wanted.length && wanted.compare(piece, at + RECORD, nameEnd) === 0) {
      if (found !== null) throw new Error(`entry ${JSON.stringify(name)} is there twice`);
      found = start + at;
    }
    at = nameEnd + piece.readUInt16LE(at + 30) + piece.readUInt16LE(at + 32);
  }
  return found;
}

/** As yauzl finds it: a Zip64 record counts wherever there is one. */
async function directoryStart(source: FileSource, endRecord: number): Promise<number> {
  if (endRecord >= LOCATOR) {
    const locator = await source.bytes(endRecord - LOCATOR, LOCATOR);
    if (locator.readUInt32LE(0) === LOCATOR_SIGNATURE) {
      const zip64 = await source.bytes(Number(locator.readBigUInt64LE(8)), ZIP64_END);
      return Number(zip64.readBigUInt64LE(48));
    }
  }
  return (await source.bytes(endRecord, END)).readUInt32LE(16);
}

import type { FileSource } from './file-source.ts';

const END = 22;
const LOCATOR = 20;
const RECORD = 46;
const RECORD_SIGNATURE = 0x02014b50;
const LOCATOR_SIGNATURE = 0x07064b50;
/** Our writer puts manifest.json and SHA256SUMS at the end; four leave room for others. */
const LAST = 4;
const TAIL = 16 * 1024;

/**
 * Looks for an entry among the last ones of a zip's directory, so that the
 * manifest of an archive with 20,000 entries is found without reading them.
 * A record counts only where it ends exactly where the next one begins.
 *
 * @param comment length of the zip's comment in bytes
 * @param count number of entries in the directory
 * @returns the offset of its record, or null; then the directory must be walked
 */
export async function findLast(
  source: FileSource,
  comment: number,
  count: number,
  name: string,
): Promise<number | null> {
  const end = await directoryEnd(source, source.size - comment - END);
  const start = Math.max(0, end - TAIL);
  const tail = await source.bytes(start, end - start);
  let next = tail.length;
  for (let seen = 0; seen < Math.min(LAST, count); seen += 1) {
    const at = recordBefore(tail, next);
    if (at === null) return null;
    const nameEnd = at + RECORD + tail.readUInt16LE(at + 28);
    if (tail.toString('utf8', at + RECORD, nameEnd) === name) return start + at;
    next = at;
  }
  return null;
}

/** The directory ends where the Zip64 record begins, or, without one, the end record itself. */
async function directoryEnd(source: FileSource, endRecord: number): Promise<number> {
  if (endRecord < LOCATOR) return endRecord;
  const locator = await source.bytes(endRecord - LOCATOR, LOCATOR);
  if (locator.readUInt32LE(0) !== LOCATOR_SIGNATURE) return endRecord;
  const zip64 = Number(locator.readBigUInt64LE(8));
  return Math.min(zip64, endRecord - LOCATOR);
}

function recordBefore(tail: Buffer, next: number): number | null {
  for (let at = next - RECORD; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== RECORD_SIGNATURE) continue;
    const length =
      RECORD + tail.readUInt16LE(at + 28) + tail.readUInt16LE(at + 30) + tail.readUInt16LE(at + 32);
    if (at + length === next) return at;
  }
  return null;
}

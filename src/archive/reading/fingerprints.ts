import { CHECKSUMS_FILE } from '../../types/archive-paths.ts';
import {
  type Fingerprint,
  type Fingerprints,
  matchNames,
  parseChecksums,
  SAYS,
} from '../format/checksums.ts';
import { ChecksumTable } from './checksum-table.ts';
import { isPlainFile, LOCAL_HEADER } from './entries.ts';
import { dataOffsetOf, parseRecord, RECORD, type RecordBytes, type VisitRecord } from './zip-directory.ts';

/** Visits the records of an archive's directory; throws as walkRecords. */
export type WalkRecords = (visit: VisitRecord) => Promise<void>;

/**
 * The fingerprints of an archive whose SHA256SUMS and directory are as the export writes them: nothing that
 * `ArchiveReader.entries` checks is wrong with them. Null for any other, so that it is checked there. Throws as the walk.
 *
 * @param text the content of SHA256SUMS
 * @param walk lets the bytes of records be kept
 */
export async function tableOf(text: Buffer, walk: WalkRecords): Promise<ChecksumTable | null> {
  const table = ChecksumTable.parse(text);
  if (table === null || table.hasFileAsFolder()) return null;
  const spans = new DataSpans(table.size + 1);
  let isAsWritten = true;
  let others = 0;
  await walk((record) => {
    if (!isAsWritten) return;
    const placed = table.place(record);
    if (placed === 'unlisted') others += 1;
    const isListed = placed === 'placed' || (others === 1 && isNamed(record, CHECKSUMS_FILE));
    isAsWritten = isListed && isPlainFile(record) && spans.add(record);
  });
  return isAsWritten && table.isWhole && !spans.overlap() ? table : null;
}

function isNamed({ bytes, at, nameEnd }: RecordBytes, name: string): boolean {
  return bytes.toString('latin1', at + RECORD, nameEnd) === name;
}

/** Offset and length of the data of each entry as one number of 64 bits: these are sorted without a function to compare them. */
class DataSpans {
  readonly #words: Uint32Array;
  #count = 0;

  constructor(most: number) {
    this.#words = new Uint32Array(2 * most);
  }

  /** False if there are more than expected. */
  add(record: RecordBytes): boolean {
    if (2 * this.#count >= this.#words.length) return false;
    this.#words[2 * this.#count] = record.bytes.readUInt32LE(record.at + 20);
    this.#words[2 * this.#count + 1] = dataOffsetOf(record);
    this.#count += 1;
    return true;
  }

  /** Whether data overlap, by the rule of checkDirectory. Sorts the spans, so that none can be added. */
  overlap(): boolean {
    // Processors on which Node.js runs are little-endian: the offset is the upper half.
    new BigUint64Array(this.#words.buffer, 0, this.#count).sort();
    let end = 0;
    for (let each = 0; each < this.#count; each += 1) {
      const [length, offset] = [this.#words[2 * each] ?? 0, this.#words[2 * each + 1] ?? 0];
      if (offset < end) return true;
      end = offset + LOCAL_HEADER + length;
    }
    return false;
  }
}

/**
 * The same for any SHA256SUMS and directory.
 *
 * @returns also a sentence for each kind of mismatch between the two
 */
export async function matchedFingerprints(
  text: Buffer,
  walk: WalkRecords,
): Promise<{ readonly fingerprints: Fingerprints; readonly mismatches: readonly string[] }> {
  const { sums, problems } = parseChecksums(text.toString('utf8'));
  const crcs = new Map<string, number>();
  await walk((record) => {
    const { name, crc } = parseRecord(record);
    // Folders have no content.
    if (!name.endsWith('/')) crcs.set(name, crc);
  });
  const fingerprints = new Map<string, Fingerprint>();
  for (const [name, crc] of crcs) {
    const sha256 = sums.get(name);
    if (sha256 !== undefined) fingerprints.set(name, { sha256, crc });
  }
  const { unlisted, missing } = matchNames(sums, crcs);
  const mismatches = [
    ...first(problems, SAYS.problem),
    ...first(unlisted, SAYS.unlisted),
    ...first(missing, SAYS.missing),
  ];
  return { fingerprints, mismatches };
}

/** A sentence for the first of them, with the number of the others. */
function first([one, ...others]: readonly string[], says: (what: string) => string): string[] {
  if (one === undefined) return [];
  return [`${says(one)}${others.length === 0 ? '' : `, and so on for ${others.length} more`}`];
}

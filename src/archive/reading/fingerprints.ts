import { CHECKSUMS_FILE } from '../../types/places.ts';
import { type Fingerprint, type Fingerprints, parseChecksums, SAYS } from '../format/checksums.ts';
import { ChecksumTable } from './checksum-table.ts';
import { isPlainRecord, parseRecord, type RecordBytes } from './zip-directory.ts';

/** Visits the records of an archive's directory; throws as walkRecords. */
export type WalkRecords = (visit: (record: RecordBytes) => void) => Promise<void>;

/**
 * The fingerprints of an archive whose SHA256SUMS is as the export writes it and names exactly its entries; null
 * for any other. Throws as the walk, and Malformed as parseRecord.
 *
 * @param text the content of SHA256SUMS
 */
export async function tableOf(text: Buffer, walk: WalkRecords): Promise<ChecksumTable | null> {
  const table = ChecksumTable.parse(text);
  if (table === null) return null;
  let isAsWritten = true;
  await walk((record) => {
    if (!isAsWritten) return;
    const placed = table.place(record);
    if (placed === 'placed' && isPlainRecord(record)) return;
    const { name } = parseRecord(record);
    // Folders hold nothing.
    if (placed !== 'placed')
      isAsWritten = placed === 'unlisted' && (name === CHECKSUMS_FILE || name.endsWith('/'));
  });
  return isAsWritten && table.isWhole ? table : null;
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
  const fingerprints = new Map<string, Fingerprint>();
  const unlisted: string[] = [];
  await walk((record) => {
    const { name, crc } = parseRecord(record);
    if (name.endsWith('/')) return;
    const sha256 = sums.get(name);
    if (sha256 !== undefined) fingerprints.set(name, { sha256, crc });
    else if (name !== CHECKSUMS_FILE) unlisted.push(name);
  });
  const missing: string[] = [];
  for (const name of sums.keys()) if (!fingerprints.has(name)) missing.push(name);
  const mismatches = [
    ...first(problems, SAYS.problem),
    ...first(unlisted, SAYS.unlisted),
    ...first(missing, SAYS.missing),
  ];
  return { fingerprints, mismatches };
}

/** What there is to say of the first of them, and how many more there are. */
function first([one, ...others]: readonly string[], says: (what: string) => string): string[] {
  if (one === undefined) return [];
  return [`${says(one)}${others.length === 0 ? '' : `, and so on for ${others.length} more`}`];
}

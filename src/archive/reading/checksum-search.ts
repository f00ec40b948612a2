import { READ } from '../../json/limits.ts';
import { CHECKSUMS_FILE } from '../../types/places.ts';
import { Damage } from '../format/damage.ts';
import type { ArchiveReader } from './reader.ts';

/** Hexadecimal digits, and the two characters behind them. */
const DIGITS = 64;
const BEFORE_NAME = DIGITS + 2;
const LINE_END = 0x0a;

/**
 * The checksums that an archive tells of these entries; those that it does not have are
 * left out. The text is searched, not taken apart: of 20,000 lines a few are wanted.
 *
 * @returns entry name → SHA-256
 * @throws Damage where there is no SHA256SUMS, or it names one of them twice; Unreadable
 */
export async function findChecksums(
  archive: ArchiveReader,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const entry = await archive.find(CHECKSUMS_FILE);
  if (entry === null) throw new Damage(archive.path, `it has no ${CHECKSUMS_FILE}`);
  const text = await archive.read(entry, READ.checksumBytes);
  if (text.length > 0 && text.at(-1) !== LINE_END) {
    throw new Damage(archive.path, `${CHECKSUMS_FILE}: its last line does not end`);
  }
  const sums = new Map<string, string>();
  for (const name of names) {
    const [sum, ...more] = sumsOf(text, name);
    if (more.length > 0) throw new Damage(archive.path, `${CHECKSUMS_FILE} names ${name} more than once`);
    if (sum !== undefined) sums.set(name, sum);
  }
  return sums;
}

function* sumsOf(text: Buffer, name: string): Generator<string> {
  const wanted = `${name}\n`;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const from = at - BEFORE_NAME;
    if (from < 0 || (from > 0 && text[from - 1] !== LINE_END)) continue;
    const head = text.toString('latin1', from, at);
    if (/^[0-9a-f]{64} [ *]$/.test(head)) yield head.slice(0, DIGITS);
  }
}

import { CHECKSUMS_FILE } from '../../types/archive-paths.ts';

/** The content of SHA256SUMS, and its invalid lines. */
export interface Checksums {
  /** Entry name → SHA-256 in lower-case hexadecimal digits. */
  readonly sums: ReadonlyMap<string, string>;
  /** A sentence for each line that is malformed or names an entry again. */
  readonly problems: readonly string[];
}

/** A line as `sha256sum` writes it: digits, a space, a space (or `*`), a name. */
const LINE = /^([0-9a-f]{64}) [ *](.+)$/;
/** Characters of a line before the name. */
const BEFORE_NAME = 64 + 2;
const LINE_END = 0x0a;
const CUT_OFF = 'its last line does not end';

/** Reads all of SHA256SUMS. A name that sha256sum would have to escape cannot occur, so such a line is malformed. */
export function parseChecksums(text: string): Checksums {
  const sums = new Map<string, string>();
  const problems: string[] = [];
  if (text !== '' && !text.endsWith('\n')) problems.push(CUT_OFF);
  let number = 0;
  for (const line of linesOf(text)) {
    number += 1;
    if (line === '') continue;
    const [, sum, name] = LINE.exec(line) ?? [];
    if (sum === undefined || name === undefined) problems.push(`line ${number} is malformed`);
    else if (sums.has(name)) problems.push(`line ${number} names ${name} again`);
    else sums.set(name, sum);
  }
  return { sums, problems };
}

/** One by one: an array of all lines of a large archive needs as much memory as its checksums. */
function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    yield text.slice(at, end < 0 ? undefined : end);
    at = end < 0 ? text.length : end + 1;
  }
}

/**
 * The same for a few entries alone. The lines are searched for, which takes a tenth of the time that
 * 20,000 lines take: `history` does so for each of many archives.
 */
export function searchChecksums(text: Buffer, names: readonly string[]): Checksums {
  const sums = new Map<string, string>();
  const problems: string[] = text.length > 0 && text.at(-1) !== LINE_END ? [CUT_OFF] : [];
  for (const name of names) {
    for (const sum of sumsOf(text, name)) {
      if (sums.has(name)) problems.push(`it names ${name} again`);
      else sums.set(name, sum);
    }
  }
  return { sums, problems };
}

function* sumsOf(text: Buffer, name: string): Generator<string> {
  const end = `${name}\n`;
  for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) {
    const from = at - BEFORE_NAME;
    if (from < 0 || (from > 0 && text[from - 1] !== LINE_END)) continue;
    const [, sum] = LINE.exec(`${text.toString('latin1', from, at)}-`) ?? [];
    if (sum !== undefined) yield sum;
  }
}

/** Differences between the entries in SHA256SUMS and in the archive. */
export interface Mismatch {
  readonly unlisted: readonly string[];
  /** Listed, but not in the archive. */
  readonly missing: readonly string[];
}

/** @param entries of the archive, by name */
export function matchNames(
  sums: Checksums['sums'],
  entries: Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>,
): Mismatch {
  return {
    unlisted: [...entries.keys()].filter((name) => name !== CHECKSUMS_FILE && !sums.has(name)),
    missing: [...sums.keys()].filter((name) => !entries.has(name)),
  };
}

/** The messages for differences. */
export const SAYS = {
  noFile: `it has no ${CHECKSUMS_FILE}`,
  problem: (problem: string) => `${CHECKSUMS_FILE}: ${problem}`,
  unlisted: (name: string) => `${name} is not in ${CHECKSUMS_FILE}`,
  missing: (name: string) => `${name} is in ${CHECKSUMS_FILE}, but not in the archive`,
  different: (name: string) => `${name} has another SHA-256 than ${CHECKSUMS_FILE} says`,
} as const;

/** Shows whether an entry has the same content in two archives. */
export interface Fingerprint {
  /** From SHA256SUMS. */
  readonly sha256: string;
  /** From the directory of the zip: if only the SHA-256 is forged, this differs. */
  readonly crc: number;
}

/** The fingerprints of an archive by entry name. */
export interface Fingerprints {
  has(name: string): boolean;
  get(name: string): Fingerprint | undefined;
  keys(): Iterable<string>;
  [Symbol.iterator](): Iterator<readonly [name: string, fingerprint: Fingerprint]>;
}

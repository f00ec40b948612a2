import { READ } from '../../json/limits.ts';
import type { Fingerprint, Fingerprints } from '../format/checksums.ts';
import { dataOffsetOf, RECORD, type RecordBytes, recordAt } from './zip-directory.ts';

const LINE_END = 0x0a;
const SPACE = 0x20;
const STAR = 0x2a;
const SLASH = 0x2f;
const DOT = 0x2e;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LAST_PRINTABLE = 0x7e;
const DIGITS = 64;
/** Characters of a line before the name: the digits, a space, and a space or `*`. */
const BEFORE_NAME = DIGITS + 2;
const NOWHERE = -1;

/**
 * SHA256SUMS as bytes, with the CRC-32 and the record of each entry in the zip's directory. `log` reads 20,000 lines
 * of each of many archives, most of which are the same as in the next archive, and needs no strings of them.
 *
 * It exists only for a file as the export writes it: one line for each entry, sorted by name. The names are lower-case
 * ASCII, so that every volume tells them apart, and no part of a path begins with a dot, so that none leads out of a folder.
 */
export class ChecksumTable implements Fingerprints {
  readonly #text: Buffer;
  /** Where each line starts, and the end of the last. */
  readonly #starts: Uint32Array;
  readonly #crcs: Uint32Array;
  /** The directory of the zip, and where in it the record of each line is: in which piece, from where. */
  readonly #pieces: Buffer[] = [];
  readonly #pieceOf: Int32Array;
  readonly #recordAt: Uint32Array;
  #placed = 0;
  /** The line that the next record probably belongs to: the directory is sorted, too. */
  #next = 0;

  private constructor(text: Buffer, starts: Uint32Array) {
    const count = starts.length - 1;
    this.#text = text;
    this.#starts = starts;
    this.#crcs = new Uint32Array(count);
    this.#pieceOf = new Int32Array(count).fill(NOWHERE);
    this.#recordAt = new Uint32Array(count);
  }

  /** Null if the text is malformed, not sorted by name, or has a name that the export would not give. */
  static parse(text: Buffer): ChecksumTable | null {
    const starts: number[] = [];
    let at = 0;
    while (at < text.length) {
      const end = endOfLine(text, at);
      if (end === null) return null;
      const before = starts.at(-1);
      if (before !== undefined) {
        const order = compareBytes(text, before + BEFORE_NAME, at - 1, text, at + BEFORE_NAME, end);
        if (order >= 0) return null;
      }
      starts.push(at);
      at = end + 1;
    }
    starts.push(at);
    return new ChecksumTable(text, Uint32Array.from(starts));
  }

  /**
   * Adds the record of an entry.
   *
   * @returns `unlisted` if no line names it, `again` if another record has the same name
   */
  place({ bytes, at, nameEnd }: RecordBytes): 'placed' | 'unlisted' | 'again' {
    const from = at + RECORD;
    let line = this.#next;
    if (line >= this.#crcs.length || this.#compare(line, bytes, from, nameEnd) !== 0)
      line = this.#search(bytes, from, nameEnd);
    if (line === NOWHERE) return 'unlisted';
    if (this.#pieceOf[line] !== NOWHERE) return 'again';
    if (this.#pieces.at(-1) !== bytes) this.#pieces.push(bytes);
    this.#pieceOf[line] = this.#pieces.length - 1;
    this.#recordAt[line] = at;
    this.#crcs[line] = bytes.readUInt32LE(at + 16);
    this.#placed += 1;
    this.#next = line + 1;
    return 'placed';
  }

  /** Number of lines. */
  get size(): number {
    return this.#crcs.length;
  }

  /** Whether a name is also the folder of another: `a` and `a/b`. */
  hasFileAsFolder(): boolean {
    for (let line = 0; line < this.#crcs.length; line += 1) {
      const [start, end] = [(this.#starts[line] ?? 0) + BEFORE_NAME, (this.#starts[line + 1] ?? 0) - 1];
      const same = line === 0 ? 0 : this.#sameStart(line - 1, start, end);
      for (let at = start + same; at < end; at += 1)
        if (this.#text[at] === SLASH && this.#search(this.#text, start, at) !== NOWHERE) return true;
    }
    return false;
  }

  /** Length of the beginning that a name has in common with the name in another line, whose folders were checked. */
  #sameStart(line: number, start: number, end: number): number {
    const from = (this.#starts[line] ?? 0) + BEFORE_NAME;
    const most = Math.min(end - start, (this.#starts[line + 1] ?? 0) - 1 - from);
    let same = 0;
    while (same < most && this.#text[from + same] === this.#text[start + same]) same += 1;
    return same;
  }

  /** Whether every line has its record. */
  get isWhole(): boolean {
    return this.#placed === this.#crcs.length;
  }

  /** The record of an entry; null if the entry is not listed. */
  recordOf(name: string): RecordBytes | null {
    return this.#record(this.#lineOf(name));
  }

  #record(line: number): RecordBytes | null {
    const bytes = this.#pieces[this.#pieceOf[line] ?? NOWHERE];
    return bytes === undefined ? null : recordAt(bytes, this.#recordAt[line] ?? 0);
  }

  /** The records of all lines in the order of their data in the file. The table must be whole. */
  *recordsInOrderOfData(): Generator<RecordBytes> {
    // Sorted as numbers of 64 bits: the offset is the upper half, the line the lower one.
    const words = new Uint32Array(2 * this.size);
    for (let line = 0; line < this.size; line += 1) {
      words[2 * line] = line;
      const record = this.#record(line);
      words[2 * line + 1] = record === null ? 0 : dataOffsetOf(record);
    }
    new BigUint64Array(words.buffer).sort();
    for (let each = 0; each < this.size; each += 1) {
      const record = this.#record(words[2 * each] ?? NOWHERE);
      if (record !== null) yield record;
    }
  }

  has(name: string): boolean {
    return this.#lineOf(name) !== NOWHERE;
  }

  get(name: string): Fingerprint | undefined {
    const line = this.#lineOf(name);
    return line === NOWHERE ? undefined : this.#fingerprint(line);
  }

  *keys(): Generator<string> {
    for (let line = 0; line < this.#crcs.length; line += 1) yield this.#name(line);
  }

  *[Symbol.iterator](): Generator<readonly [string, Fingerprint]> {
    for (let line = 0; line < this.#crcs.length; line += 1) yield [this.#name(line), this.#fingerprint(line)];
  }

  /**
   * The names of the entries that are only in one of two archives, or have another content in each.
   *
   * @param prefix only names with this prefix
   */
  *differing(other: ChecksumTable, prefix = ''): Generator<string> {
    const [first, own] = this.#linesWith(prefix);
    const [itsFirst, its] = other.#linesWith(prefix);
    for (let left = first, right = itsFirst; left < own || right < its; ) {
      const order = left >= own ? 1 : right >= its ? -1 : this.#compareLines(left, other, right);
      if (order < 0) yield this.#name(left);
      else if (order > 0) yield other.#name(right);
      else if (!this.#isSame(left, other, right)) yield this.#name(left);
      if (order <= 0) left += 1;
      if (order >= 0) right += 1;
    }
  }

  /** The first line with a name that begins so, and the line behind the last one. */
  #linesWith(prefix: string): readonly [first: number, end: number] {
    const bytes = Buffer.from(prefix);
    const first = this.#lowerBound(bytes, 0, bytes.length);
    let end = this.#crcs.length;
    if (prefix !== '') {
      // The names with a prefix end before the next higher prefix.
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1;
      end = this.#lowerBound(bytes, 0, bytes.length);
    }
    return [first, end];
  }

  #compareLines(line: number, other: ChecksumTable, its: number): number {
    const from = (other.#starts[its] ?? 0) + BEFORE_NAME;
    return this.#compare(line, other.#text, from, (other.#starts[its + 1] ?? 0) - 1);
  }

  #isSame(line: number, other: ChecksumTable, its: number): boolean {
    if (this.#crcs[line] !== other.#crcs[its]) return false;
    const [from, at] = [this.#starts[line] ?? 0, other.#starts[its] ?? 0];
    return compareBytes(this.#text, from, from + DIGITS, other.#text, at, at + DIGITS) === 0;
  }

  #compare(line: number, bytes: Buffer, from: number, end: number): number {
    const start = (this.#starts[line] ?? 0) + BEFORE_NAME;
    return compareBytes(this.#text, start, (this.#starts[line + 1] ?? 0) - 1, bytes, from, end);
  }

  #lineOf(name: string): number {
    const bytes = Buffer.from(name);
    return this.#search(bytes, 0, bytes.length);
  }

  #search(bytes: Buffer, from: number, end: number): number {
    const line = this.#lowerBound(bytes, from, end);
    return line < this.#crcs.length && this.#compare(line, bytes, from, end) === 0 ? line : NOWHERE;
  }

  /** The first line whose name is not lower than these bytes. */
  #lowerBound(bytes: Buffer, from: number, end: number): number {
    let [low, high] = [0, this.#crcs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(middle, bytes, from, end) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #name(line: number): string {
    const start = (this.#starts[line] ?? 0) + BEFORE_NAME;
    return this.#text.toString('latin1', start, (this.#starts[line + 1] ?? 0) - 1);
  }

  #fingerprint(line: number): Fingerprint {
    const start = this.#starts[line] ?? 0;
    return { sha256: this.#text.toString('latin1', start, start + DIGITS), crc: this.#crcs[line] ?? 0 };
  }
}

/** The offset of the line end behind a line; null if the line is malformed, or its name is not one of the export. */
function endOfLine(text: Buffer, start: number): number | null {
  const name = start + BEFORE_NAME;
  if (name >= text.length) return null;
  for (let at = start; at < start + DIGITS; at += 1) if (!isHexDigit(text[at] ?? 0)) return null;
  const mode = text[start + DIGITS + 1];
  if (text[start + DIGITS] !== SPACE || (mode !== SPACE && mode !== STAR)) return null;
  for (let at = name, before = SLASH; at < text.length; at += 1) {
    const byte = text[at] ?? 0;
    if (byte === LINE_END) return before !== SLASH && at - name <= READ.entryName ? at : null;
    // A part of a path that is empty, or begins with a dot.
    if (before === SLASH && (byte === SLASH || byte === DOT)) return null;
    if (byte < SPACE || byte > LAST_PRINTABLE || isUpperCase(byte)) return null;
    if (byte === BACKSLASH || byte === COLON) return null;
    before = byte;
  }
  return null;
}

function isUpperCase(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** Lower case only, as `sha256sum` writes them. */
function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}

/** As Buffer.compare, which takes longer to call than names take to compare. */
function compareBytes(
  one: Buffer,
  oneFrom: number,
  oneEnd: number,
  other: Buffer,
  otherFrom: number,
  otherEnd: number,
): number {
  const length = Math.min(oneEnd - oneFrom, otherEnd - otherFrom);
  for (let at = 0; at < length; at += 1) {
    const order = (one[oneFrom + at] ?? 0) - (other[otherFrom + at] ?? 0);
    if (order !== 0) return order;
  }
  return oneEnd - oneFrom - (otherEnd - otherFrom);
}

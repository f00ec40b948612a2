import { textAt } from '../json/members.ts';
import { DEEPEST, Parser } from '../json/parse-value.ts';
import { CLOSE_OBJECT, COMMA, keyEnd, OPEN_LIST, OPEN_OBJECT, skipSpace, valueEnd } from '../json/scan.ts';
import { Raw, type Value } from '../json/value.ts';

/**
 * Values that are made of two versions of an object, both together. An empty object costs
 * two hundred bytes, so this is 16 MiB at most; the largest CustomResourceDefinitions have 40,000.
 */
export const MOST_COMPARED = 80_000;
/** Bytes of text, both versions together. The API server takes objects of 1.5 MB. */
export const MOST_TEXT = 16 * 1024 * 1024;
/** Longer texts that both versions share are not read twice. */
const SHORT = 256;

/** Stands for what is equal in both versions: it is neither shown nor looked into. */
const EQUAL = new Raw('"(equal in both)"');

/** Two versions of an object as values. */
export interface ValuePair {
  readonly before: Value;
  readonly after: Value;
  /** Something that differs stayed text, with its white space, or was replaced by its size. */
  readonly hasText: boolean;
}

/**
 * Makes values of what differs between two versions of an object. Objects, lists and long texts
 * that are equal in both, to the byte, are not taken apart, since of most objects little differs;
 * but the data of a Secret is, as copies of it may stand elsewhere in the object.
 *
 * Memory is bounded whatever the versions look like: a differing part that has too many values
 * stays JSON text in both, a part that has too much text is replaced by its size.
 *
 * @param before a valid document (see documentMistake)
 * @param after another version
 * @param type full name: what stands in a file of `secrets` is a Secret, whatever its kind says
 */
export function parsePair(before: Uint8Array, after: Uint8Array, type: string): ValuePair {
  return new PairParser(asBuffer(before), asBuffer(after), type === 'secrets').pair();
}

/** One version of an object; null where it is too large to be compared as values. */
export function parseSingle(bytes: Uint8Array): Value | null {
  if (bytes.length > MOST_TEXT / 2) return null;
  const parser = new Parser(bytes, skipSpace(bytes, 0, bytes.length), MOST_COMPARED / 2);
  const value = parser.value(0);
  return parser.exhausted ? null : value;
}

/** Where a value stands in a document. */
interface Range {
  readonly from: number;
  readonly end: number;
}

class PairParser {
  readonly #before: Buffer;
  readonly #after: Buffer;
  readonly #isSecret: boolean;
  #values = MOST_COMPARED;
  #text = MOST_TEXT;
  #hasText = false;

  constructor(before: Buffer, after: Buffer, isSecret: boolean) {
    this.#before = before;
    this.#after = after;
    this.#isSecret = isSecret;
  }

  pair(): ValuePair {
    const [before, after] = this.#pair(wholeOf(this.#before), wholeOf(this.#after), 0);
    return { before, after, hasText: this.#hasText };
  }

  #pair(before: Range, after: Range, depth: number): readonly [Value, Value] {
    const [own, other] = [this.#before[before.from], this.#after[after.from]];
    const isBoth = (kind: number) => own === kind && other === kind;
    if (depth < DEEPEST && isBoth(OPEN_OBJECT)) {
      const fields = this.#fields(before, after, depth);
      if (fields !== null) return fields;
    }
    const size = sizeOf(before) + sizeOf(after);
    if (size > this.#text) {
      this.#hasText = true;
      return [sizeText(before, ''), sizeText(after, ', changed')];
    }
    this.#text -= size;
    const both = this.#both(before, after, depth);
    if (both !== null) return both;
    this.#hasText = true;
    return [rawText(this.#before, before), rawText(this.#after, after)];
  }

  /** Two values whole; null where they are too many. */
  #both(before: Range, after: Range, depth: number): readonly [Value, Value] | null {
    const left = this.#values;
    const from = this.#parsed(this.#before, before, depth);
    const to = from === undefined ? undefined : this.#parsed(this.#after, after, depth);
    if (from !== undefined && to !== undefined) return [from, to];
    this.#values = left;
    return null;
  }

  /** Two objects field by field; null where they have too many fields. */
  #fields(before: Range, after: Range, depth: number): readonly [Value, Value] | null {
    const own = this.#members(this.#before, before);
    const others = own === null ? null : this.#members(this.#after, after);
    if (own === null || others === null) return null;
    const isSecret =
      (depth === 0 && this.#isSecret) || isSecretKind(this.#before, own) || isSecretKind(this.#after, others);
    const [from, to] = [new Map<string, Value>(), new Map<string, Value>()];
    for (const [key, range] of own) {
      const other = others.get(key);
      if (other === undefined) from.set(key, this.#single(this.#before, range, depth + 1));
      else {
        const isData = isSecret && (key === 'data' || key === 'stringData');
        const [value, changed] = this.#isEqual(range, other)
          ? this.#equal(range, depth + 1, isData)
          : this.#pair(range, other, depth + 1);
        from.set(key, value);
        to.set(key, changed);
      }
    }
    for (const [key, range] of others) {
      if (!own.has(key)) to.set(key, this.#single(this.#after, range, depth + 1));
    }
    return [from, to];
  }

  #isEqual(before: Range, after: Range): boolean {
    if (sizeOf(before) !== sizeOf(after)) return false;
    return this.#before.compare(this.#after, after.from, after.end, before.from, before.end) === 0;
  }

  /** Short texts and scalars are kept: `kind` decides what is secret. */
  #equal(range: Range, depth: number, isData: boolean): readonly [Value, Value] {
    const first = this.#before[range.from];
    const isShort = sizeOf(range) <= SHORT && first !== OPEN_OBJECT && first !== OPEN_LIST;
    const value = isShort || isData ? this.#single(this.#before, range, depth) : EQUAL;
    return [value, value];
  }

  /** The fields of an object; null where there are more than may still become values. */
  #members(bytes: Buffer, { from }: Range): Map<string, Range> | null {
    const members = new Map<string, Range>();
    const { length } = bytes;
    for (let i = skipSpace(bytes, from + 1, length); bytes[i] !== CLOSE_OBJECT; ) {
      this.#values -= 1;
      if (this.#values < 0) {
        this.#values = 0;
        return null;
      }
      const valueAt = keyEnd(bytes, i, length);
      const end = valueEnd(bytes, valueAt, length);
      // Of several members of a name the last counts, as for every parser that makes values.
      members.set(textAt(bytes, i) ?? '', { from: valueAt, end });
      i = skipSpace(bytes, end, length);
      if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1, length);
    }
    return members;
  }

  /** A value that only one version has, or that both have alike. */
  #single(bytes: Buffer, range: Range, depth: number): Value {
    const size = sizeOf(range);
    const fits = size <= this.#text;
    if (fits) this.#text -= size;
    const value = fits ? this.#parsed(bytes, range, depth) : sizeText(range, '');
    if (fits && value !== undefined) return value;
    this.#hasText = true;
    return value ?? rawText(bytes, range);
  }

  /** Undefined where it has too many values. */
  #parsed(bytes: Buffer, range: Range, depth: number): Value | undefined {
    const parser = new Parser(bytes, range.from, this.#values);
    const value = parser.value(depth);
    if (parser.exhausted) return undefined;
    this.#hasText ||= parser.hasText;
    this.#values = parser.left;
    return value;
  }
}

function isSecretKind(bytes: Buffer, members: ReadonlyMap<string, Range>): boolean {
  const kind = members.get('kind');
  return kind !== undefined && textAt(bytes, kind.from) === 'Secret';
}

function wholeOf(bytes: Buffer): Range {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] ?? 0) <= 0x20) end -= 1;
  return { from: skipSpace(bytes, 0, end), end };
}

function rawText(bytes: Buffer, { from, end }: Range): Raw {
  return new Raw(bytes.toString('utf8', from, end));
}

function sizeOf({ from, end }: Range): number {
  return end - from;
}

function sizeText(range: Range, more: string): string {
  return `(${sizeOf(range)} bytes, too large to be shown${more})`;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

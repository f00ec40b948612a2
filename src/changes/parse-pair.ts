import { membersOf, textAt } from '../json/members.ts';
import { DEEPEST, Parser } from '../json/parse-value.ts';
import { OPEN_LIST, OPEN_OBJECT, skipSpace, valueEnd } from '../json/scan.ts';
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

/**
 * Makes values of two versions of an object for comparing them. Memory is bounded whatever
 * the versions look like. Where they have too many values to be taken apart whole,
 *
 * - objects, lists and long texts that are equal in both stay JSON text,
 * - a differing part that has still too many values stays JSON text in both versions,
 * - a part that has too much text is replaced by its size.
 *
 * @param before a valid document (see documentMistake)
 * @param after another version, not equal to the byte
 */
export function parsePair(before: Uint8Array, after: Uint8Array): readonly [Value, Value] {
  const parser = new PairParser(asBuffer(before), asBuffer(after));
  return parser.whole() ?? parser.parts();
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
  #values = MOST_COMPARED;
  #text = MOST_TEXT;

  constructor(before: Buffer, after: Buffer) {
    this.#before = before;
    this.#after = after;
  }

  /** All of both; null where that is too much. */
  whole(): readonly [Value, Value] | null {
    if (this.#before.length + this.#after.length > MOST_TEXT) return null;
    return this.#both(wholeOf(this.#before), wholeOf(this.#after), 0);
  }

  parts(): readonly [Value, Value] {
    return this.#pair(wholeOf(this.#before), wholeOf(this.#after), 0);
  }

  #pair(before: Range, after: Range, depth: number): readonly [Value, Value] {
    const [own, other] = [this.#before[before.from], this.#after[after.from]];
    const isBoth = (kind: number) => own === kind && other === kind;
    if (depth < DEEPEST && isBoth(OPEN_OBJECT)) {
      const fields = this.#fields(before, after, depth);
      if (fields !== null) return fields;
    }
    const size = sizeOf(before) + sizeOf(after);
    if (size > this.#text) return [sizeText(before, ''), sizeText(after, ', changed')];
    this.#text -= size;
    return this.#both(before, after, depth) ?? [rawText(this.#before, before), rawText(this.#after, after)];
  }

  /** Two values whole; null where they are too many. */
  #both(before: Range, after: Range, depth: number): readonly [Value, Value] | null {
    const left = this.#values;
    const from = this.#parsed(this.#before, before, depth);
    const to = from === null ? null : this.#parsed(this.#after, after, depth);
    if (from !== null && to !== null) return [from, to];
    this.#values = left;
    return null;
  }

  /** Two objects field by field; null where they have too many fields. */
  #fields(before: Range, after: Range, depth: number): readonly [Value, Value] | null {
    const own = this.#members(this.#before, before);
    const others = own === null ? null : this.#members(this.#after, after);
    if (own === null || others === null) return null;
    const [from, to] = [new Map<string, Value>(), new Map<string, Value>()];
    for (const [key, range] of own) {
      const other = others.get(key);
      if (other === undefined) {
        from.set(key, this.#single(this.#before, range, depth + 1));
        continue;
      }
      const same = this.#same(range, other);
      const [value, changed] = same === null ? this.#pair(range, other, depth + 1) : [same, same];
      from.set(key, value);
      to.set(key, changed);
    }
    for (const [key, range] of others) {
      if (!own.has(key)) to.set(key, this.#single(this.#after, range, depth + 1));
    }
    return [from, to];
  }

  /** What both versions have alike, as text; null where they differ, or it is short: `kind` tells what is secret. */
  #same(before: Range, after: Range): Value | null {
    const size = sizeOf(before);
    const first = this.#before[before.from];
    if (size !== sizeOf(after)) return null;
    if (size <= SHORT && first !== OPEN_OBJECT && first !== OPEN_LIST) return null;
    if (this.#before.compare(this.#after, after.from, after.end, before.from, before.end) !== 0) return null;
    if (size > this.#text) return sizeText(before, '');
    this.#text -= size;
    return rawText(this.#before, before);
  }

  /** The fields of an object; null where there are more than may still become values. */
  #members(bytes: Buffer, { from }: Range): Map<string, Range> | null {
    const members = new Map<string, Range>();
    for (const [keyAt, valueAt] of membersOf(bytes, from)) {
      this.#values -= 1;
      if (this.#values < 0) {
        this.#values = 0;
        return null;
      }
      // Of several members of a name the last counts, as for every parser that makes values.
      members.set(textAt(bytes, keyAt) ?? '', {
        from: valueAt,
        end: valueEnd(bytes, valueAt, bytes.length),
      });
    }
    return members;
  }

  /** A value that only one version has. */
  #single(bytes: Buffer, range: Range, depth: number): Value {
    const size = sizeOf(range);
    if (size > this.#text) return sizeText(range, '');
    this.#text -= size;
    return this.#parsed(bytes, range, depth) ?? rawText(bytes, range);
  }

  #parsed(bytes: Buffer, range: Range, depth: number): Value | null {
    const parser = new Parser(bytes, range.from, this.#values);
    const value = parser.value(depth);
    if (parser.exhausted) return null;
    this.#values = parser.left;
    return value;
  }
}

function wholeOf(bytes: Buffer): Range {
  const from = skipSpace(bytes, 0, bytes.length);
  return { from, end: valueEnd(bytes, from, bytes.length) };
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

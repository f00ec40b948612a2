import { hasKey, textAt } from '../json/members.ts';
import { DEEPEST, Parser } from '../json/parse-value.ts';
import { CLOSE_OBJECT, COMMA, keyEnd, OPEN_LIST, OPEN_OBJECT, skipSpace, valueEnd } from '../json/scan.ts';
import { isFields, Raw, type Value } from '../json/value.ts';
import { SHAPE_SIGNS } from './secrecy/fields.ts';

/**
 * Limit for the values of two versions together. An empty object needs 200 bytes, so this is
 * at most 16 MiB; the largest CustomResourceDefinitions have 40,000 values.
 */
export const MOST_COMPARED = 80_000;
/** Limit for the text of both versions together, in bytes. The API server accepts objects of 1.5 MB. */
export const MOST_TEXT = 16 * 1024 * 1024;
/** Fields that decide which other fields of the same object are secret; see masked. */
const DECISIVE: ReadonlySet<string> = new Set(['kind', ...SHAPE_SIGNS]);
/** Longer texts do not decide it. */
const SHORT = 256;

/** Replaces a part that is equal in both versions: it is neither shown nor compared. */
const EQUAL = new Raw('"(equal in both)"');

/** Two versions of an object as values. */
export interface ValuePair {
  readonly before: Value;
  readonly after: Value;
  /** Whether a differing part stayed text, with its white space, or was replaced by its size. */
  readonly hasText: boolean;
  /** Only the metadata differs, and the values end with it. */
  readonly endsWithMetadata: boolean;
}

/**
 * Parses what differs between two versions of an object. Parts whose bytes are
 * equal in both are not parsed, since usually little differs, except for those that decide whether others are
 * secret. The data of a Secret is always parsed, since copies of it may occur elsewhere in the object.
 *
 * Memory is limited for any input: a differing part with too many values stays JSON text in
 * both versions, and a part with too much text is replaced by its size.
 *
 * @param before a valid document (see documentMistake)
 * @param after another version
 * @param type full name: an object in a file of `secrets` is a Secret, whatever its kind is
 */
export function parsePair(before: Uint8Array, after: Uint8Array, type: string): ValuePair {
  return new PairParser(asBuffer(before), asBuffer(after), type === 'secrets').pair();
}

/** Parses one version of an object; null if it is too large to be compared as values. */
export function parseSingle(bytes: Uint8Array): Value | null {
  if (bytes.length > MOST_TEXT / 2) return null;
  const parser = new Parser(bytes, skipSpace(bytes, 0, bytes.length), MOST_COMPARED / 2);
  const value = parser.value(0);
  return parser.exhausted ? null : value;
}

/** The position of a value in a document. */
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
    const short = this.#metadataAlone();
    const [before, after] = short ?? this.#pair(wholeOf(this.#before), wholeOf(this.#after), 0);
    return { before, after, hasText: this.#hasText, endsWithMetadata: short !== null };
  }

  /**
   * The two versions up to their metadata, if they are the same to the byte behind it: after an upgrade that labels
   * every object, nothing else is read. Null for others, and for a Secret with changed annotations, which may be
   * copies of its data.
   */
  #metadataAlone(): readonly [Value, Value] | null {
    const [own, other] = [frontOf(this.#before), frontOf(this.#after)];
    if (own === null || other === null) return null;
    const [from, to] = [own.metadata, other.metadata];
    const isSame =
      from.from === to.from &&
      this.#isEqual({ from: 0, end: from.from }, { from: 0, end: to.from }) &&
      this.#isEqual({ from: from.end, end: this.#before.length }, { from: to.end, end: this.#after.length });
    if (!isSame) return null;
    const left = { values: this.#values, text: this.#text };
    const front = own.members.map(
      ([key, range]) => [key, this.#equal(key, range, 1, false)[0]] satisfies [string, Value],
    );
    const [before, after] = this.#pair(from, to, 1);
    const isSecret = this.#isSecret || new Map(front).get('kind') === 'Secret';
    if (isSecret && memberOf(before, 'annotations') !== memberOf(after, 'annotations')) {
      [this.#values, this.#text, this.#hasText] = [left.values, left.text, false];
      return null;
    }
    return [new Map([...front, ['metadata', before]]), new Map([...front, ['metadata', after]])];
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

  /** Two values with all their parts; null if they have too many. */
  #both(before: Range, after: Range, depth: number): readonly [Value, Value] | null {
    const left = this.#values;
    const from = this.#parsed(this.#before, before, depth);
    const to = from === undefined ? undefined : this.#parsed(this.#after, after, depth);
    if (from !== undefined && to !== undefined) return [from, to];
    this.#values = left;
    return null;
  }

  /** Two objects, field by field; null if they have too many fields. */
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
          ? this.#equal(key, range, depth + 1, isData)
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

  /** @param isData whether it is the data of a Secret, copies of which may be elsewhere in it */
  #equal(key: string, range: Range, depth: number, isData: boolean): readonly [Value, Value] {
    const first = this.#before[range.from];
    const isDecisive =
      DECISIVE.has(key) && sizeOf(range) <= SHORT && first !== OPEN_OBJECT && first !== OPEN_LIST;
    const value = isDecisive || isData ? this.#single(this.#before, range, depth) : EQUAL;
    return [value, value];
  }

  /** The fields of an object; null if they exceed the limit for values. */
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
      // If a name occurs several times, the last member counts, as in JSON.parse().
      members.set(textAt(bytes, i) ?? '', { from: valueAt, end });
      i = skipSpace(bytes, end, length);
      if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1, length);
    }
    return members;
  }

  /** A value that only one version has, or that is equal in both. */
  #single(bytes: Buffer, range: Range, depth: number): Value {
    const size = sizeOf(range);
    const fits = size <= this.#text;
    if (fits) this.#text -= size;
    const value = fits ? this.#parsed(bytes, range, depth) : sizeText(range, '');
    if (fits && value !== undefined) return value;
    this.#hasText = true;
    return value ?? rawText(bytes, range);
  }

  /** Undefined if it has too many values. */
  #parsed(bytes: Buffer, range: Range, depth: number): Value | undefined {
    const parser = new Parser(bytes, range.from, this.#values);
    const value = parser.value(depth);
    if (parser.exhausted) return undefined;
    this.#hasText ||= parser.hasText;
    this.#values = parser.left;
    return value;
  }
}

/** The most members that are read in front of metadata: apiVersion and kind in what the export and API servers write. */
const MOST_IN_FRONT = 4;

/**
 * The metadata of an object and the members in front of it, which have the kind; null for others. An object has its
 * metadata once (see readHead).
 */
function frontOf(
  bytes: Buffer,
): { readonly members: ReadonlyArray<readonly [string, Range]>; readonly metadata: Range } | null {
  const { length } = bytes;
  const start = skipSpace(bytes, 0, length);
  if (bytes[start] !== OPEN_OBJECT) return null;
  const members: Array<readonly [string, Range]> = [];
  let hasKind = false;
  for (let i = skipSpace(bytes, start + 1, length); bytes[i] !== CLOSE_OBJECT; ) {
    const from = keyEnd(bytes, i, length);
    const range = { from, end: valueEnd(bytes, from, length) };
    if (hasKey(bytes, i, 'metadata')) return hasKind ? { members, metadata: range } : null;
    if (members.length === MOST_IN_FRONT) return null;
    hasKind ||= hasKey(bytes, i, 'kind');
    members.push([textAt(bytes, i) ?? '', range]);
    i = skipSpace(bytes, range.end, length);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1, length);
  }
  return null;
}

function memberOf(value: Value, key: string): Value | undefined {
  return isFields(value) ? value.get(key) : undefined;
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

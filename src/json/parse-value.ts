import { COMMA, OPEN_LIST, OPEN_OBJECT, scalarEnd, skipSpace, stringEnd, valueEnd } from './scan.ts';
import { Raw, type Value } from './value.ts';

/** Levels that are parsed; types of the API server have some thirty. */
export const DEEPEST = 100;
/** A value needs up to a hundred bytes; the largest object that etcd accepts (1.5 MB) has a quarter of these. */
export const MOST_VALUES = 500_000;

/**
 * Parses a JSON document with an object or list. Parts below a hundred levels stay text, and so
 * does a whole document with more than half a million values: no document can exhaust stack or
 * memory.
 *
 * @param bytes a valid document (see documentMistake)
 */
export function parseValue(bytes: Uint8Array): Value {
  const parser = new Parser(bytes, skipSpace(bytes, 0, bytes.length), MOST_VALUES);
  const value = parser.value(0);
  return parser.exhausted ? new Raw(Buffer.from(bytes).toString('utf8').trim()) : value;
}

/** Parses the value at an offset of a valid document, up to a number of values. */
export class Parser {
  readonly #bytes: Buffer;
  #at: number;
  #left: number;
  /** Whether a part was too deep and stayed text. */
  hasText = false;

  /** @param most limit for the number of values; see `exhausted` */
  constructor(bytes: Uint8Array, at: number, most: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
    this.#left = most;
  }

  /** @param depth the level of the value; parts deeper than DEEPEST stay text */
  value(depth: number): Value {
    const byte = this.#bytes[this.#at];
    this.#left -= 1;
    if (byte === 0x22) return this.#text();
    if (byte !== OPEN_OBJECT && byte !== OPEN_LIST) return this.#scalar();
    if (depth >= DEEPEST) {
      this.hasText = true;
      return this.#raw(valueEnd(this.#bytes, this.#at, this.#bytes.length));
    }
    return byte === OPEN_OBJECT ? this.#object(depth) : this.#list(depth);
  }

  #object(depth: number): Value {
    const fields = new Map<string, Value>();
    for (this.#step(); !this.exhausted && this.#isNext(0x22); this.#afterMember()) {
      const key = this.#text();
      this.#at = skipSpace(this.#bytes, this.#at, this.#bytes.length);
      this.#step();
      // If a name occurs several times, the last member counts, as in JSON.parse().
      fields.set(key, this.value(depth + 1));
    }
    this.#at += 1;
    return fields;
  }

  #list(depth: number): Value {
    const items: Value[] = [];
    for (this.#step(); !this.exhausted && !this.#isNext(0x5d); this.#afterMember())
      items.push(this.value(depth + 1));
    this.#at += 1;
    return items;
  }

  /** Whether there were too many values; then the result is incomplete and must be discarded. */
  get exhausted(): boolean {
    return this.#left < 0;
  }

  /** The number of values that may still be created. */
  get left(): number {
    return this.#left;
  }

  #isNext(byte: number): boolean {
    return this.#bytes[this.#at] === byte;
  }

  /** Skips a bracket, colon or comma and the white space after it. */
  #step(): void {
    this.#at = skipSpace(this.#bytes, this.#at + 1, this.#bytes.length);
  }

  #afterMember(): void {
    this.#at = skipSpace(this.#bytes, this.#at, this.#bytes.length);
    if (this.#bytes[this.#at] === COMMA) this.#step();
  }

  #text(): string {
    const from = this.#at;
    this.#at = stringEnd(this.#bytes, from, this.#bytes.length);
    const text = this.#bytes.toString('utf8', from + 1, this.#at - 1);
    if (!text.includes('\\')) return text;
    return String(JSON.parse(`"${text}"`));
  }

  #scalar(): Value {
    switch (this.#bytes[this.#at]) {
      case 0x6e:
        this.#at += 4;
        return null;
      case 0x74:
        this.#at += 4;
        return true;
      case 0x66:
        this.#at += 5;
        return false;
      default:
        return this.#raw(scalarEnd(this.#bytes, this.#at, this.#bytes.length));
    }
  }

  #raw(end: number): Raw {
    const raw = new Raw(this.#bytes.toString('utf8', this.#at, end));
    this.#at = end;
    return raw;
  }
}

import { isUtf8 } from 'node:buffer';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  INCOMPLETE,
  JsonError,
  keyEnd,
  OPEN_LIST,
  OPEN_OBJECT,
  skipSpace,
  stringEnd,
  valueEnd,
} from './scan.ts';

/*
 * Searches a JSON document without parsing it into values. A document of 64 MB can contain
 * twenty million empty objects, which would need gigabytes as values; reading its bytes needs
 * no memory.
 */

/** The end of the message for an incomplete document. */
export const CUT_OFF = 'it is cut off';

/** Why bytes are not one JSON document: `is not valid UTF-8`; null if they are. */
export function documentMistake(bytes: Uint8Array): string | null {
  return mistakeIn(bytes, (from) =>
    isContainer(bytes[from]) ? valueEnd(bytes, from, bytes.length) : plainEnd(bytes, from),
  );
}

/**
 * The same for a document that should be an object; its members are visited at the same time.
 *
 * @param visit receives the offsets of key and value of each member, in order
 */
export function objectMistake(
  bytes: Uint8Array,
  visit: (keyAt: number, valueAt: number) => void,
): string | null {
  const { length } = bytes;
  return mistakeIn(bytes, (from) => {
    if (bytes[from] !== OPEN_OBJECT) throw new JsonError('no object', from);
    let i = skipSpace(bytes, from + 1, length);
    while (bytes[i] !== CLOSE_OBJECT) {
      if (i >= length) return INCOMPLETE;
      const value = keyEnd(bytes, i, length);
      if (value === INCOMPLETE) return INCOMPLETE;
      visit(i, value);
      const end = valueEnd(bytes, value, length);
      if (end === INCOMPLETE) return INCOMPLETE;
      i = skipSpace(bytes, end, length);
      if (bytes[i] === COMMA) {
        i = skipSpace(bytes, i + 1, length);
        if (bytes[i] === CLOSE_OBJECT) throw new JsonError('a key is missing', i);
      } else if (bytes[i] !== CLOSE_OBJECT && i < length)
        throw new JsonError('a comma or the end of an object is missing', i);
    }
    return i + 1;
  });
}

function mistakeIn(bytes: Uint8Array, endOf: (from: number) => number): string | null {
  if (!isUtf8(bytes)) return 'is not valid UTF-8';
  const from = skipSpace(bytes, 0, bytes.length);
  try {
    const end = endOf(from);
    if (end === INCOMPLETE) return `is not valid JSON: ${CUT_OFF}`;
    const rest = skipSpace(bytes, end, bytes.length);
    return rest === bytes.length ? null : `is not valid JSON at byte ${rest}`;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const deep = error.message.includes('nested') ? `: ${error.message.replace(/^.*: /, '')}` : '';
    return `is not valid JSON at byte ${error.offset}${deep}`;
  }
}

/**
 * The offset of the value that `key` has in the object at `at`, or null if it
 * has none or is not an object. If the key occurs more than once, the last one counts, as in
 * JSON.parse; a key that identifies an object occurs once (see readHead). The document must be valid (see documentMistake).
 */
export function memberOf(bytes: Uint8Array, at: number, key: string): number | null {
  if (bytes[at] !== OPEN_OBJECT) return null;
  const { length } = bytes;
  let found: number | null = null;
  for (let i = skipSpace(bytes, at + 1, length); bytes[i] !== CLOSE_OBJECT; ) {
    const value = keyEnd(bytes, i, length);
    if (hasKey(bytes, i, key)) found = value;
    i = skipSpace(bytes, valueEnd(bytes, value, length), length);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1, length);
  }
  return found;
}

/** Whether the key whose quote is at `at` is this one. Nearly all keys are ASCII and compared as bytes. */
export function hasKey(bytes: Uint8Array, at: number, key: string): boolean {
  for (let k = 0; k < key.length; k += 1) {
    const byte = bytes[at + 1 + k] ?? 0;
    if (byte === 0x5c || byte >= 0x80) return textAt(bytes, at) === key;
    if (byte !== key.charCodeAt(k)) return false;
  }
  return bytes[at + 1 + key.length] === 0x22;
}

/** The offsets of key and value of every member of the object at `at`, in order. */
export function* membersOf(bytes: Uint8Array, at: number): Generator<readonly [number, number]> {
  const { length } = bytes;
  for (let i = skipSpace(bytes, at + 1, length); bytes[i] !== CLOSE_OBJECT; ) {
    const value = keyEnd(bytes, i, length);
    yield [i, value];
    i = skipSpace(bytes, valueEnd(bytes, value, length), length);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1, length);
  }
}

/** The offsets of the items of the list at `at`, in order. */
export function* itemsOf(bytes: Uint8Array, at: number): Generator<number> {
  const { length } = bytes;
  for (let i = skipSpace(bytes, at + 1, length); bytes[i] !== CLOSE_LIST; ) {
    yield i;
    i = skipSpace(bytes, valueEnd(bytes, i, length), length);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1, length);
  }
}

/** The string at an offset; null if the value there is not a string, or is missing. */
export function textAt(bytes: Uint8Array, at: number | null): string | null {
  if (at === null || bytes[at] !== 0x22) return null;
  const raw = asBuffer(bytes);
  // Most texts have no escapes: one pass finds their end.
  let end = at + 1;
  while (end < raw.length && raw[end] !== 0x22 && raw[end] !== 0x5c) end += 1;
  if (raw[end] === 0x22) return raw.toString('utf8', at + 1, end);
  const value: unknown = JSON.parse(raw.toString('utf8', at, stringEnd(bytes, at, bytes.length)));
  return typeof value === 'string' ? value : null;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isContainer(byte: number | undefined): boolean {
  return byte === OPEN_OBJECT || byte === OPEN_LIST;
}

/** A number at the end of the bytes might continue, so it needs a byte after it. */
function plainEnd(bytes: Uint8Array, from: number): number {
  const end = valueEnd(Buffer.concat([bytes.subarray(from), Buffer.from(' ')]), 0, bytes.length - from + 1);
  return end === INCOMPLETE ? INCOMPLETE : from + end;
}

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
 * Looking into a JSON document without making values of it. A document of 64 MB
 * can hold twenty million empty objects, which as values would be gigabytes; walked
 * as bytes it costs nothing but the walk.
 */

/** How a mistake ends that more bytes could mend. */
export const CUT_OFF = 'it ends in the middle';

/** What keeps bytes from being one JSON document: `is not valid UTF-8`; null where nothing does. */
export function documentMistake(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return 'is not valid UTF-8';
  const from = skipSpace(bytes, 0, bytes.length);
  try {
    const end = isContainer(bytes[from]) ? valueEnd(bytes, from, bytes.length) : plainEnd(bytes, from);
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
 * The offset of the value that `key` has in the object at `at`, or null where it
 * has none or is no object. Of several the last counts, as for every parser that
 * makes values. The document must be valid (see documentMistake).
 */
export function memberOf(bytes: Uint8Array, at: number, key: string): number | null {
  if (bytes[at] !== OPEN_OBJECT) return null;
  let found: number | null = null;
  for (const [keyAt, valueAt] of membersOf(bytes, at)) {
    if (textAt(bytes, keyAt) === key) found = valueAt;
  }
  return found;
}

/** The offsets of key and value of every member of the object at `at`, in their order. */
export function* membersOf(bytes: Uint8Array, at: number): Generator<readonly [number, number]> {
  const { length } = bytes;
  for (let i = skipSpace(bytes, at + 1, length); bytes[i] !== CLOSE_OBJECT; ) {
    const value = keyEnd(bytes, i, length);
    yield [i, value];
    i = skipSpace(bytes, valueEnd(bytes, value, length), length);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1, length);
  }
}

/** The offsets of the items of the list at `at`, in their order. */
export function* itemsOf(bytes: Uint8Array, at: number): Generator<number> {
  const { length } = bytes;
  for (let i = skipSpace(bytes, at + 1, length); bytes[i] !== CLOSE_LIST; ) {
    yield i;
    i = skipSpace(bytes, valueEnd(bytes, i, length), length);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1, length);
  }
}

/** The text at an offset; null where the value there is none, or is missing. */
export function textAt(bytes: Uint8Array, at: number | null): string | null {
  if (at === null || bytes[at] !== 0x22) return null;
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = stringEnd(bytes, at, bytes.length);
  if (raw.subarray(at, end).indexOf(0x5c) < 0) return raw.toString('utf8', at + 1, end - 1);
  const value: unknown = JSON.parse(raw.toString('utf8', at, end));
  return typeof value === 'string' ? value : null;
}

function isContainer(byte: number | undefined): boolean {
  return byte === OPEN_OBJECT || byte === OPEN_LIST;
}

/** A number that stands alone might go on, so its end needs a byte behind it. */
function plainEnd(bytes: Uint8Array, from: number): number {
  const end = valueEnd(Buffer.concat([bytes.subarray(from), Buffer.from(' ')]), 0, bytes.length - from + 1);
  return end === INCOMPLETE ? INCOMPLETE : from + end;
}

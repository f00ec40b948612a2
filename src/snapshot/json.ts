/**
 * JSON as bytes (RFC 8259). Nothing here turns a value into a JavaScript value:
 * every function says where a value ends, so that its bytes can be copied.
 *
 * Positions are offsets into the buffer. INCOMPLETE means that the bytes ran out
 * before the value did; bytes that can be no JSON throw JsonError.
 */
export const INCOMPLETE = -1;

/** As deep as the API server itself decodes (encoding/json of Go). */
export const MAX_DEPTH = 10_000;

export class JsonError extends Error {
  /** Offset in the buffer that was read. */
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(`no valid JSON: ${what}`);
    this.name = 'JsonError';
    this.offset = offset;
  }
}

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
const BACKSLASH = 0x5c;

/** The first offset from `i` on that holds no white space; `end` where there is none. */
export function skipSpace(src: Uint8Array, i: number, end: number): number {
  while (i < end) {
    const byte = src[i];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return i;
    i++;
  }
  return end;
}

/** The offset behind the string that begins with the quote at `i`. */
export function stringEnd(src: Uint8Array, i: number, end: number): number {
  i++;
  while (i < end) {
    const byte = src[i] as number;
    if (byte === QUOTE) return i + 1;
    if (byte === BACKSLASH) {
      i = escapeEnd(src, i, end);
      if (i === INCOMPLETE) return INCOMPLETE;
    } else {
      if (byte < 0x20) throw new JsonError('a control character in a string', i);
      i++;
    }
  }
  return INCOMPLETE;
}

/** The offset behind the escape sequence whose backslash is at `i`. */
export function escapeEnd(src: Uint8Array, i: number, end: number): number {
  if (i + 1 >= end) return INCOMPLETE;
  switch (src[i + 1]) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return i + 2;
    case 0x75: // u
      if (i + 6 > end) return INCOMPLETE;
      for (let at = i + 2; at < i + 6; at++) {
        if (!isHex(src[at] as number)) throw new JsonError('a broken \\u escape', i);
      }
      return i + 6;
    default:
      throw new JsonError('an unknown escape', i);
  }
}

/** The offset behind the number, true, false or null at `i`. */
export function scalarEnd(src: Uint8Array, i: number, end: number): number {
  switch (src[i]) {
    case 0x74:
      return literalEnd(src, i, end, 'true');
    case 0x66:
      return literalEnd(src, i, end, 'false');
    case 0x6e:
      return literalEnd(src, i, end, 'null');
    default:
      return numberEnd(src, i, end);
  }
}

function literalEnd(src: Uint8Array, i: number, end: number, literal: string): number {
  for (let k = 0; k < literal.length; k++) {
    if (i + k >= end) return INCOMPLETE;
    if (src[i + k] !== literal.charCodeAt(k)) throw new JsonError('a value that is none', i);
  }
  return i + literal.length;
}

/** A number that touches `end` may go on in bytes still to come, so it counts as incomplete. */
function numberEnd(src: Uint8Array, start: number, end: number): number {
  let i = src[start] === 0x2d ? start + 1 : start;
  if (i >= end) return INCOMPLETE;
  const first = src[i] as number;
  if (!isDigit(first)) throw new JsonError('a value that is none', start);
  i = digitsEnd(src, i, end);
  if (first === 0x30 && i > start + (src[start] === 0x2d ? 2 : 1))
    throw new JsonError('a number with a leading zero', start);
  if (i < end && src[i] === 0x2e) {
    const fraction = digitsEnd(src, i + 1, end);
    if (fraction === i + 1 && fraction < end) throw new JsonError('a number that ends in a point', start);
    i = fraction;
  }
  if (i < end && ((src[i] as number) | 0x20) === 0x65) {
    let digits = i + 1;
    if (digits < end && (src[digits] === 0x2b || src[digits] === 0x2d)) digits++;
    i = digitsEnd(src, digits, end);
    if (i === digits && i < end) throw new JsonError('a number with an empty exponent', start);
  }
  return i < end ? i : INCOMPLETE;
}

function digitsEnd(src: Uint8Array, i: number, end: number): number {
  while (i < end && isDigit(src[i] as number)) i++;
  return i;
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const isHex = (byte: number) => isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

/**
 * The offset behind the value at `i` (no white space before it), whatever it is.
 * Keeps one byte a level instead of recursing, so depth costs no stack.
 */
export function valueEnd(src: Uint8Array, i: number, end: number): number {
  const open: number[] = [];
  for (;;) {
    if (i >= end) return INCOMPLETE;
    const byte = src[i] as number;
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (open.length >= MAX_DEPTH) throw new JsonError(`nested deeper than ${MAX_DEPTH} levels`, i);
      i = skipSpace(src, i + 1, end);
      if (i >= end) return INCOMPLETE;
      if (src[i] !== byte + 2) {
        open.push(byte);
        if (byte === OPEN_OBJECT) i = keyEnd(src, i, end);
        if (i === INCOMPLETE) return INCOMPLETE;
        continue;
      }
      i++;
    } else {
      i = byte === QUOTE ? stringEnd(src, i, end) : scalarEnd(src, i, end);
      if (i === INCOMPLETE) return INCOMPLETE;
    }
    // A value has ended: close what it ends, or go on to the next member.
    for (;;) {
      const container = open.at(-1);
      if (container === undefined) return i;
      i = skipSpace(src, i, end);
      if (i >= end) return INCOMPLETE;
      if (src[i] === COMMA) {
        i = skipSpace(src, i + 1, end);
        if (i >= end) return INCOMPLETE;
        if (container === OPEN_OBJECT) i = keyEnd(src, i, end);
        if (i === INCOMPLETE) return INCOMPLETE;
        break;
      }
      if (src[i] !== container + 2) throw new JsonError('a comma or the end of a container is missing', i);
      open.pop();
      i++;
    }
  }
}

/** The offset of the value whose key's quote is at `i`. */
export function keyEnd(src: Uint8Array, i: number, end: number): number {
  if (src[i] !== QUOTE) throw new JsonError('a key is missing', i);
  i = stringEnd(src, i, end);
  if (i === INCOMPLETE) return INCOMPLETE;
  i = skipSpace(src, i, end);
  if (i >= end) return INCOMPLETE;
  if (src[i] !== COLON) throw new JsonError('a colon is missing', i);
  i = skipSpace(src, i + 1, end);
  return i < end ? i : INCOMPLETE;
}

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

/** Invalid JSON, with the offset of the error. */
export class JsonError extends Error {
  /** Offset in the buffer that was read. */
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(`invalid JSON: ${what}`);
    this.name = 'JsonError';
    this.offset = offset;
  }
}

/** The bytes ended before the document did; the rest may come another time. */
export class CutOff extends JsonError {
  constructor(offset: number) {
    super('it is cut off', offset);
    this.name = 'CutOff';
  }
}

/*
 * The bytes of punctuation. The walks below and the printer write them as
 * numbers: a constant of a module is loaded again at each use, which costs them a
 * fifth of their speed.   " 22   , 2c   : 3a   [ 5b   \ 5c   ] 5d   { 7b   } 7d
 */
export const COMMA = 0x2c;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;

/** The first offset from `i` on without white space; `end` if there is none. */
export function skipSpace(src: Uint8Array, i: number, end: number): number {
  while (i < end) {
    const byte = src[i] as number;
    if (byte > 0x20) return i;
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
    if (byte === 0x22) return i + 1;
    if (byte >= 0x20 && byte !== 0x5c) {
      i++;
    } else {
      i = pastNotable(src, i, end);
      if (i < 0) return INCOMPLETE;
    }
  }
  return INCOMPLETE;
}

/** Behind the escape at `i`; a string must not hold a control character. */
export function pastNotable(src: Uint8Array, i: number, end: number): number {
  if (src[i] !== 0x5c) throw new JsonError('a control character in a string', i);
  return escapeEnd(src, i, end);
}

/** The offset behind the escape sequence whose backslash is at `i`. */
function escapeEnd(src: Uint8Array, i: number, end: number): number {
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
    if (src[i + k] !== literal.charCodeAt(k)) throw new JsonError('an invalid value', i);
  }
  return i + literal.length;
}

/** A number that touches `end` may go on in bytes still to come, so it counts as incomplete. */
function numberEnd(src: Uint8Array, start: number, end: number): number {
  let i = src[start] === 0x2d ? start + 1 : start;
  if (i >= end) return INCOMPLETE;
  const first = src[i] as number;
  if (!isDigit(first)) throw new JsonError('an invalid value', start);
  i = digitsEnd(src, i, end);
  if (first === 0x30 && i > start + (src[start] === 0x2d ? 2 : 1))
    throw new JsonError('a number with a leading zero', start);
  if (i < end && src[i] === 0x2e) {
    const fraction = digitsEnd(src, i + 1, end);
    if (fraction === i + 1 && fraction < end)
      throw new JsonError('a number that ends with a decimal point', start);
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

/** The open containers of the value that valueEnd() walks; it never calls itself. */
const containers = new Uint8Array(MAX_DEPTH);
/** Whether that value has white space between its tokens. */
let isSpaced = false;

/** Whether the value that valueEnd() walked last has no white space between its tokens, so that its bytes can be copied. */
export function wasCompact(): boolean {
  return !isSpaced;
}

function pastSpace(src: Uint8Array, i: number, end: number): number {
  isSpaced = true;
  return skipSpace(src, i, end);
}

/**
 * The offset behind the value at `i` (no white space before it), whatever it is.
 * Keeps one byte a level instead of recursing, so depth costs no stack.
 */
export function valueEnd(src: Uint8Array, i: number, end: number): number {
  let depth = 0;
  isSpaced = false;
  for (;;) {
    if (i >= end) return INCOMPLETE;
    const byte = src[i] as number;
    if (byte === 0x22) {
      i = stringEnd(src, i, end);
      if (i < 0) return INCOMPLETE;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (depth >= MAX_DEPTH) throw new JsonError(`nested deeper than ${MAX_DEPTH} levels`, i);
      i++;
      if (i < end && (src[i] as number) <= 0x20) i = pastSpace(src, i, end);
      if (i >= end) return INCOMPLETE;
      if (src[i] !== byte + 2) {
        containers[depth++] = byte;
        if (byte === 0x7b) {
          i = keyEnd(src, i, end);
          if (i < 0) return INCOMPLETE;
        }
        continue;
      }
      i++;
    } else {
      i = scalarEnd(src, i, end);
      if (i < 0) return INCOMPLETE;
    }
    // A value has ended: close what it ends, or go on to the next member.
    for (;;) {
      if (depth === 0) return i;
      if (i < end && (src[i] as number) <= 0x20) i = pastSpace(src, i, end);
      if (i >= end) return INCOMPLETE;
      const container = containers[depth - 1] as number;
      if (src[i] === 0x2c) {
        i++;
        if (i < end && (src[i] as number) <= 0x20) i = pastSpace(src, i, end);
        if (i >= end) return INCOMPLETE;
        if (container === 0x7b) {
          i = keyEnd(src, i, end);
          if (i < 0) return INCOMPLETE;
        }
        break;
      }
      if (src[i] !== container + 2) throw new JsonError('a comma or the end of a container is missing', i);
      depth--;
      i++;
    }
  }
}

/** The offset of the value whose key's quote is at `i`. */
export function keyEnd(src: Uint8Array, i: number, end: number): number {
  if (src[i] !== 0x22) throw new JsonError('a key is missing', i);
  i = stringEnd(src, i, end);
  if (i < 0) return INCOMPLETE;
  if (i < end && src[i] !== 0x3a) i = pastSpace(src, i, end);
  if (i >= end) return INCOMPLETE;
  if (src[i] !== 0x3a) throw new JsonError('a colon is missing', i);
  i++;
  if (i < end && (src[i] as number) <= 0x20) i = pastSpace(src, i, end);
  return i < end ? i : INCOMPLETE;
}

import { READ } from '../../json/limits.ts';

/**
 * A part of a List's bytes: a complete `item` from its first to its last byte, or `envelope`,
 * the text around the items. Together, in order, they are the unchanged file.
 */
export interface ListPart {
  readonly kind: 'envelope' | 'item';
  readonly bytes: Buffer;
}

// Bytes as in json/scan.ts; importing them would make the loop below a fifth slower.
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const ITEMS = 'items';

/** An item that cannot be from a cluster: too large, or nested too deeply. */
export class UnboundedItem extends Error {}

/**
 * Splits a JSON List into its items while the bytes arrive, so that only one object is in
 * memory at a time. Nothing is interpreted: the bytes of an item do not change. Invalid JSON
 * is split somewhere; that item or the envelope is then invalid, too, which the caller must
 * check.
 *
 * The export reads lists with ListReader instead, which rejects an invalid List at the first
 * wrong byte, returns offsets rather than buffers, and discards the envelope. A damaged file
 * must be shown and checked completely, including the envelope.
 */
export class ListSplitter {
  /** Of the envelope; items are at 2. */
  #depth = 0;
  /** Inside the top-level list called items. */
  #inItems = false;
  /** The last string at the top level, without its quotes, and the key that a colon made of it. */
  #text = '';
  #key = '';
  /** The parts of an item that began in an earlier chunk; null between items. */
  #pieces: Buffer[] | null = null;
  #pending = 0;
  /** Inside the item if one has begun, else inside the envelope. */
  #inString = false;
  #escaped = false;
  #itemDepth = 0;

  /** @throws UnboundedItem for one of more than 64 MiB */
  *push(chunk: Buffer): Generator<ListPart> {
    for (let at = 0; at < chunk.length; ) {
      const from = at;
      if (this.#pieces === null) {
        at = this.#envelopeEnd(chunk, at);
        if (at > from) yield { kind: 'envelope', bytes: chunk.subarray(from, at) };
      } else {
        at = this.#itemEnd(chunk, at);
        if (at >= 0) yield this.#item(chunk.subarray(from, at));
        else {
          this.#keep(chunk.subarray(from));
          return;
        }
      }
    }
  }

  /** The rest, if the bytes end in the middle of an item. */
  *end(): Generator<ListPart> {
    if (this.#pieces !== null) yield this.#item(Buffer.alloc(0));
  }

  /** The offset of the next item, which then begins, or of the end of the chunk. */
  #envelopeEnd(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#inItems && this.#depth === 2 && startsItem(byte)) {
        this.#pieces = [];
        return at;
      }
      if (this.#inString) this.#stringByte(byte);
      else this.#envelopeByte(byte);
    }
    return chunk.length;
  }

  #stringByte(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) {
      this.#inString = false;
      return;
    }
    if (this.#text.length <= ITEMS.length) this.#text += String.fromCharCode(byte);
  }

  #envelopeByte(byte: number): void {
    if (byte === QUOTE) {
      this.#inString = true;
      this.#text = '';
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      this.#depth += 1;
      if (byte === OPEN_LIST && this.#depth === 2 && this.#key === ITEMS) this.#inItems = true;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      this.#depth -= 1;
      if (this.#depth === 1) this.#inItems = false;
    } else if (this.#depth === 1 && (byte === COLON || byte === COMMA)) {
      this.#key = byte === COLON ? this.#text : '';
    }
  }

  /** The offset behind the item's last byte, or -1 if the item continues. Most bytes pass through here, so it uses no fields. */
  #itemEnd(chunk: Buffer, from: number): number {
    const end = chunk.length;
    let inString = this.#inString;
    let escaped = this.#escaped;
    let depth = this.#itemDepth;
    for (let at = from; at < end; at += 1) {
      const byte = chunk[at] ?? 0;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          if (depth === 0) return at + 1;
        }
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1;
      // A number or literal ends before the following byte, all other values with their last byte.
      else if (depth === 0) {
        if (!startsItem(byte)) return at;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        depth -= 1;
        if (depth === 0) return at + 1;
      }
    }
    this.#inString = inString;
    this.#escaped = escaped;
    this.#itemDepth = depth;
    return -1;
  }

  #item(last: Buffer): ListPart {
    const bytes = this.#pieces?.length ? Buffer.concat([...this.#pieces, last]) : last;
    this.#pieces = null;
    this.#pending = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#itemDepth = 0;
    return { kind: 'item', bytes };
  }

  #keep(piece: Buffer): void {
    this.#pending += piece.length;
    if (this.#pending > READ.objectBytes) {
      throw new UnboundedItem(`has an object larger than ${READ.objectBytes / 1024 / 1024} MiB`);
    }
    this.#pieces?.push(piece);
  }
}

/** Whether a byte can belong to a value at the level of items: not white space, comma or the end. */
function startsItem(byte: number): boolean {
  return byte > 0x20 && byte !== COMMA && byte !== CLOSE_LIST && byte !== CLOSE_OBJECT;
}

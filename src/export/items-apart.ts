import { FULL } from '../json/printer.ts';
import type { Identity } from '../types/identity.ts';
import type { ItemVisitor } from './item-visitor.ts';

const CLOSE_OBJECT = 0x7d;

/** Creates the items of `_status/`: metadata with name and namespace, and the bytes of the status. */
export class StatusItem {
  #scratch = Buffer.alloc(0);

  /** The item as compact JSON, valid until the next call. apiVersion and kind are printed separately. */
  of(src: Buffer, identity: Identity, { statusStart, statusEnd }: ItemVisitor): Buffer {
    const { nameStart, nameEnd, namespaceStart, namespaceEnd } = identity;
    const name = src.toString('utf8', nameStart, nameEnd);
    const namespace =
      namespaceStart < 0 ? '' : `,"namespace":${src.toString('utf8', namespaceStart, namespaceEnd)}`;
    const before = Buffer.from(`{"metadata":{"name":${name}${namespace}},"status":`);
    const length = before.length + statusEnd - statusStart + 1;
    if (this.#scratch.length < length) this.#scratch = Buffer.allocUnsafeSlow(length * 2);
    before.copy(this.#scratch);
    src.copy(this.#scratch, before.length, statusStart, statusEnd);
    this.#scratch[length - 1] = CLOSE_OBJECT;
    return this.#scratch.subarray(0, length);
  }
}

const NAMESPACE = Buffer.from(',"namespace":');
const END = Buffer.from('}}');

/**
 * Prints the items of `_metadata/`: apiVersion, kind, name, namespace, and the members of
 * metadata that are pruned and stored here. An item is one line with the bytes of the values,
 * without the white space between them.
 */
export class MetadataItem {
  /** Offset in the output after what the last call printed. */
  at = 0;
  /** The beginning of an item; the same for nearly all items of a list. */
  #names: ItemVisitor['names'] | null = null;
  #head: Buffer = Buffer.alloc(0);

  /**
   * @param visitor has visited the object, whose bytes are valid JSON
   * @returns the offset after the item, or FULL if `out` may be too small
   */
  print(src: Buffer, identity: Identity, visitor: ItemVisitor, out: Buffer, at: number): number {
    const { nameStart, nameEnd, namespaceStart, namespaceEnd } = identity;
    const { names } = visitor;
    if (names !== this.#names) {
      const { apiVersion, kind } = names;
      this.#names = names;
      this.#head = Buffer.from(`{"apiVersion":${apiVersion},"kind":${kind},"metadata":{"name":`);
    }
    if (out.length - at < this.#head.length + sizeOf(identity, visitor)) return FULL;
    let o = copyBytes(this.#head, 0, this.#head.length, out, at);
    o = copyBytes(src, nameStart, nameEnd, out, o);
    if (namespaceStart >= 0) {
      o = copyBytes(NAMESPACE, 0, NAMESPACE.length, out, o);
      o = copyBytes(src, namespaceStart, namespaceEnd, out, o);
    }
    for (const { lead, start, end, isCompact } of visitor.apart) {
      if (start < 0) continue;
      o = copyBytes(lead, 0, lead.length, out, o);
      o = isCompact ? copyBytes(src, start, end, out, o) : copyTokens(src, start, end, out, o);
    }
    this.at = copyBytes(END, 0, END.length, out, o);
    return this.at;
  }
}

/** Upper limit for the bytes after the head of an item. */
function sizeOf(identity: Identity, visitor: ItemVisitor): number {
  const { nameStart, nameEnd, namespaceStart, namespaceEnd } = identity;
  let size = nameEnd - nameStart + NAMESPACE.length + namespaceEnd - namespaceStart + END.length;
  for (const { lead, start, end } of visitor.apart) size += lead.length + end - start;
  return size;
}

/** Up to so many bytes, a loop is faster than a call of Buffer.copy(). */
const FEW = 64;

/** @returns the offset after the copy */
function copyBytes(src: Buffer, from: number, end: number, out: Buffer, o: number): number {
  if (end - from > FEW) return o + src.copy(out, o, from, end);
  for (let i = from; i < end; i++) out[o++] = src[i] as number;
  return o;
}

/** Copies valid JSON without the white space between its tokens. @returns the offset after it */
function copyTokens(src: Uint8Array, from: number, end: number, out: Uint8Array, o: number): number {
  let inString = false;
  // Numbers as in json/scan.ts: a quote, a backslash.
  for (let i = from; i < end; i++) {
    const byte = src[i] as number;
    if (!inString && byte <= 0x20) continue;
    out[o++] = byte;
    if (byte === 0x22) inString = !inString;
    else if (byte === 0x5c) out[o++] = src[++i] as number;
  }
  return o;
}

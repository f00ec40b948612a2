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
  #head = '';
  #headBytes: Buffer = Buffer.alloc(0);

  /**
   * @param visitor has visited the object, whose bytes are valid JSON
   * @returns the offset after the item, or FULL if `out` may be too small
   */
  print(src: Buffer, identity: Identity, visitor: ItemVisitor, out: Buffer, at: number): number {
    const { nameStart, nameEnd, namespaceStart, namespaceEnd } = identity;
    const { apiVersion, kind } = visitor.names;
    const head = `{"apiVersion":${apiVersion},"kind":${kind},"metadata":{"name":`;
    if (head !== this.#head) {
      this.#head = head;
      this.#headBytes = Buffer.from(head);
    }
    if (out.length - at < this.#headBytes.length + sizeOf(identity, visitor)) return FULL;
    let o = at + this.#headBytes.copy(out, at);
    o += src.copy(out, o, nameStart, nameEnd);
    if (namespaceStart >= 0) {
      o += NAMESPACE.copy(out, o);
      o += src.copy(out, o, namespaceStart, namespaceEnd);
    }
    for (const { lead, start, end } of visitor.apart) {
      if (start < 0) continue;
      o += lead.copy(out, o);
      o = copyTokens(src, start, end, out, o);
    }
    this.at = o + END.copy(out, o);
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

import type { Identity } from '../types/identity.ts';
import type { ItemVisitor } from './item-visitor.ts';

const CLOSE_OBJECT = 0x7d;

/** Makes the items of `_status/`: metadata with name and namespace, and the status as its bytes stand. */
export class StatusItem {
  #scratch = Buffer.alloc(0);

  /** The item as compact JSON, good until the next call. apiVersion and kind are printed as its head. */
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

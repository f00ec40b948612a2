import { Identity } from '../snapshot/identity.ts';
import { INCOMPLETE, valueEnd } from '../snapshot/json.ts';
import type { Items } from './items.ts';

/**
 * Gathers all items of a type and hands them on in order. Only for servers that
 * list in no order (an aggregated API need not), since it holds all of them.
 */
export class SortedItems implements Items {
  readonly #target: Items;
  readonly #identity = new Identity();
  #held: Array<{ project: Buffer; name: Buffer; bytes: Buffer }> = [];

  constructor(target: Items) {
    this.#target = target;
  }

  item(src: Buffer, i: number, end: number): number {
    if (this.#identity.find(src, i, end) === INCOMPLETE) return INCOMPLETE;
    const next = valueEnd(src, i, end);
    if (next === INCOMPLETE) return INCOMPLETE;
    const { namespaceStart, namespaceEnd, nameStart, nameEnd } = this.#identity;
    this.#held.push({
      project: Buffer.from(src.subarray(namespaceStart, namespaceEnd)),
      name: Buffer.from(src.subarray(nameStart, nameEnd - 1)),
      bytes: Buffer.from(src.subarray(i, next)),
    });
    return next;
  }

  async makeRoom(): Promise<void> {}

  /** Hands everything on. */
  async finish(): Promise<void> {
    this.#held.sort((a, b) => a.project.compare(b.project) || a.name.compare(b.name));
    for (const { bytes } of this.#held) {
      while (this.#target.item(bytes, 0, bytes.length) < 0) await this.#target.makeRoom();
    }
    this.#held = [];
  }
}

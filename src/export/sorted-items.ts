import { WRITTEN } from '../json/limits.ts';
import { ListMistake } from '../json/list-mistake.ts';
import { compareNames } from '../json/name-order.ts';
import { INCOMPLETE, valueEnd } from '../json/scan.ts';
import { Identity } from '../types/identity.ts';
import { brief } from '../words/brief.ts';
import type { Items } from './items.ts';
import { unquoted } from './sequence.ts';

/** What an object takes besides its bytes. */
const AROUND = 512;

/**
 * Gathers all items of a type and hands them on in order. Only for servers that
 * list in no order (an aggregated API need not), since it holds all of them.
 */
export class SortedItems implements Items {
  readonly #target: Items;
  readonly #namespaced: boolean;
  readonly #identity = new Identity();
  readonly #keys = new Set<string>();
  #bytes = 0;
  #held: Array<{ project: string; name: string; bytes: Buffer }> = [];

  /** @param namespaced of the type; what an object of another type calls its namespace is none */
  constructor(target: Items, namespaced: boolean) {
    this.#target = target;
    this.#namespaced = namespaced;
  }

  /** @throws ListMistake where an object comes twice, or where they are too much to be held */
  item(src: Buffer, i: number, end: number): number {
    if (this.#identity.find(src, i, end) === INCOMPLETE) return INCOMPLETE;
    const next = valueEnd(src, i, end);
    if (next === INCOMPLETE) return INCOMPLETE;
    const { namespaceStart, namespaceEnd, nameStart, nameEnd } = this.#identity;
    const project =
      this.#namespaced && namespaceStart >= 0 ? unquoted(src, namespaceStart, namespaceEnd) : '';
    const name = unquoted(src, nameStart, nameEnd);
    const key = `${project}/${name}`;
    if (this.#keys.has(key)) throw new ListMistake(`it has the same object twice: ${brief(key)}`);
    this.#keys.add(key);
    this.#bytes += next - i + AROUND;
    if (this.#bytes > WRITTEN.sortedBytes) {
      throw new ListMistake(
        `its objects come in no order, and are more than the ${WRITTEN.sortedBytes / 2 ** 20} MiB that can be sorted`,
      );
    }
    this.#held.push({ project, name, bytes: Buffer.from(src.subarray(i, next)) });
    return next;
  }

  async makeRoom(): Promise<void> {}

  /** Hands everything on. */
  async finish(): Promise<void> {
    this.#held.sort((a, b) => compareNames(a.project, b.project) || compareNames(a.name, b.name));
    for (const { bytes } of this.#held) {
      while (this.#target.item(bytes, 0, bytes.length) < 0) await this.#target.makeRoom();
    }
    this.#held = [];
    this.#keys.clear();
  }
}

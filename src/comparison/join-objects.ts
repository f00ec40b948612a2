import { Damage } from '../archive/format/damage.ts';
import type { ListPart } from '../archive/reading/list-splitter.ts';
import { compareNames } from '../json/name-order.ts';
import { type ObjectHead, readHead } from '../types/identity.ts';
import { brief } from '../words/names.ts';

/** An object in a type file. */
export interface ListedObject {
  readonly head: ObjectHead;
  readonly bytes: Buffer;
}

/** The versions of one object in two archives; null where it does not exist. */
export interface ObjectPair {
  readonly before: ListedObject | null;
  readonly after: ListedObject | null;
}

/** The source of a stream of objects. */
export interface ObjectSource {
  /** The path of the archive. */
  readonly path: string;
  readonly entry: string;
  readonly parts: AsyncGenerator<ListPart>;
}

/**
 * Joins the objects of two type files by name; both are sorted by name. One object of each is
 * in memory at a time. Objects with equal bytes are skipped.
 *
 * @param isKept whether an object is returned although its bytes are equal; called in the order of names
 * @throws Damage if an object is invalid, or they are out of order
 */
export async function* joinObjects(
  before: ObjectSource | null,
  after: ObjectSource | null,
  isKept: ((name: string) => Promise<boolean>) | null = null,
): AsyncGenerator<ObjectPair> {
  const [left, right] = [new Cursor(before), new Cursor(after)];
  try {
    await left.advance();
    await right.advance();
    while (left.bytes !== null || right.bytes !== null) {
      const isEqual = left.bytes !== null && right.bytes !== null && left.bytes.equals(right.bytes);
      if (isEqual && (isKept === null || !(await isKept(left.item()?.head.name ?? '')))) {
        await left.advance();
        await right.advance();
        continue;
      }
      const [own, other] = [left.item(), right.item()];
      const order = own === null ? 1 : other === null ? -1 : compareNames(own.head.name, other.head.name);
      yield { before: order <= 0 ? own : null, after: order >= 0 ? other : null };
      if (order <= 0) await left.advance();
      if (order >= 0) await right.advance();
    }
  } finally {
    await left.close();
    await right.close();
  }
}

class Cursor {
  /** The current object; null after the last one. */
  bytes: Buffer | null = null;
  readonly #source: ObjectSource | null;
  #item: ListedObject | null = null;
  #name: string | null = null;
  #index = -1;

  constructor(source: ObjectSource | null) {
    this.#source = source;
  }

  async advance(): Promise<void> {
    this.#item = null;
    this.bytes = null;
    if (this.#source === null) return;
    for (;;) {
      const { done, value } = await this.#source.parts.next();
      if (done) return;
      if (value.kind === 'envelope') continue;
      this.bytes = value.bytes;
      this.#index += 1;
      return;
    }
  }

  item(): ListedObject | null {
    if (this.bytes === null || this.#source === null) return null;
    if (this.#item !== null) return this.#item;
    const head = readHead(this.bytes, `items[${this.#index}]`);
    if (typeof head === 'string') throw this.#damage(head);
    if (this.#name !== null && compareNames(this.#name, head.name) > 0) {
      throw this.#damage(
        `items[${this.#index}] (${brief(head.name)}) stands after ${brief(this.#name)}, out of the order of names`,
      );
    }
    this.#name = head.name;
    this.#item = { head, bytes: this.bytes };
    return this.#item;
  }

  async close(): Promise<void> {
    await this.#source?.parts.return(undefined);
  }

  #damage(what: string): Damage {
    return new Damage(this.#source?.path ?? '', `${this.#source?.entry}: ${what}`);
  }
}

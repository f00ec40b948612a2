import { hashedName, type Lone, renamedPairs } from '../changes/hashed-name.ts';
import type { ListedObject, ObjectPair } from './join-objects.ts';

/** How much is kept until it is known what was renamed. */
export interface RenameLimits {
  readonly pairs: number;
  readonly bytes: number;
}

const LIMITS: RenameLimits = { pairs: 1000, bytes: 8 * 1024 * 1024 };

/**
 * Joins an object that one archive has alone with the one that the other archive has
 * in its place, where their names differ in a hash of the content alone. All other pairs
 * pass as they are. The order of names stays, that of the newer names.
 *
 * Names with one stem stand together, so that pairs are kept until other names come. Where
 * these are too many, they pass as they are.
 *
 * @param pairs of one type in one project, in the order of names
 * @param isCandidate whether an object that one archive has alone may be joined with another
 */
export async function* withRenames(
  pairs: AsyncIterable<ObjectPair>,
  isCandidate: (objects: ObjectPair) => Promise<boolean>,
  limits: RenameLimits = LIMITS,
): AsyncGenerator<ObjectPair> {
  const kept = new Kept(limits);
  for await (const objects of pairs) {
    const name = (objects.after ?? objects.before)?.head.name ?? '';
    if (!kept.isIdle) yield* kept.upTo(name);
    const isLone = objects.before === null || objects.after === null;
    const stem = isLone ? (hashedName(name)?.stem ?? null) : null;
    const group = stem !== null && (await isCandidate(objects)) ? stem : null;
    if (group === null && kept.isIdle) yield objects;
    else yield* kept.keep(objects, group);
  }
  yield* kept.upTo(null);
}

interface Entry {
  readonly objects: ObjectPair;
  /** The stem of a candidate. */
  readonly stem: string | null;
  /** What is handed out in its place; null where that is the partner. */
  joined: ObjectPair | null;
}

interface Candidate extends Lone {
  readonly entry: Entry;
}

/** Pairs in the order of names, some of which wait for a partner. */
class Kept {
  readonly #limits: RenameLimits;
  /** Stems whose names are not over yet; false for those that were too many. */
  readonly #stems = new Map<string, boolean>();
  #entries: Entry[] = [];
  #bytes = 0;

  constructor(limits: RenameLimits) {
    this.#limits = limits;
  }

  /** Nothing waits, and no names are left to pass. */
  get isIdle(): boolean {
    return this.#entries.length === 0 && this.#stems.size === 0;
  }

  /**
   * Ends the stems that no name from here on can have, and hands out what waits no more.
   *
   * @param name the next one; null behind the last
   */
  *upTo(name: string | null): Generator<ObjectPair> {
    for (const stem of this.#stems.keys()) {
      if (name?.startsWith(stem)) continue;
      this.#stems.delete(stem);
      this.#join(stem);
    }
    yield* this.#handOut();
  }

  /** @param stem of a candidate; null for what keeps its place in the order alone */
  *keep(objects: ObjectPair, stem: string | null): Generator<ObjectPair> {
    const isOpen = stem !== null && (this.#stems.get(stem) ?? true);
    if (isOpen) this.#stems.set(stem, true);
    // Items are parts of larger buffers, which would be kept with them.
    const own = { before: copied(objects.before), after: copied(objects.after) };
    this.#entries.push({ objects: own, stem: isOpen ? stem : null, joined: own });
    this.#bytes += sizeOf(own);
    if (this.#entries.length > this.#limits.pairs || this.#bytes > this.#limits.bytes)
      for (const each of this.#stems.keys()) this.#stems.set(each, false);
    yield* this.#handOut();
  }

  #join(stem: string): void {
    const candidates = (side: 'before' | 'after') =>
      this.#entries.flatMap((entry): Candidate[] => {
        const item = entry.stem === stem ? entry.objects[side] : null;
        return item === null ? [] : [{ ...item.head, bytes: item.bytes, entry }];
      });
    for (const [from, to] of renamedPairs(candidates('before'), candidates('after'))) {
      from.entry.joined = null;
      to.entry.joined = { before: from.entry.objects.before, after: to.entry.objects.after };
    }
  }

  *#handOut(): Generator<ObjectPair> {
    const at = this.#entries.findIndex(({ stem }) => stem !== null && this.#stems.get(stem) === true);
    const ready = this.#entries.splice(0, at < 0 ? this.#entries.length : at);
    for (const { objects, joined } of ready) {
      this.#bytes -= sizeOf(objects);
      if (joined !== null) yield joined;
    }
  }
}

function copied(item: ListedObject | null): ListedObject | null {
  return item === null ? null : { head: item.head, bytes: Buffer.from(item.bytes) };
}

function sizeOf({ before, after }: ObjectPair): number {
  return (before?.bytes.length ?? 0) + (after?.bytes.length ?? 0);
}

import { hashedName, type Lone, renamedPairs } from '../changes/hashed-name.ts';
import type { ListedObject, ObjectPair } from './join-objects.ts';

/** Limits for what is kept until renamed objects are known. */
export interface RenameLimits {
  readonly pairs: number;
  readonly bytes: number;
}

const LIMITS: RenameLimits = { pairs: 1000, bytes: 8 * 1024 * 1024 };

/**
 * Joins a removed object with the added one that replaces it, if their names differ only in a
 * hash of the content. All other pairs are returned unchanged. The result is sorted by the
 * newer names.
 *
 * Names with the same stem are adjacent, so pairs are kept only until another stem follows.
 * If there are too many, they are returned unchanged.
 *
 * @param pairs of one type in one project, in the order of names
 * @param isCandidate whether an object that only one archive has may be joined with another
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
  /** What is returned at its position; null if that is its partner. */
  joined: ObjectPair | null;
}

interface Candidate extends Lone {
  readonly entry: Entry;
}

/** Pairs in the order of names, some of which may still get a partner. */
class Kept {
  readonly #limits: RenameLimits;
  /** Stems whose names are not complete yet; false for those with too many objects. */
  readonly #stems = new Map<string, boolean>();
  #entries: Entry[] = [];
  #bytes = 0;

  constructor(limits: RenameLimits) {
    this.#limits = limits;
  }

  /** Whether no pairs are kept. */
  get isIdle(): boolean {
    return this.#entries.length === 0 && this.#stems.size === 0;
  }

  /**
   * Completes the stems that no following name can have, and returns the pairs that are ready.
   *
   * @param name the next one; null after the last
   */
  *upTo(name: string | null): Generator<ObjectPair> {
    for (const stem of this.#stems.keys()) {
      if (name?.startsWith(stem)) continue;
      this.#stems.delete(stem);
      this.#join(stem);
    }
    yield* this.#handOut();
  }

  /** @param stem of a candidate; null for an object that is only kept for the order */
  *keep(objects: ObjectPair, stem: string | null): Generator<ObjectPair> {
    const isOpen = stem !== null && (this.#stems.get(stem) ?? true);
    if (isOpen) this.#stems.set(stem, true);
    // Objects are views of larger buffers, which would be kept with them.
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

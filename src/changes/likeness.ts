import { canonical, isFields, isList, type List, type Value } from '../json/value.ts';

/** Limit for the leaves of an item that are compared; fewer would be enough to see the likeness. */
const MOST_LEAVES = 100;
/** Characters at each end of a text that are compared. */
const MOST_TEXT = 100;
/** If two texts share less than this of their beginning and end, they count as unrelated. */
const ALIKE_TEXTS = 0.5;
/** The weight of similar texts, relative to equal ones. */
const ALIKE_COUNTS = 0.5;

/** Fields that usually identify an item; they count twice. */
const TELLING = new Set(['id', 'uid', 'name', 'key', 'host', 'path', 'url']);

/** A scalar inside an item. */
interface Leaf {
  /** The keys of its path, without positions in lists. */
  readonly path: string;
  readonly text: string;
}

interface Profile {
  /** How often each leaf occurs. */
  readonly leaves: ReadonlyMap<string, number>;
  /** The leaves that are unique at their path. */
  readonly single: ReadonlyMap<string, Leaf>;
}

/**
 * Computes how much items of two versions of a list have in common, from 0 to 1. A leaf that
 * many items share counts less (all rules of a role have the verb `get`, but only one has
 * the resource `pods`), and a name counts more.
 */
export class Likeness {
  readonly #before: readonly Profile[];
  readonly #after: readonly Profile[];
  readonly #weights: ReadonlyMap<string, number>;

  constructor(before: List, after: List) {
    this.#before = before.map(profileOf);
    this.#after = after.map(profileOf);
    this.#weights = weightsOf(this.#before, this.#after);
  }

  /** Symmetric: the result is exactly the same if the versions are exchanged. */
  of(before: number, after: number): number {
    const [own, other] = [this.#before[before], this.#after[after]];
    if (own === undefined || other === undefined) return 0;
    let common = 0;
    for (const [leaf, count] of own.leaves)
      common += Math.min(count, other.leaves.get(leaf) ?? 0) * this.#weight(leaf);
    for (const [path, leaf] of own.single) {
      const twin = other.single.get(path);
      if (twin === undefined || twin.text === leaf.text) continue;
      const weight = Math.min(this.#weight(keyOf(leaf)), this.#weight(keyOf(twin)));
      common += ALIKE_COUNTS * alike(leaf.text, twin.text) * weight;
    }
    const all = this.#total(own) + this.#total(other);
    return all === 0 ? 0 : Math.round((2 * common * 1e6) / all) / 1e6;
  }

  #total({ leaves }: Profile): number {
    let total = 0;
    for (const [leaf, count] of leaves) total += count * this.#weight(leaf);
    return total;
  }

  #weight(leaf: string): number {
    return this.#weights.get(leaf) ?? 1;
  }
}

function profileOf(item: Value): Profile {
  const found: Leaf[] = [];
  gather(item, '', found);
  const leaves = new Map<string, number>();
  const single = new Map<string, Leaf>();
  const paths = new Set<string>();
  for (const leaf of found) {
    const key = keyOf(leaf);
    leaves.set(key, (leaves.get(key) ?? 0) + 1);
    if (paths.has(leaf.path)) single.delete(leaf.path);
    else single.set(leaf.path, leaf);
    paths.add(leaf.path);
  }
  return { leaves, single };
}

function gather(value: Value, path: string, found: Leaf[]): void {
  if (found.length >= MOST_LEAVES) return;
  if (isFields(value) && value.size > 0) {
    for (const [key, each] of value) gather(each, `${path}.${key}`, found);
  } else if (isList(value) && value.length > 0) {
    for (const each of value) gather(each, path, found);
  } else found.push({ path, text: leafText(value) });
}

function leafText(value: Value): string {
  const text = typeof value === 'string' ? value : canonical(value);
  if (text.length <= 2 * MOST_TEXT) return text;
  return `${text.slice(0, MOST_TEXT)} ${text.length} ${text.slice(-MOST_TEXT)}`;
}

function keyOf({ path, text }: Leaf): string {
  return `${path}=${text}`;
}

/** Lower the more items have the leaf, in the version in which it occurs more often. */
function weightsOf(before: readonly Profile[], after: readonly Profile[]): Map<string, number> {
  const [own, other] = [before, after].map((profiles) => {
    const counts = new Map<string, number>();
    for (const { leaves } of profiles)
      for (const leaf of leaves.keys()) counts.set(leaf, (counts.get(leaf) ?? 0) + 1);
    return counts;
  });
  const weights = new Map<string, number>();
  for (const counts of [own, other])
    for (const [leaf, count] of counts ?? []) {
      const weight = (isTelling(leaf) ? 2 : 1) / count;
      weights.set(leaf, Math.min(weights.get(leaf) ?? weight, weight));
    }
  return weights;
}

function isTelling(leaf: string): boolean {
  const path = leaf.slice(0, leaf.indexOf('='));
  return TELLING.has(path.slice(path.lastIndexOf('.') + 1));
}

/** The part of two texts that is equal at their beginning and end; 0 if it is less than half. */
function alike(one: string, two: string): number {
  const [most, longest] = [Math.min(one.length, two.length), Math.max(one.length, two.length)];
  let head = 0;
  while (head < most && one[head] === two[head]) head += 1;
  let tail = 0;
  while (tail < most - head && one.at(-1 - tail) === two.at(-1 - tail)) tail += 1;
  const share = (head + tail) / longest;
  return share < ALIKE_TEXTS ? 0 : share;
}

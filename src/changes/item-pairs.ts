import { canonical, isFields, isList, type List, type Value } from '../json/value.ts';
import { editRuns } from './edit-runs.ts';
import { Likeness } from './likeness.ts';
import { type ItemKeys, keyText } from './merge-keys.ts';

/** Items with this likeness are two versions of one item. */
const ALIKE = 0.5;
/** The same for texts: `--level=info` and `--level=debug`. */
const ALIKE_TEXTS = 0.25;
/** Items with different names are different items, unless nearly everything else is equal. */
const ALIKE_BUT_NAMED = 0.75;
/** Limit for pairs whose likeness is computed; of longer lists, only items at the same position are compared. */
const MOST_PAIRS = 4096;

/** Positions of an item in two versions of a list. */
export type ItemPair = readonly [before: number, after: number];

/**
 * Finds which items of two versions of a list are versions of the same item: first by their
 * keys, then equal items, then the most similar ones. If the versions are exchanged, the
 * pairs are the same.
 *
 * @param keys what identifies the items, best first
 * @returns pairs by the position before; items in no pair were added or removed
 */
export function itemPairs(before: List, after: List, keys: ItemKeys): readonly ItemPair[] {
  const pairing = new Pairing(before, after, keys);
  for (const fields of keys) pairing.byKey(fields);
  if (pairing.isOpen) pairing.byContent();
  return pairing.pairs;
}

class Pairing {
  readonly #before: List;
  readonly #after: List;
  readonly #keys: ItemKeys;
  /** Partners by the position before. */
  readonly #partners = new Map<number, number>();
  /** Positions after, of items in a pair. */
  readonly #taken = new Set<number>();
  #likeness: Likeness | null = null;

  constructor(before: List, after: List, keys: ItemKeys) {
    this.#before = before;
    this.#after = after;
    this.#keys = keys;
  }

  get pairs(): readonly ItemPair[] {
    return [...this.#partners].sort(([a], [b]) => a - b);
  }

  /** Whether both versions still have items in no pair. */
  get isOpen(): boolean {
    return this.#partners.size < Math.min(this.#before.length, this.#after.length);
  }

  byKey(fields: readonly string[]): void {
    const [own, others] = [
      grouped(this.#before, this.#openBefore(), fields),
      grouped(this.#after, this.#openAfter(), fields),
    ];
    for (const [key, positions] of own) {
      const other = others.get(key) ?? [];
      const [first, second] = [positions[0], other[0]];
      if (first === undefined || second === undefined) continue;
      if (positions.length === 1 && other.length === 1) this.#pair(first, second);
      // If several items have the same key, such as two variables with one name, the likeness decides.
      else {
        this.#equal(positions, other);
        this.#mostAlike(this.#open(positions, other), () => 0);
      }
    }
  }

  byContent(): void {
    const [own, others] = [this.#openBefore(), this.#openAfter()];
    const gaps = this.#inOrder(own, others);
    this.#equal(own, others);
    // Similar scalars in different gaps are different items.
    const isCandidate = ([from, to]: ItemPair) => {
      const [own, other] = [this.#before[from], this.#after[to]];
      if (isContainer(own) || isContainer(other)) return isContainerPair(own, other);
      return gaps.before.has(from) && gaps.before.get(from) === gaps.after.get(to);
    };
    this.#mostAlike(this.#open(own, others).filter(isCandidate), (pair) => this.#leastLikeness(pair));
    this.#sameGap(gaps);
  }

  /** Pairs equal items in the same order. @returns the gap between two of them, by position */
  #inOrder(own: readonly number[], others: readonly number[]): Gaps {
    const gaps: Gaps = { before: new Map(), after: new Map() };
    const texts = (list: List, positions: readonly number[]) =>
      positions.map((at) => canonical(list[at] ?? null));
    const runs = editRuns(texts(this.#before, own), texts(this.#after, others));
    if (runs === null) return gaps;
    let [at, too] = [0, 0];
    for (const [gap, { kept, removed, added }] of [...runs, REST].entries()) {
      for (let more = 0; more < kept && at < own.length && too < others.length; more += 1)
        this.#pair(own[at++] ?? 0, others[too++] ?? 0);
      for (let more = 0; more < removed; more += 1) gaps.before.set(own[at++] ?? 0, gap);
      for (let more = 0; more < added; more += 1) gaps.after.set(others[too++] ?? 0, gap);
    }
    return gaps;
  }

  /** Pairs equal items in any order. */
  #equal(own: readonly number[], others: readonly number[]): void {
    const found = new Map<string, number[]>();
    for (const at of others.filter((each) => !this.#taken.has(each))) {
      const text = canonical(this.#after[at] ?? null);
      const same = found.get(text);
      if (same === undefined) found.set(text, [at]);
      else same.push(at);
    }
    for (const at of own.filter((each) => !this.#partners.has(each))) {
      const twin = found.get(canonical(this.#before[at] ?? null))?.shift();
      if (twin !== undefined) this.#pair(at, twin);
    }
  }

  #mostAlike(candidates: readonly ItemPair[], least: (pair: ItemPair) => number): void {
    if (candidates.length === 0) return;
    this.#likeness ??= new Likeness(this.#before, this.#after);
    const scored: Array<{ pair: ItemPair; score: number }> = [];
    for (const pair of candidates) {
      const score = this.#likeness.of(...pair);
      if (score >= least(pair)) scored.push({ pair, score });
    }
    scored.sort(
      (a, b) => b.score - a.score || distance(a.pair) - distance(b.pair) || sum(a.pair) - sum(b.pair),
    );
    for (const { pair } of scored) {
      if (!this.#partners.has(pair[0]) && !this.#taken.has(pair[1])) this.#pair(...pair);
    }
  }

  /** If as many scalars were added as removed in the same gap, they count as changed. */
  #sameGap({ before, after }: Gaps): void {
    const [own, others] = [
      Map.groupBy(this.#openBefore(), (at) => before.get(at)),
      Map.groupBy(this.#openAfter(), (at) => after.get(at)),
    ];
    for (const [gap, positions] of own) {
      const other = others.get(gap) ?? [];
      if (gap === undefined || positions.length !== other.length) continue;
      for (const [index, at] of positions.entries()) {
        const twin = other[index] ?? 0;
        if (hasOneLeaf(this.#before[at], this.#after[twin])) this.#pair(at, twin);
      }
    }
  }

  /** Candidate pairs of items that are in no pair yet: all combinations, or those at the same position. */
  #open(own: readonly number[], others: readonly number[]): ItemPair[] {
    const [from, to] = [
      own.filter((at) => !this.#partners.has(at)),
      others.filter((at) => !this.#taken.has(at)),
    ];
    if (from.length * to.length <= MOST_PAIRS)
      return from.flatMap((at) => to.map((too) => [at, too] as const));
    if (from.length !== to.length) return [];
    return from.map((at, index) => [at, to[index] ?? 0] as const);
  }

  #leastLikeness([before, after]: ItemPair): number {
    if (!isContainer(this.#before[before])) return ALIKE_TEXTS;
    const isRenamed = this.#keys.some((fields) => {
      const [own, other] = [this.#before[before], this.#after[after]].map((item) => keyText(item, fields));
      return fields.some(isName) && own !== null && other !== null && own !== other;
    });
    return isRenamed ? ALIKE_BUT_NAMED : ALIKE;
  }

  #openBefore(): number[] {
    return [...this.#before.keys()].filter((at) => !this.#partners.has(at));
  }

  #openAfter(): number[] {
    return [...this.#after.keys()].filter((at) => !this.#taken.has(at));
  }

  #pair(before: number, after: number): void {
    this.#partners.set(before, after);
    this.#taken.add(after);
  }
}

/** The number of the gap between equal items, by position. */
interface Gaps {
  readonly before: Map<number, number>;
  readonly after: Map<number, number>;
}

/** The equal items after the last edit. */
const REST = { kept: Number.POSITIVE_INFINITY, removed: 0, added: 0 } as const;

function grouped(
  list: List,
  positions: readonly number[],
  fields: readonly string[],
): Map<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const at of positions) {
    const key = keyText(list[at], fields);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [at]);
    else group.push(at);
  }
  return groups;
}

function isName(field: string): boolean {
  return field === 'name' || field.endsWith('.name');
}

function isContainerPair(before: Value | undefined, after: Value | undefined): boolean {
  return (isFields(before) && isFields(after)) || (isList(before) && isList(after));
}

function isContainer(value: Value | undefined): boolean {
  return isFields(value) || isList(value);
}

/** Whether two items are scalars, or contain one scalar at the same path: `{configMapRef: {name: …}}`. */
function hasOneLeaf(before: Value | undefined, after: Value | undefined): boolean {
  if (!isContainer(before)) return !isContainer(after);
  if (!isFields(before) || !isFields(after) || before.size !== 1 || after.size !== 1) return false;
  const [[key, value] = ['', null]] = before;
  const twin = after.get(key);
  return twin !== undefined && hasOneLeaf(value, twin);
}

function distance([before, after]: ItemPair): number {
  return Math.abs(before - after);
}

function sum([before, after]: ItemPair): number {
  return before + after;
}

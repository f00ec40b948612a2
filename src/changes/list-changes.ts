import { type List, same, type Value } from '../json/value.ts';
import type { Change } from './change.ts';
import { type ItemPair, itemPairs } from './item-pairs.ts';
import { type ItemKeys, type ItemMatch, itemKeys, itemMatch, keyText } from './merge-keys.ts';
import { matchText, type Path, type PathStep } from './path.ts';

/** Compares two values at a path. */
export type Descend = (before: Value, after: Value, path: Path) => Iterable<Change>;

/** A list in which more items were added, removed, or changed without a key is shown as a whole. */
const MOST_CHANGED = 1000;

/**
 * The differences between two versions of a list. Each item is compared with its previous
 * version, so that an insertion in the middle is one change. A changed order is one change, too.
 */
export function* listChanges(before: List, after: List, path: Path, descend: Descend): Generator<Change> {
  if (same(before, after)) return;
  const fields = path.flatMap((step) => (step.kind === 'key' ? [step.key] : []));
  const keys = path.at(-1)?.kind === 'key' ? itemKeys(fields) : [];
  const pairs = itemPairs(before, after, keys);
  const names = new ItemNames(before, after, keys);
  const gone = without(before, new Set(pairs.map(([at]) => at)));
  const come = without(after, new Set(pairs.map(([, at]) => at)));
  const changed = pairs.filter(([from, to]) => !same(before[from] ?? null, after[to] ?? null));
  const unnamed = changed.filter(([from, to]) => names.name(from, to) === null);
  if (gone.length + come.length + unnamed.length > MOST_CHANGED) {
    yield { kind: 'changed', path, before, after };
    return;
  }
  for (const [at, value] of gone) yield { kind: 'removed', path: [...path, names.step(at, null)], at, value };
  for (const [at, value] of come) yield { kind: 'added', path: [...path, names.step(null, at)], at, value };
  for (const [from, to] of changed)
    yield* descend(before[from] ?? null, after[to] ?? null, [...path, names.step(from, to)]);
  yield* orderChange(pairs, before, after, path, names);
}

function without(list: List, positions: ReadonlySet<number>): Array<[number, Value]> {
  return [...list.entries()].filter(([at]) => !positions.has(at));
}

function* orderChange(
  pairs: readonly ItemPair[],
  before: List,
  after: List,
  path: Path,
  names: ItemNames,
): Generator<Change> {
  const sorted = [...pairs].sort(([, a], [, b]) => a - b);
  if (sorted.every((pair, at) => pair === pairs[at])) return;
  const itemNames = pairs.map(([from, to]) => names.name(from, to));
  const nameOf = new Map(pairs.map((pair, at) => [pair, itemNames[at] ?? null]));
  const isNamed = itemNames.every((name) => name !== null);
  const items = (list: List, from: readonly ItemPair[], side: 0 | 1) =>
    from.map((pair) => (isNamed ? (nameOf.get(pair) ?? null) : (list[pair[side]] ?? null)));
  yield {
    kind: 'reordered',
    path,
    before: items(before, pairs, 0),
    after: items(after, sorted, 1),
    moved: sorted,
  };
}

/** Names items in paths: by their keys if these are unique in both versions, otherwise by their positions. */
class ItemNames {
  readonly #before: List;
  readonly #after: List;
  readonly #keys: ItemKeys;
  /** For each set of keys, how often each key occurs before and after. */
  readonly #counts: ReadonlyArray<readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>]>;

  constructor(before: List, after: List, keys: ItemKeys) {
    this.#before = before;
    this.#after = after;
    this.#keys = keys;
    this.#counts = keys.map((fields) => [counted(before, fields), counted(after, fields)]);
  }

  /** @param before null for an item that was added; likewise `after` */
  step(before: number | null, after: number | null): PathStep {
    const match = this.#match(before, after);
    return match === null ? { kind: 'index', before, after } : { kind: 'item', match };
  }

  /** The name of an item in both versions; null if it is identified by its position only. */
  name(before: number, after: number): string | null {
    const match = this.#match(before, after);
    const [only, ...others] = match ?? [];
    if (match === null || only === undefined) return null;
    return others.length === 0 ? only[1] : matchText(match);
  }

  #match(before: number | null, after: number | null): ItemMatch | null {
    const item = before === null ? this.#after[after ?? 0] : this.#before[before];
    for (const [at, fields] of this.#keys.entries()) {
      const key = keyText(item, fields);
      const [own, others] = this.#counts[at] ?? [];
      if (key === null || (own?.get(key) ?? 0) !== (before === null ? 0 : 1)) continue;
      if ((others?.get(key) ?? 0) !== (after === null ? 0 : 1)) continue;
      if (before === null || after === null || keyText(this.#after[after], fields) === key)
        return itemMatch(item, fields);
    }
    return null;
  }
}

function counted(list: List, fields: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of list) {
    const key = keyText(item, fields);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

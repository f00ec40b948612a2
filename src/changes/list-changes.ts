import type { Change } from './change.ts';
import { editRuns } from './edit-runs.ts';
import { type KeyedItem, keyedItems } from './merge-keys.ts';
import { matchText, type Path, type Step } from './path.ts';
import { canonical, type List, same, type Value } from './value.ts';

/** Compares two values at a path. */
export type Descend = (before: Value, after: Value, path: Path) => Iterable<Change>;

/**
 * What differs between two versions of a list: item by item where something
 * identifies them, so that an insertion in the middle is one change.
 */
export function listChanges(before: List, after: List, path: Path, descend: Descend): Iterable<Change> {
  const fields = path.flatMap((step) => (step.kind === 'key' ? [step.key] : []));
  const keyed = keyedItems(before, after, path.at(-1)?.kind === 'key' ? fields : []);
  if (keyed === null) return byContent(before, after, path, descend);
  return byKey(keyed.before, keyed.after, path, descend);
}

type Keyed = ReadonlyMap<string, KeyedItem>;

function* byKey(before: Keyed, after: Keyed, path: Path, descend: Descend): Generator<Change> {
  for (const [key, { value, at, match }] of before) {
    if (!after.has(key)) yield { kind: 'removed', path: [...path, { kind: 'item', match }], at, value };
  }
  for (const [key, { value, at, match }] of after) {
    const own: Path = [...path, { kind: 'item', match }];
    const old = before.get(key);
    if (old === undefined) yield { kind: 'added', path: own, at, value };
    else if (!same(old.value, value)) yield* descend(old.value, value, own);
  }
  const [from, to] = [common(before, after), common(after, before)];
  if (from.some((name, at) => name !== to[at])) yield { kind: 'reordered', path, before: from, after: to };
}

/** Names of the items that are in both, in the order of the first. */
function common(items: Keyed, others: Keyed): string[] {
  return [...items].flatMap(([key, { match }]) => (others.has(key) ? [nameOf(match)] : []));
}

function nameOf(match: KeyedItem['match']): string {
  const [only, ...others] = match;
  return only !== undefined && others.length === 0 ? only[1] : matchText(match);
}

function* byContent(before: List, after: List, path: Path, descend: Descend): Generator<Change> {
  const [from, to] = [before.map(canonical), after.map(canonical)];
  if (from.join() === to.join()) return;
  if (from.length === to.length && [...from].sort().join() === [...to].sort().join()) {
    yield { kind: 'reordered', path, before, after };
    return;
  }
  const runs = editRuns(from, to);
  if (runs === null) {
    yield { kind: 'changed', path, before, after };
    return;
  }
  let [at, too] = [0, 0];
  for (const { kept, removed, added } of runs) {
    at += kept;
    too += kept;
    const [gone, come] = [before.slice(at, at + removed), after.slice(too, too + added)];
    if (removed === added) {
      // As many came as went, in the same place: they are the same items, changed.
      for (const [index, value] of gone.entries()) {
        yield* descend(value, come[index] ?? null, [...path, position(at + index, too + index)]);
      }
    } else {
      for (const [index, value] of gone.entries()) {
        yield { kind: 'removed', path: [...path, position(at + index, null)], at: at + index, value };
      }
      for (const [index, value] of come.entries()) {
        yield { kind: 'added', path: [...path, position(null, too + index)], at: too + index, value };
      }
    }
    at += removed;
    too += added;
  }
}

function position(before: number | null, after: number | null): Step {
  return { kind: 'index', before, after };
}

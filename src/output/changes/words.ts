import type { Change, ObjectChange } from '../../changes/change.ts';
import { pathText } from '../../changes/path.ts';
import { MASK, Masked, type Value } from '../../json/value.ts';
import { DELETION, serverTime } from '../../types/deletion.ts';
import { clock } from '../print/units.ts';

const PATH = `metadata.${DELETION}`;

/**
 * The old and the new value of a deletionTimestamp in words: `being deleted since 2026-11-20 14:32 UTC`;
 * null for a missing value. Null for any other change, and if a value is not a time.
 */
export function deletionTexts(change: Change): { before: string | null; after: string | null } | null {
  if (pathText(change.path) !== PATH) return null;
  if (change.kind === 'added' || change.kind === 'removed') {
    const text = sinceText(change.value);
    if (text === null) return null;
    return change.kind === 'added' ? { before: null, after: text } : { before: text, after: null };
  }
  if (change.kind !== 'changed') return null;
  const [before, after] = [sinceText(change.before), sinceText(change.after)];
  return before === null || after === null ? null : { before, after };
}

/** A changed object, or a version in its history. */
type Changed = Pick<ObjectChange, 'changes' | 'beingDeletedSince'> & Partial<Pick<ObjectChange, 'change'>>;

/**
 * ` (being deleted since 2026-11-20 14:32 UTC)`, to follow the name of an object; empty if it is not being
 * deleted, or if one of its changes says so.
 */
export function deletionNote({ change, changes, beingDeletedSince }: Changed): string {
  const text = sinceText(beingDeletedSince);
  if (text === null || changes.some((each) => deletionTexts(each) !== null)) return '';
  return ` (${change === 'removed' ? 'was ' : ''}${text})`;
}

/** `being deleted since 2026-11-20 14:32 UTC`; null if the value is not a time. */
export function sinceText(value: Value): string | null {
  const time = typeof value === 'string' ? serverTime(value) : null;
  return time === null ? null : `being deleted since ${clock(time, 'UTC')}`;
}

/** A list whose order changed. */
type Reordered = Extract<Change, { kind: 'reordered' }>;

/** Characters of all names; longer lists show positions instead. */
const MOST_NAMES = 100;

/** Moves that are shown. */
const MOST_MOVES = 10;

/** The names of the items in the old and the new order; null if they do not fit on a line. */
export function orderNames({ before, after }: Reordered): { before: string; after: string } | null {
  if (![...before, ...after].every((item) => typeof item === 'string' && !item.includes('\n'))) return null;
  const [from, to] = [before.join(', '), after.join(', ')];
  return from.length + to.length <= MOST_NAMES ? { before: from, after: to } : null;
}

/** The items that moved past others: `2 of 40 items moved: [3] → [0], [0] → [3]`. */
export function orderMoves({ moved }: Reordered): string {
  const kept = longestRising(moved.map(([from]) => from));
  const others = moved.filter((_, at) => !kept.has(at));
  const moves = others.slice(0, MOST_MOVES).map(([from, to]) => `[${from}] → [${to}]`);
  const left = others.length - moves.length;
  const rest = left === 0 ? '' : `, and ${left} more`;
  return `${others.length} of ${moved.length} items moved: ${moves.join(', ')}${rest}`;
}

/** The indexes of a longest rising subsequence, by binary search over its possible ends. */
function longestRising(numbers: readonly number[]): Set<number> {
  // At n, the index of the lowest number that ends a rising run of n + 1 numbers.
  const ends: number[] = [];
  const befores: number[] = [];
  for (const [index, number] of numbers.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    befores[index] = ends[low - 1] ?? -1;
    ends[low] = index;
  }
  const run = new Set<number>();
  for (let index = ends.at(-1) ?? -1; index >= 0; index = befores[index] ?? -1) run.add(index);
  return run;
}

/** The new value of a masked value that changed; it does not depend on its length. */
const OTHER_MASK = `${MASK} (changed)`;

/** Old and new value as they are shown: a masked value that changed is marked. */
export function shownPair(before: Value, after: Value): readonly [Value, Value] {
  return [before, before instanceof Masked && after instanceof Masked ? OTHER_MASK : after];
}

import type { Change, ObjectChange } from '../../changes/change.ts';
import { pathText } from '../../changes/path.ts';
import { MASK, Masked, type Value } from '../../json/value.ts';
import { DELETION, serverTime } from '../../types/deletion.ts';
import { clock } from '../print/units.ts';

const PATH = `metadata.${DELETION}`;

/**
 * The old and the new value of a deletionTimestamp in words, null where there was none:
 * `being deleted since 2026-11-20 14:32 UTC`. Null for any other change, and where a value is
 * not a time.
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

/**
 * ` (being deleted since 2026-11-20 14:32 UTC)`, to stand behind the name of an object that has
 * come, gone or changed; empty where it is not being deleted, or where its changes say so.
 */
export function deletionNote(told: Told): string {
  const text = sinceText(told.beingDeletedSince);
  if (text === null || told.changes.some((each) => deletionTexts(each) !== null)) return '';
  return ` (${told.change === 'removed' ? 'was ' : ''}${text})`;
}

/** An object that has changed, or a version in its history. */
type Told = Pick<ObjectChange, 'changes' | 'beingDeletedSince'> & Partial<Pick<ObjectChange, 'change'>>;

/** `being deleted since 2026-11-20 14:32 UTC`; null for what is not a time. */
export function sinceText(value: Value): string | null {
  const time = typeof value === 'string' ? serverTime(value) : null;
  return time === null ? null : `being deleted since ${clock(time, 'UTC')}`;
}

/** An order that changed. */
type Reordered = Extract<Change, { kind: 'reordered' }>;

/** Characters of names, both sides together; more are told by positions. */
const SHORT = 100;

/** Items of which is told where they went. */
const MOST_TOLD = 10;

/**
 * How the items of a list stood and stand, where they have names that fit on a line;
 * null where they do not.
 */
export function orderNames({ before, after }: Reordered): { before: string; after: string } | null {
  if (![...before, ...after].every((item) => typeof item === 'string' && !item.includes('\n'))) return null;
  const [from, to] = [before.join(', '), after.join(', ')];
  return from.length + to.length <= SHORT ? { before: from, after: to } : null;
}

/** Where the items went that moved past others: `2 of 40 items moved: [3] → [0], [0] → [3]`. */
export function orderMoves({ moved }: Reordered): string {
  const kept = longestRising(moved.map(([from]) => from));
  const others = moved.filter((_, at) => !kept.has(at));
  const told = others.slice(0, MOST_TOLD).map(([from, to]) => `[${from}] → [${to}]`);
  const left = others.length - told.length;
  const rest = left === 0 ? '' : `, and ${left} more`;
  return `${others.length} of ${moved.length} items moved: ${told.join(', ')}${rest}`;
}

/** The places of the most numbers that rise from first to last. */
function longestRising(numbers: readonly number[]): Set<number> {
  // By length less one, the place where the run of this length ends that ends lowest.
  const ends: number[] = [];
  const befores: number[] = [];
  for (const [place, number] of numbers.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    befores[place] = ends[low - 1] ?? -1;
    ends[low] = place;
  }
  const run = new Set<number>();
  for (let place = ends.at(-1) ?? -1; place >= 0; place = befores[place] ?? -1) run.add(place);
  return run;
}

/** A change of a masked value, whatever its length. */
const OTHER_MASK = `${MASK} (changed)`;

/** Old and new value as they are shown: a masked value that has changed says so. */
export function shownPair(before: Value, after: Value): readonly [Value, Value] {
  return [before, before instanceof Masked && after instanceof Masked ? OTHER_MASK : after];
}

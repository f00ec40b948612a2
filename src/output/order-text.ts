import type { Change } from '../changes/change.ts';

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

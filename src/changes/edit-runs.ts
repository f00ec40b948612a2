import { diffArrays } from 'diff';

/** A run of two lists: `kept` equal items, then `removed` items of the first list that `added` items of the second replace. */
export interface EditRun {
  readonly kept: number;
  readonly removed: number;
  readonly added: number;
}

/** The cost grows with the square of this; lists that differ in more items are shown as a whole. */
const MOST_EDITS = 1000;

/**
 * The shortest edit from one list of texts to another (Myers' algorithm), the same in
 * both directions. If there are several, the choice of jsdiff depends on the order of its
 * arguments, so they are always passed in the same order.
 *
 * @returns null if the lists differ in more than a thousand items
 */
export function editRuns(before: readonly string[], after: readonly string[]): EditRun[] | null {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const [from, to] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const swapped = from.join('\n') > to.join('\n');
  const options = { maxEditLength: MOST_EDITS };
  const parts = swapped ? diffArrays(to, from, options) : diffArrays(from, to, options);
  if (parts === undefined) return null;
  const runs: EditRun[] = [];
  let run = { kept: head, removed: 0, added: 0 };
  for (const part of parts) {
    if (part.added !== part.removed) {
      if (part.removed !== swapped) run.removed += part.count;
      else run.added += part.count;
      continue;
    }
    if (run.removed + run.added > 0) {
      runs.push(run);
      run = { kept: 0, removed: 0, added: 0 };
    }
    run.kept += part.count;
  }
  if (run.removed + run.added > 0) runs.push(run);
  return runs;
}

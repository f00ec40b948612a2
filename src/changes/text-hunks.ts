import { editRuns } from './edit-runs.ts';

/** A hunk of a unified diff, counted as `diff -u` does: lines from 1; an empty range has the number of the line before it. */
export interface Hunk {
  readonly beforeStart: number;
  readonly beforeLines: number;
  readonly afterStart: number;
  readonly afterLines: number;
  /** Each begins with a space, `-`, `+`, or `\` for a last line without a line end. */
  readonly lines: readonly string[];
}

const CONTEXT = 3;
/** Limit for the characters of both texts; etcd accepts objects of 1.5 MB, so only forged ones are longer. */
const LONGEST = 8_000_000;
const NO_END = '\\ No newline at end of file';

/** The differences between two texts, line by line; null if nearly all of a long text differs, or too much. */
export function textHunks(before: string, after: string): Hunk[] | null {
  if (before.length + after.length > LONGEST) return null;
  const [from, to] = [linesOf(before), linesOf(after)];
  const runs = editRuns(from, to);
  if (runs === null) return null;
  const hunks: Hunk[] = [];
  let open: OpenHunk | null = null;
  let [at, too] = [0, 0];
  for (const { kept, removed, added } of runs) {
    if (open !== null && kept > 2 * CONTEXT) {
      open.take(' ', from.slice(at, at + CONTEXT));
      hunks.push(open.closed());
      open = null;
    }
    const context = open === null ? Math.min(kept, CONTEXT) : kept;
    at += kept;
    too += kept;
    open ??= new OpenHunk(at - context, too - context);
    open.take(' ', from.slice(at - context, at));
    open.take('-', from.slice(at, at + removed));
    open.take('+', to.slice(too, too + added));
    at += removed;
    too += added;
  }
  open?.take(' ', from.slice(at, at + CONTEXT));
  if (open !== null) hunks.push(open.closed());
  return hunks;
}

class OpenHunk {
  readonly #before: number;
  readonly #after: number;
  readonly #lines: string[] = [];
  #counts = { ' ': 0, '-': 0, '+': 0 };

  constructor(before: number, after: number) {
    this.#before = before;
    this.#after = after;
  }

  take(sign: ' ' | '-' | '+', lines: readonly string[]): void {
    for (const line of lines) {
      this.#counts[sign] += 1;
      if (line.endsWith('\n')) this.#lines.push(sign + line.slice(0, -1));
      else this.#lines.push(sign + line, NO_END);
    }
  }

  closed(): Hunk {
    const beforeLines = this.#counts[' '] + this.#counts['-'];
    const afterLines = this.#counts[' '] + this.#counts['+'];
    return {
      beforeStart: this.#before + (beforeLines === 0 ? 0 : 1),
      beforeLines,
      afterStart: this.#after + (afterLines === 0 ? 0 : 1),
      afterLines,
      lines: this.#lines,
    };
  }
}

/** Lines with their line ends, so that a last line without one differs from the same line with one. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

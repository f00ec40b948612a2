import type { Change } from '../../changes/change.ts';
import type { Hunk } from '../../changes/text-hunks.ts';
import { isFields, isList, Raw, type Value } from '../../json/value.ts';
import { deletionTexts, orderMoves, orderNames, shownPair } from '../changes/words.ts';
import { valueJson } from '../print/json.ts';
import { yamlText } from '../print/yaml.ts';

/** A line of one of the two versions. */
export interface Line {
  /** Line number in a string of several lines, from 1; null in other values. */
  readonly number: number | null;
  readonly text: string;
  /** Whether it is a last line without a newline. */
  readonly open: boolean;
}

/** A row of the table: old on the left, new on the right. */
export type Row =
  | { readonly kind: 'same'; readonly before: Line; readonly after: Line }
  /** Null if there is no line on that side. */
  | { readonly kind: 'other'; readonly before: Line | null; readonly after: Line | null }
  /** A sentence across both sides. */
  | { readonly kind: 'note'; readonly text: string }
  /** Unchanged lines that are not shown. */
  | { readonly kind: 'gap'; readonly lines: number };

/** A change as rows of lines, old and new, masked values as `***`. */
export function changeRows(change: Change): Iterable<Row> {
  const deletion = deletionTexts(change);
  if (deletion !== null) return pairs(wordLines(deletion.before), wordLines(deletion.after));
  switch (change.kind) {
    case 'added':
      return pairs([], valueLines(change.value));
    case 'removed':
      return pairs(valueLines(change.value), []);
    case 'text':
      return hunkRows(change.hunks);
    case 'reordered':
      return orderRows(change);
    case 'changed': {
      const [before, after] = shownPair(change.before, change.after);
      return pairs(valueLines(before), valueLines(after));
    }
  }
}

function* pairs(before: readonly Line[], after: readonly Line[]): Generator<Row> {
  for (let at = 0; at < Math.max(before.length, after.length); at += 1) {
    const [own, other] = [before[at] ?? null, after[at] ?? null];
    const same = own !== null && other !== null && own.text === other.text && own.open === other.open;
    yield same ? { kind: 'same', before: own, after: other } : { kind: 'other', before: own, after: other };
  }
}

function* hunkRows(hunks: readonly Hunk[]): Generator<Row> {
  let last = 0;
  for (const { beforeStart, beforeLines, afterStart, afterLines, lines } of hunks) {
    // A hunk without old lines gives the line before it.
    const from = beforeStart + (beforeLines === 0 ? 1 : 0);
    if (from > last + 1) yield { kind: 'gap', lines: from - last - 1 };
    last = from + beforeLines - 1;
    let [at, too] = [from, afterStart + (afterLines === 0 ? 1 : 0)];
    let [removed, added]: [Line[], Line[]] = [[], []];
    for (const [index, text] of lines.entries()) {
      const open = lines[index + 1]?.startsWith('\\') ?? false;
      const line = (number: number): Line => ({ number, text: text.slice(1), open });
      if (text.startsWith('-')) removed.push(line(at++));
      else if (text.startsWith('+')) added.push(line(too++));
      else if (text.startsWith(' ')) {
        yield* pairs(removed, added);
        [removed, added] = [[], []];
        yield { kind: 'same', before: line(at++), after: line(too++) };
      }
    }
    yield* pairs(removed, added);
  }
}

function wordLines(text: string | null): Line[] {
  return text === null ? [] : [valueLine(text)];
}

function valueLines(value: Value): Line[] {
  if (typeof value === 'string' && value.includes('\n')) return textLines(value);
  const isBlock = (isFields(value) && value.size > 0) || (isList(value) && value.length > 0);
  if (!isBlock) return [valueLine(value instanceof Raw ? value.json : valueJson(value))];
  return yamlText(Buffer.from(valueJson(value)))
    .trimEnd()
    .split('\n')
    .map(valueLine);
}

function textLines(text: string): Line[] {
  const lines = text.split('\n');
  const open = lines.at(-1) !== '';
  if (!open) lines.pop();
  return lines.map((line, at) => ({ number: at + 1, text: line, open: open && at === lines.length - 1 }));
}

function* orderRows(change: Extract<Change, { kind: 'reordered' }>): Generator<Row> {
  const names = orderNames(change);
  if (names === null) yield { kind: 'note', text: orderMoves(change) };
  else yield* pairs([valueLine(names.before)], [valueLine(names.after)]);
}

function valueLine(text: string): Line {
  return { number: null, text, open: false };
}

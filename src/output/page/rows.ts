import type { Change } from '../../changes/change.ts';
import type { Hunk } from '../../changes/text-hunks.ts';
import { isFields, isList, Raw, type Value } from '../../json/value.ts';
import { deletionTexts, orderMoves, orderNames, shownPair } from '../changes/words.ts';
import { valueJson } from '../print/json.ts';
import { yamlText } from '../print/yaml.ts';

/** A line of one of the two versions. */
export interface Line {
  /** Where it stands in a text, from 1; null in values, which have no lines of their own. */
  readonly number: number | null;
  readonly text: string;
  /** The last line of a text that does not end it. */
  readonly open: boolean;
}

/** What stands side by side. */
export type Row =
  | { readonly kind: 'same'; readonly before: Line; readonly after: Line }
  /** Null where a line has no counterpart. */
  | { readonly kind: 'other'; readonly before: Line | null; readonly after: Line | null }
  /** A sentence about both. */
  | { readonly kind: 'note'; readonly text: string }
  /** So many lines that are the same in both are not told. */
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
  let told = 0;
  for (const { beforeStart, beforeLines, afterStart, afterLines, lines } of hunks) {
    // An empty stretch is told by the line before it.
    const from = beforeStart + (beforeLines === 0 ? 1 : 0);
    if (from > told + 1) yield { kind: 'gap', lines: from - told - 1 };
    told = from + beforeLines - 1;
    let [at, too] = [from, afterStart + (afterLines === 0 ? 1 : 0)];
    let [gone, come]: [Line[], Line[]] = [[], []];
    for (const [index, text] of lines.entries()) {
      const open = lines[index + 1]?.startsWith('\\') ?? false;
      const line = (number: number): Line => ({ number, text: text.slice(1), open });
      if (text.startsWith('-')) gone.push(line(at++));
      else if (text.startsWith('+')) come.push(line(too++));
      else if (text.startsWith(' ')) {
        yield* pairs(gone, come);
        [gone, come] = [[], []];
        yield { kind: 'same', before: line(at++), after: line(too++) };
      }
    }
    yield* pairs(gone, come);
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

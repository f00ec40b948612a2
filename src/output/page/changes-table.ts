import type { Change } from '../../changes/change.ts';
import { pathText } from '../../changes/path.ts';
import type { Hunk } from '../../changes/text-hunks.ts';
import { isFields, isList, Raw, type Value } from '../../json/value.ts';
import { differingSpans, linePieces, type Room, type Span } from '../changes/line-pieces.ts';
import { deletionTexts, orderMoves, orderNames, shownPair } from '../changes/words.ts';
import { valueJson } from '../print/json.ts';
import { yamlText } from '../print/yaml.ts';
import { counted, shown, shownLine, shownProse } from './html.ts';

/** Of one change. */
const MOST_ROWS = 500;

/** Of one object. */
const MOST_CHANGES = 200;

const SIGNS = {
  before: '<i role="img" aria-label="removed">−</i>',
  after: '<i role="img" aria-label="added">+</i>',
} as const;

/** The word after the path of a change. */
const KINDS: Readonly<Record<Change['kind'], string>> = {
  added: 'added',
  removed: 'removed',
  changed: '',
  text: '',
  reordered: 'order',
};

/**
 * The changes inside an object as a table, old on the left and new on the right. Where something is
 * too long for a page, the table says how much is left out.
 *
 * @param authors of each change; see authorTexts
 * @returns `isWhole`: nothing is left out
 */
export function changesTable(
  changes: readonly Change[],
  authors: readonly string[] = [],
): { html: string; isWhole: boolean } {
  const parts = changes.slice(0, MOST_CHANGES).map((change, at) => changeBody(change, authors[at] ?? ''));
  const left = changes.length - parts.length;
  const head = '<thead><tr><th scope="col">Before</th><th scope="col">After</th></tr></thead>';
  const rest = left === 0 ? '' : `<tbody>${wide('cut', `${counted(left, 'more change')} left out`)}</tbody>`;
  return {
    html: `<table class="pair">${head}${parts.map(({ html }) => html).join('')}${rest}</table>`,
    isWhole: left === 0 && parts.every(({ isWhole }) => isWhole),
  };
}

function changeBody(change: Change, authors: string): { html: string; isWhole: boolean } {
  const path = lineHtml(pathText(change.path) || '(the whole object)', [], 'ins', false);
  const note = KINDS[change.kind] === '' ? '' : ` <small>${KINDS[change.kind]}</small>`;
  const by = authors === '' ? '' : ` <span class="by">${shownProse(authors)}</span>`;
  const rows = [`<tr><th colspan="2" scope="rowgroup">${path.html}${note}${by}</th></tr>`];
  let { isWhole } = path;
  let left = 0;
  for (const row of changeRows(change)) {
    if (rows.length > MOST_ROWS) left += 1;
    else {
      const drawn = rowHtml(row);
      rows.push(drawn.html);
      isWhole &&= drawn.isWhole;
    }
  }
  if (left > 0) rows.push(wide('cut', `${counted(left, 'more line')} left out`));
  return { html: `<tbody>${rows.join('')}</tbody>`, isWhole: isWhole && left === 0 };
}

function rowHtml(row: Row): { html: string; isWhole: boolean } {
  if (row.kind === 'note') return { html: wide('gap', row.text), isWhole: true };
  if (row.kind === 'gap') {
    return { html: wide('gap', `${counted(row.lines, 'unchanged line')}`), isWhole: true };
  }
  const { before, after } = row;
  const isPair = row.kind === 'other' && before !== null && after !== null;
  const spans = isPair ? differingSpans(before.text, after.text) : { before: [], after: [], isMarked: false };
  const cells = [
    cell(before, 'before', row.kind === 'same', spans.before, spans.isMarked),
    cell(after, 'after', row.kind === 'same', spans.after, spans.isMarked),
  ] as const;
  return {
    html: `<tr>${cells[0].html}${cells[1].html}</tr>`,
    isWhole: cells[0].isWhole && cells[1].isWhole,
  };
}

function cell(
  line: Line | null,
  side: 'before' | 'after',
  isSame: boolean,
  spans: readonly Span[],
  isMarked: boolean,
): { html: string; isWhole: boolean } {
  if (line === null) return { html: '<td></td>', isWhole: true };
  const { html, isWhole } = lineHtml(line.text, spans, side === 'before' ? 'del' : 'ins', isMarked);
  const number = line.number === null ? '' : `<b>${line.number}</b>`;
  const open = line.open ? ' <small>no newline at the end</small>' : '';
  const kind = isSame ? `same ${side}` : side;
  return { html: `<td class="${kind}">${number}${isSame ? '' : SIGNS[side]}${html}${open}</td>`, isWhole };
}

function wide(kind: 'cut' | 'gap', text: string): string {
  return `<tr class="${kind}"><td colspan="2">${shown(text)}</td></tr>`;
}

/** How much of a long line a page shows. */
const ROOM: Room = { whole: 2000, around: 300, difference: 1400, differences: 8 };

/**
 * A line as HTML, with an element for each difference; of a long line, the differences, the
 * characters around them, and how many are left out.
 *
 * @param spans where it differs from the line on the other side
 * @param isMarked whether the differences are marked
 * @returns `isWhole`: nothing is left out
 */
export function lineHtml(
  text: string,
  spans: readonly Span[],
  mark: 'del' | 'ins',
  isMarked: boolean,
): { html: string; isWhole: boolean } {
  const pieces = linePieces(text, spans, ROOM);
  const html = pieces.map((piece) => {
    if (piece.kind === 'cut')
      return `<span class="cut">${counted(piece.characters, 'character')} left out</span>`;
    const own = shownLine(piece.text);
    return piece.kind === 'differs' && isMarked ? `<${mark}>${own}</${mark}>` : own;
  });
  return { html: html.join(''), isWhole: pieces.every(({ kind }) => kind !== 'cut') };
}

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

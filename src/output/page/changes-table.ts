import type { Change } from '../../changes/change.ts';
import { pathText } from '../../changes/path.ts';
import { differingSpans, linePieces, type Room, type Span } from '../changes/line-pieces.ts';
import { counted, shown, shownLine } from './html.ts';
import { changeRows, type Line, type Row } from './rows.ts';

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
  const by = authors === '' ? '' : ` <span class="by">${shown(authors)}</span>`;
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

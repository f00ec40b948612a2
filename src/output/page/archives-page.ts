import { type ArchiveRow, sealedNotes, stateText } from '../list.ts';
import { clockFor, size } from '../print/units.ts';
import { rehearsalState } from '../verify.ts';
import { type PageFacts, staticPage } from './document.ts';
import { count, counted, plain, shown, shownProse } from './html.ts';
import { timelineHtml } from './timeline.ts';

/** The archives of a place, and what a page shows of them. */
export interface ArchivesFacts extends Pick<PageFacts, 'archives' | 'zone' | 'tool'> {
  /** The newest first. */
  readonly rows: readonly ArchiveRow[];
  /** The text for archives without copies; null omits the column. */
  readonly uncopied: 'none' | 'unknown' | null;
  /** Sentences above the table. */
  readonly notices: readonly string[];
}

/** All archives as one HTML file that loads nothing and runs no script: a chart of the changes, and a table. */
export function archivesPage(facts: ArchivesFacts): string {
  const { archives, rows, zone, tool } = facts;
  const notices = [...facts.notices, ...sealedNotes(rows)];
  const complete = rows.filter(({ state }) => state === 'complete').length;
  const lead =
    rows.length === 0
      ? ''
      : `<p class="lead">${counted(rows.length, 'archive')}, ${count(complete)} complete.</p>\n`;
  const body = `<header>
<h1>Archives</h1>
${lead}${notices.map((text) => `<p class="notice">${shown(text)}</p>\n`).join('')}</header>
<main>
${timelineHtml(archives, new Map(), '', zone)}${rows.length === 0 ? '' : archivesTable(facts)}</main>
`;
  return staticPage('Archives', body, tool);
}

interface Column {
  readonly title: string;
  /** Text is on the left, numbers on the right. */
  readonly kind: 'text' | 'number';
  readonly cell: (row: ArchiveRow) => string;
  /** False omits it. */
  readonly isUsed?: boolean;
}

/** The state of all archives at a glance. Without `--copy-to`, and without rehearsals, it has no columns for them. */
export function archivesTable({
  rows,
  uncopied,
  zone,
}: Pick<ArchivesFacts, 'rows' | 'uncopied' | 'zone'>): string {
  const when = clockFor(
    rows.map(({ time }) => time.toISOString()),
    zone,
  );
  const number = (value: number | undefined) => (value === undefined ? '–' : count(value));
  const all: readonly Column[] = [
    { title: 'Started', kind: 'text', cell: ({ time }) => when(time.toISOString()) },
    { title: 'State', kind: 'text', cell: (row) => stateText(row, zone) },
    { title: 'Size', kind: 'number', cell: ({ bytes }) => size(bytes) },
    { title: 'Projects', kind: 'number', cell: ({ totals }) => number(totals?.projects) },
    { title: 'Objects', kind: 'number', cell: ({ totals }) => number(totals?.objects) },
    { title: 'Added', kind: 'number', cell: ({ previous }) => number(previous?.added) },
    { title: 'Changed', kind: 'number', cell: ({ previous }) => number(previous?.changed) },
    { title: 'Removed', kind: 'number', cell: ({ previous }) => number(previous?.removed) },
    {
      title: 'Copies',
      kind: 'text',
      cell: ({ copies }) => copies.join(', ') || (uncopied ?? ''),
      isUsed: uncopied !== null,
    },
    {
      title: 'Rehearsed',
      kind: 'text',
      cell: ({ rehearsal }) => (rehearsal === null ? '–' : rehearsalState(rehearsal)),
      isUsed: rows.some(({ rehearsal }) => rehearsal !== null),
    },
  ];
  const columns = all.filter(({ isUsed = true }) => isUsed);
  const head = columns.map(({ title, kind }) => `<th scope="col" class="${kind}">${plain(title)}</th>`);
  const body = rows.map((row) => {
    const cells = columns.map(({ title, kind, cell }) => {
      const isWrong = title === 'State' && row.state !== 'complete';
      return `<td class="${kind}${isWrong ? ' warn' : ''}">${shownProse(cell(row))}</td>`;
    });
    return `<tr><th scope="row">${shown(row.archive)}</th>${cells.join('')}</tr>`;
  });
  return `<section><h2>Archives</h2><div class="wide" role="region" aria-label="Archives" tabindex="0"><table class="counts-table archives"><thead><tr><th scope="col">Archive</th>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div></section>\n`;
}

import { type ArchiveRow, stateText } from '../list.ts';
import { clockFor, size } from '../print/units.ts';
import { rehearsalState } from '../verify.ts';
import { type PageFacts, staticPage } from './document.ts';
import { count, counted, plain, shown } from './html.ts';
import { timelineHtml } from './timeline.ts';

/** The archives of a place, and what a page shows of them. */
export interface ArchivesFacts extends Pick<PageFacts, 'archives' | 'zone' | 'tool'> {
  /** The newest first. */
  readonly rows: readonly ArchiveRow[];
  /** What is shown for archives without copies; null leaves out the column. */
  readonly uncopied: 'none' | 'unknown' | null;
  /** Sentences above the table. */
  readonly notices: readonly string[];
}

/** All archives as one HTML file that loads nothing and runs no script: a chart of the changes, and a table. */
export function archivesPage(facts: ArchivesFacts): string {
  const { archives, rows, zone, tool, notices } = facts;
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
  readonly cell: (row: ArchiveRow) => string;
  /** False leaves it out. */
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
    { title: 'Started', cell: ({ time }) => when(time.toISOString()) },
    { title: 'State', cell: (row) => stateText(row, zone) },
    { title: 'Size', cell: ({ bytes }) => size(bytes) },
    { title: 'Projects', cell: ({ totals }) => number(totals?.projects) },
    { title: 'Objects', cell: ({ totals }) => number(totals?.objects) },
    { title: 'Added', cell: ({ previous }) => number(previous?.added) },
    { title: 'Changed', cell: ({ previous }) => number(previous?.changed) },
    { title: 'Removed', cell: ({ previous }) => number(previous?.removed) },
    {
      title: 'Copies',
      cell: ({ copies }) => copies.join(', ') || (uncopied ?? ''),
      isUsed: uncopied !== null,
    },
    {
      title: 'Rehearsed',
      cell: ({ rehearsal }) => (rehearsal === null ? '–' : rehearsalState(rehearsal)),
      isUsed: rows.some(({ rehearsal }) => rehearsal !== null),
    },
  ];
  const columns = all.filter(({ isUsed = true }) => isUsed);
  const head = ['Archive', ...columns.map(({ title }) => title)].map(
    (title) => `<th scope="col">${plain(title)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = columns.map(({ title, cell }) => {
      const isWrong = title === 'State' && row.state !== 'complete';
      return `<td${isWrong ? ' class="warn"' : ''}>${shown(cell(row))}</td>`;
    });
    return `<tr><th scope="row">${shown(row.archive)}</th>${cells.join('')}</tr>`;
  });
  return `<section><h2>Archives</h2><div class="wide" role="region" aria-label="Archives" tabindex="0"><table class="counts-table archives"><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div></section>\n`;
}

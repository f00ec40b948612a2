import type { ArchiveRow } from '../list.ts';
import { stateText } from '../list.ts';
import { clockFor, size } from '../print/units.ts';
import { rehearsalState } from '../verify.ts';
import { count, plain, shown } from './html.ts';

interface Column {
  readonly title: string;
  readonly cell: (row: ArchiveRow) => string;
  /** Whether any archive has something to show. */
  readonly isUsed?: (row: ArchiveRow) => boolean;
}

/**
 * The state of all archives at a glance. Columns of which no archive has anything (copies, rehearsals) are left out.
 *
 * @param rows the newest first
 * @param zone IANA zone of the times
 */
export function archivesTable(rows: readonly ArchiveRow[], zone: string): string {
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
      cell: ({ copies }) => copies.join(', ') || '–',
      isUsed: ({ copies }) => copies.length > 0,
    },
    {
      title: 'Rehearsed',
      cell: ({ rehearsal }) => (rehearsal === null ? '–' : rehearsalState(rehearsal)),
      isUsed: ({ rehearsal }) => rehearsal !== null,
    },
  ];
  const columns = all.filter(({ isUsed }) => isUsed === undefined || rows.some(isUsed));
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

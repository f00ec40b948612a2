import { type Counts, KINDS } from './counts.ts';
import { count, shown } from './escape.ts';

/** An archive in the picture of all archives. */
export interface TimelineArchive {
  /** Its file name. */
  readonly file: string;
  /** When its export began, as ISO 8601. */
  readonly time: string;
  readonly state: 'complete' | 'incomplete' | 'unreadable';
  /** Against the archive before; null where there was none to compare with, or it is not known. */
  readonly previous: Readonly<Counts> | null;
}

/** What the picture of all archives shows, for who does not see it or wants the numbers. */
export function timelineTable(
  archives: readonly TimelineArchive[],
  marks: ReadonlyMap<string, string>,
  when: (archive: TimelineArchive) => string,
): string {
  const head = ['Archive', 'Exported', 'Added', 'Changed', 'Removed', ''].map((title) =>
    title === '' ? '<td></td>' : `<th scope="col">${title}</th>`,
  );
  const rows = archives.map((archive) => {
    const notes = [
      ...(archive.state === 'complete' ? [] : [archive.state]),
      ...(marks.has(archive.file) ? [marks.get(archive.file) ?? ''] : []),
    ];
    const cells = KINDS.map(
      (kind) => `<td>${archive.previous === null ? '–' : count(archive.previous[kind])}</td>`,
    );
    const own = `<th scope="row">${shown(archive.file)}</th><td>${shown(when(archive))}</td>`;
    return `<tr>${own}${cells.join('')}<td>${shown(notes.join(', '))}</td></tr>`;
  });
  return `<details class="block"><summary>The same as a table</summary><table class="counts-table archives"><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></details>`;
}

import { type Counts, KINDS } from './counts.ts';
import { count, shown } from './escape.ts';
import type { ProjectGroup } from './listing.ts';

/** Longer tables stand closed, lest the changes begin screens below. */
const MOST_OPEN_ROWS = 40;

/** How many objects are not the same, by project and type, as a table that leads to them. */
export function summaryHtml(projects: readonly ProjectGroup[]): string {
  const rows = projects.reduce((total, { types }) => total + 1 + types.length, 0);
  const head = ['Project and type', 'Added', 'Changed', 'Removed'].map(
    (title) => `<th scope="col">${title}</th>`,
  );
  const bodies = projects.map(({ id, title, counts, types }) => {
    const own = `<tr><th scope="rowgroup"><a href="#${id}">${shown(title)}</a></th>${cells(counts)}</tr>`;
    const others = types.map(
      (type) => `<tr><th scope="row">${shown(type.type)}</th>${cells(type.counts)}</tr>`,
    );
    return `<tbody>${own}${others.join('')}</tbody>`;
  });
  const table = `<table class="counts-table"><thead><tr>${head.join('')}</tr></thead>${bodies.join('\n')}</table>`;
  const isOpen = rows <= MOST_OPEN_ROWS ? ' open' : '';
  return `<section><details class="block"${isOpen}><summary><h2>By project and type</h2></summary>${table}</details></section>\n`;
}

function cells(counts: Readonly<Counts>): string {
  const cell = (kind: keyof Counts) =>
    counts[kind] === 0 ? '<td></td>' : `<td class="${kind}">${count(counts[kind])}</td>`;
  return KINDS.map(cell).join('');
}

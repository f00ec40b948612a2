import { clockFor } from '../print/units.ts';
import { type Counts, count, counted, countsText, KINDS, plain, shown, shownProse } from './html.ts';

/** Height of the bars in pixels. Widths are percentages, so that text keeps its size on narrow screens. */
const HEIGHT = 120;

const TOP = 16;

/** Fewer archives than this do not make the bars wider. */
const FEWEST_SLOTS = 14;

/** In pixels: a few changes stay visible beside a night in which everything changed. */
const LEAST_HEIGHT = 3;

/**
 * A chart of how many objects changed from archive to archive, and the same numbers as a table.
 *
 * @param archives oldest first
 * @param marks labels of the archives that this page is about, by file name: `before`, `after`
 * @param legend what the marks mean
 * @param zone IANA zone of the times
 */
export function timelineHtml(
  archives: readonly TimelineArchive[],
  marks: ReadonlyMap<string, string>,
  legend: string,
  zone: string,
): string {
  const [first, last] = [archives[0], archives.at(-1)];
  if (first === undefined || last === undefined) return '';
  const print = clockFor(
    archives.map(({ time }) => time),
    zone,
  );
  const when = (archive: TimelineArchive) => print(archive.time);
  const most = Math.max(0, ...archives.map(({ previous }) => (previous === null ? 0 : sum(previous))));
  const slot = 100 / Math.max(archives.length, FEWEST_SLOTS);
  const bars = archives.map((archive, at) =>
    bar(archive, at * slot, slot, most, marks.get(archive.file) ?? null, when(archive)),
  );
  const caption = `${counted(archives.length, 'archive')} from ${when(first)} to ${when(last)}; at most ${counted(most, 'object')} changed from one to the next.`;
  const chart = [
    `<svg class="timeline" role="img" aria-labelledby="timeline-title timeline-text" width="100%" height="${TOP + HEIGHT + 40}">`,
    '<title id="timeline-title">Objects added, changed and removed from archive to archive</title>',
    `<desc id="timeline-text">${plain(caption)} The table below has the same numbers.</desc>`,
    ...(most === 0 ? [] : [scale(most)]),
    ...bars,
    `<line class="base" x1="0" x2="100%" y1="${TOP + HEIGHT + 0.5}" y2="${TOP + HEIGHT + 0.5}"/></svg>`,
  ];
  const words = [
    ...KINDS.map(
      (kind) =>
        `<li><svg width="10" height="10" aria-hidden="true"><rect class="${kind}" width="10" height="10"/></svg> ${kind}</li>`,
    ),
    ...(archives.some(({ file }) => marks.has(file)) ? [`<li><b>▲</b> ${legend}</li>`] : []),
    ...(archives.every(({ state }) => state === 'complete')
      ? []
      : ['<li><b class="warn">!</b> incomplete or unreadable</li>']),
    ...(archives.every(({ previous }) => previous !== null)
      ? []
      : ['<li><b>○</b> nothing to compare with</li>']),
  ];
  return `<section><h2>Changes from archive to archive</h2><figure>${chart.join('\n')}
<figcaption>${shownProse(caption)} <span>Oldest on the left.</span><ul class="legend">${words.join('')}</ul></figcaption></figure>
${timelineTable(archives, marks, when)}</section>\n`;
}

/** The value of the highest bar. */
function scale(most: number): string {
  return `<line class="grid" x1="0" x2="100%" y1="${TOP}" y2="${TOP}"/><text x="0" y="${TOP - 4}">${count(most)}</text>`;
}

function bar(
  archive: TimelineArchive,
  x: number,
  slot: number,
  most: number,
  mark: string | null,
  when: string,
): string {
  const { previous, state } = archive;
  const [middle, base] = [percent(x + slot / 2), TOP + HEIGHT];
  let y = base;
  const rects = KINDS.flatMap((kind) => {
    if (previous === null || previous[kind] === 0) return [];
    const height = Math.max(LEAST_HEIGHT, Math.round((previous[kind] / Math.max(most, 1)) * HEIGHT));
    y -= height;
    return [
      `<rect class="${kind}" x="${percent(x + slot * 0.12)}" width="${percent(slot * 0.76)}" y="${y}" height="${height}"/>`,
    ];
  });
  const words = [
    `${when}: ${previous === null ? 'nothing to compare with' : countsText(previous)}`,
    ...(state === 'complete' ? [] : [state]),
    ...(archive.rehearsal ? [archive.rehearsal] : []),
    ...(mark === null ? [] : [mark]),
  ];
  return [
    `<g><title>${plain(words.join(', '))}</title>`,
    `<rect class="room" x="${percent(x)}" width="${percent(slot)}" y="${TOP}" height="${HEIGHT + 36}"/>`,
    ...rects,
    ...(previous === null ? [`<text x="${middle}" y="${base - 4}" text-anchor="middle">○</text>`] : []),
    ...(mark === null
      ? []
      : [`<text class="mark" x="${middle}" y="${base + 16}" text-anchor="middle">▲</text>`]),
    ...(state === 'complete'
      ? []
      : [`<text class="warn" x="${middle}" y="${base + 34}" text-anchor="middle">!</text>`]),
    '</g>',
  ].join('');
}

function sum({ added, changed, removed }: Readonly<Counts>): number {
  return added + changed + removed;
}

/** Three decimals are a hundredth of a pixel on any screen. */
function percent(value: number): string {
  return `${Number(value.toFixed(3))}%`;
}

/** An archive in the chart. */
export interface TimelineArchive {
  /** Its file name. */
  readonly file: string;
  /** When its backup started, ISO 8601. */
  readonly time: string;
  readonly state: 'complete' | 'incomplete' | 'unreadable';
  /** Changes since the archive before; null if there was none to compare with, or if that is unknown. */
  readonly previous: Readonly<Counts> | null;
  /** `rehearsed: proven`, or what a rehearsal found; null if there was none. */
  readonly rehearsal?: string | null;
}

/** The numbers of the chart, also for people who cannot see it. */
function timelineTable(
  archives: readonly TimelineArchive[],
  marks: ReadonlyMap<string, string>,
  when: (archive: TimelineArchive) => string,
): string {
  const head = ['Archive', 'Started', 'Added', 'Changed', 'Removed', ''].map((title) =>
    title === '' ? '<td></td>' : `<th scope="col">${title}</th>`,
  );
  const rows = archives.map((archive) => {
    const notes = [
      ...(archive.state === 'complete' ? [] : [archive.state]),
      ...(archive.rehearsal ? [archive.rehearsal] : []),
      ...(marks.has(archive.file) ? [marks.get(archive.file) ?? ''] : []),
    ];
    const cells = KINDS.map(
      (kind) => `<td>${archive.previous === null ? '–' : count(archive.previous[kind])}</td>`,
    );
    const own = `<th scope="row">${shown(archive.file)}</th><td>${shown(when(archive))}</td>`;
    return `<tr>${own}${cells.join('')}<td>${shown(notes.join(', '))}</td></tr>`;
  });
  return `<details class="block"><summary>Show as a table</summary><table class="counts-table archives"><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></details>`;
}

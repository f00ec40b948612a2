import { type LogEntry, latestTime } from '../../changes/log-entry.ts';
import { type Clock, counted as countedText } from '../print/units.ts';
import { type Counts, count, countsHtml, KINDS, noCounts, plain, shown } from './html.ts';

/** Height of a lane, and of the marks in it, in pixels. */
const LANE = 22;
const MARK = 12;

/** More lanes are only counted. */
const MOST_LANES = 20;

/** Changes that are closer than this share of the time are one mark. */
const BINS = 1000;

/** The percentage of a mark's width, so that it stays visible. */
const MARK_WIDTH = 0.35;

interface Lane {
  readonly counts: Counts;
  /** By bin. */
  readonly marks: Map<number, Counts>;
}

/** The changes over time in lanes: one for each project, or for each type. */
export class Lanes {
  readonly #title: string;
  readonly #from: number;
  readonly #span: number;
  readonly #lanes = new Map<string, Lane>();

  /**
   * @param title what a lane stands for: `project`
   * @param from the oldest archive, in milliseconds, and `to` the newest
   */
  constructor(title: string, from: number, to: number) {
    this.#title = title;
    this.#from = from;
    this.#span = Math.max(to - from, 1);
  }

  add(name: string, entry: LogEntry): void {
    const lane = this.#lanes.get(name) ?? { counts: noCounts(), marks: new Map() };
    this.#lanes.set(name, lane);
    const share = (latestTime(entry) - this.#from) / this.#span;
    const bin = Math.min(Math.max(Math.round(share * BINS), 0), BINS);
    const mark = lane.marks.get(bin) ?? noCounts();
    lane.marks.set(bin, mark);
    lane.counts[entry.object.change] += 1;
    mark[entry.object.change] += 1;
  }

  /**
   * A chart of the lanes with the most changes, and the numbers of all as a table.
   *
   * @param ticks the times of the archives, in milliseconds
   */
  html(ticks: readonly number[], clock: Clock): string {
    const lanes = [...this.#lanes].sort(([a, own], [b, other]) => sum(other) - sum(own) || (a < b ? -1 : 1));
    if (lanes.length === 0) return '';
    const drawn = lanes.slice(0, MOST_LANES);
    const height = drawn.length * LANE;
    const id = `lanes-${this.#title}`;
    const grid = ticks.map(
      (time) =>
        `<line class="grid" x1="${this.#percent(time)}" x2="${this.#percent(time)}" y1="0" y2="${height}"/>`,
    );
    const marks = drawn.flatMap(([name, lane], at) =>
      [...lane.marks].map(([bin, counts]) => this.#mark(name, bin, counts, at, clock)),
    );
    const labels = drawn.map(([name], at) => `<text x="4" y="${at * LANE + 15}">${plain(name)}</text>`);
    const left = lanes.length - drawn.length;
    const more =
      left === 0 ? '' : `<p class="cut">${countedText(left, `more ${this.#title}`)} in the table below</p>`;
    return `<section><h3>By ${this.#title}</h3><figure><svg class="lanes" role="img" aria-labelledby="${id}" width="100%" height="${height}">
<title id="${id}">Changes over time by ${this.#title}; the table below has the numbers</title>
<svg class="zoomed" x="0" y="0" width="100%" height="${height}">${grid.join('')}${marks.join('')}</svg>
<g class="labels">${labels.join('')}</g></svg></figure>
${more}<details class="block"><summary>Show as a table</summary>${this.#table(lanes)}</details></section>\n`;
  }

  #mark(name: string, bin: number, counts: Counts, lane: number, clock: Clock): string {
    const when = clock(new Date(this.#from + (bin / BINS) * this.#span).toISOString());
    const words = KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${count(counts[kind])} ${kind}`);
    const kind = KINDS.reduce((most, each) => (counts[each] > counts[most] ? each : most), KINDS[0]);
    const x = Math.min((bin / BINS) * 100, 100 - MARK_WIDTH);
    return `<rect class="${kind}" x="${Number(x.toFixed(3))}%" width="${MARK_WIDTH}%" y="${lane * LANE + (LANE - MARK) / 2}" height="${MARK}"><title>${plain(`${name}, ${when}: ${words.join(', ')}`)}</title></rect>`;
  }

  #table(lanes: ReadonlyArray<readonly [string, Lane]>): string {
    const rows = lanes.map(
      ([name, { counts }]) => `<tr><th scope="row">${shown(name)}</th><td>${countsHtml(counts)}</td></tr>`,
    );
    return `<table class="counts-table"><thead><tr><th scope="col">${this.#title}</th><th scope="col">Changes</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
  }

  #percent(time: number): string {
    return `${Number((((time - this.#from) / this.#span) * 100).toFixed(3))}%`;
  }
}

function sum({ counts }: Lane): number {
  return counts.added + counts.changed + counts.removed;
}

import type { ObjectChange } from '../../changes/change.ts';
import { deletionNote } from '../changes/words.ts';
import { type Alike, alikeText, objectTitle, SEVERAL } from '../diff-words.ts';
import { type Counts, count, counted, countsHtml, KINDS, noCounts, shown } from './html.ts';
import { changesHint, type Item, Items, itemHtml } from './item.ts';

const MOST_ITEMS = 20_000;

/** Objects that stand open from the start: what a person takes in without a search. */
const MOST_OPEN = 12;

/** More are laid out as they come into sight. */
const FEW_ITEMS = 300;

/** The objects of a type in a project. */
export interface TypeGroup {
  readonly type: string;
  readonly counts: Counts;
  readonly items: Item[];
  /** Objects that are counted, but not listed. */
  left: number;
}

/** The objects of a project. */
export interface ProjectGroup {
  readonly id: string;
  /** As it is called on the page. */
  readonly title: string;
  readonly counts: Counts;
  readonly types: TypeGroup[];
}

/** Gathers the objects of a comparison, which come one after the other, into groups that know their counts. */
export class Listing {
  readonly projects: ProjectGroup[] = [];
  readonly #items = new Items();
  readonly #again: (object: ObjectChange) => string;
  #left = 0;

  /** @param again the command that shows an object whole */
  constructor(again: (object: ObjectChange) => string) {
    this.#again = again;
  }

  /** By project and type, as a comparison hands them out. */
  add(object: ObjectChange): void {
    const { change, changes } = object;
    const about = `${changes.length === 0 ? change : changesHint(changes)}${deletionNote(object)}`;
    this.#add(object.project ?? 'Cluster-scoped', object, 1, objectTitle(object), about);
  }

  /** What has changed alike in several projects, behind all others. */
  addAlike(told: Alike): void {
    const { object, projects, hasOtherNames } = told;
    const about = `${alikeText(told, Number.POSITIVE_INFINITY)}${deletionNote(object)}`;
    this.#add(SEVERAL, object, projects.length, objectTitle(object, hasOtherNames), about);
  }

  #add(place: string, object: ObjectChange, count: number, title: string, about: string): void {
    const { change, changes } = object;
    const project = this.#project(place);
    const type = typeGroup(project, object.type);
    for (const counts of [project.counts, type.counts]) counts[change] += count;
    if (this.#items.made === MOST_ITEMS) {
      this.#left += count;
      type.left += count;
      return;
    }
    type.items.push(this.#items.make({ sign: change, title, about, changes, again: this.#again(object) }));
  }

  /** The objects as HTML, piece by piece. */
  *html(): Generator<string> {
    const isOpen = this.#items.made <= MOST_OPEN;
    for (const { id, title, counts, types } of this.projects) {
      yield `<section class="group" id="${id}"><h3><span class="label">${shown(title)}</span> ${countsHtml(counts)}</h3>\n`;
      for (const { type, counts: own, items, left } of types) {
        yield `<section class="group"><h4><span class="label">${shown(type)}</span> ${countsHtml(own)}</h4><ul>\n`;
        for (const item of items) yield `${itemHtml(item, isOpen)}\n`;
        yield `</ul>${left === 0 ? '' : `<p class="cut">${counted(left, 'more object')} not listed</p>`}</section>\n`;
      }
      yield '</section>\n';
    }
  }

  get hasMany(): boolean {
    return this.#items.made > FEW_ITEMS;
  }

  /** Objects that are counted, but not listed. */
  get left(): number {
    return this.#left;
  }

  #project(title: string): ProjectGroup {
    const last = this.projects.at(-1);
    if (last?.title === title) return last;
    const group = { id: `p${this.projects.length + 1}`, title, counts: noCounts(), types: [] };
    this.projects.push(group);
    return group;
  }
}

function typeGroup({ types }: ProjectGroup, type: string): TypeGroup {
  const last = types.at(-1);
  if (last?.type === type) return last;
  const group = { type, counts: noCounts(), items: [], left: 0 };
  types.push(group);
  return group;
}

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

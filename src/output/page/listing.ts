import type { ObjectChange } from '../../changes/change.ts';
import { authorTexts } from '../changes/authors.ts';
import { deletionNote } from '../changes/words.ts';
import { type Alike, alikeText, objectTitle, SEVERAL } from '../diff-words.ts';
import { type Counts, count, counted, countsHtml, KINDS, noCounts, shown } from './html.ts';
import { changesHint, itemHtml, type PageItem, PageItems } from './item.ts';

const MOST_ITEMS = 20_000;

/** With more objects than this, all are closed at first. */
const MOST_OPEN = 12;

/** With more objects than this, each is laid out only when it is scrolled into view. */
const FEW_ITEMS = 300;

/** The objects of a type in a project. */
export interface TypeGroup {
  readonly type: string;
  readonly counts: Counts;
  readonly items: PageItem[];
  /** Objects that are counted but not listed. */
  left: number;
}

/** The objects of a project. */
export interface ProjectGroup {
  readonly id: string;
  /** The heading on the page. */
  readonly title: string;
  readonly counts: Counts;
  readonly types: TypeGroup[];
}

/** Collects the objects of a comparison in groups with counts. */
export class Listing {
  readonly projects: ProjectGroup[] = [];
  readonly #items = new PageItems();
  readonly #commandFor: (object: ObjectChange) => string;
  readonly #zone: string;
  #left = 0;

  /**
   * @param commandFor gives the command that shows an object in full
   * @param zone IANA zone of the times
   */
  constructor(commandFor: (object: ObjectChange) => string, zone: string) {
    this.#commandFor = commandFor;
    this.#zone = zone;
  }

  /** Adds an object; they come sorted by project and type. */
  add(object: ObjectChange): void {
    const { change, changes } = object;
    const about = `${changes.length === 0 ? change : changesHint(changes)}${deletionNote(object)}`;
    this.#add(object.project ?? 'Cluster-scoped', object, 1, objectTitle(object), about);
  }

  /** Adds an object that changed alike in several projects; these come last. */
  addAlike(alike: Alike): void {
    const { object, projects, hasOtherNames } = alike;
    const about = `${alikeText(alike, Number.POSITIVE_INFINITY)}${deletionNote(object)}`;
    this.#add(SEVERAL, object, projects.length, objectTitle(object, hasOtherNames), about);
  }

  #add(heading: string, object: ObjectChange, count: number, title: string, about: string): void {
    const { change, changes } = object;
    const project = this.#project(heading);
    const type = typeGroup(project, object.type);
    for (const counts of [project.counts, type.counts]) counts[change] += count;
    if (this.#items.made === MOST_ITEMS) {
      this.#left += count;
      type.left += count;
      return;
    }
    const authors = authorTexts(object, this.#zone);
    const command = this.#commandFor(object);
    type.items.push(this.#items.make({ sign: change, title, about, changes, authors, command }));
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

  /** Objects that are counted but not listed. */
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

/** Longer tables are closed at first, so that the changes are near the top. */
const MOST_OPEN_ROWS = 40;

/** A table of the numbers of objects by project and type, with links to them. */
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

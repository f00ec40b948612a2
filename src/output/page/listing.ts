import type { ObjectChange } from '../../changes/change.ts';
import { type Counts, countsHtml, noCounts } from './counts.ts';
import { counted, shown } from './escape.ts';
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
    const { change, name, changes } = object;
    const project = this.#project(object.project);
    const type = typeGroup(project, object.type);
    for (const counts of [project.counts, type.counts]) counts[change] += 1;
    if (this.#items.made === MOST_ITEMS) {
      this.#left += 1;
      return;
    }
    const about = changes.length === 0 ? change : changesHint(changes);
    type.items.push(
      this.#items.make({ sign: change, title: name, about, changes, again: this.#again(object) }),
    );
  }

  /** The objects as HTML, piece by piece. */
  *html(): Generator<string> {
    const isOpen = this.#items.made <= MOST_OPEN;
    for (const { id, title, counts, types } of this.projects) {
      yield `<section class="group" id="${id}"><h3><span class="label">${shown(title)}</span> ${countsHtml(counts)}</h3>\n`;
      for (const { type, counts: own, items } of types) {
        yield `<section class="group"><h4><span class="label">${shown(type)}</span> ${countsHtml(own)}</h4><ul>\n`;
        for (const item of items) yield `${itemHtml(item, isOpen)}\n`;
        const left = own.added + own.changed + own.removed - items.length;
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

  #project(name: string | null): ProjectGroup {
    const title = name ?? 'Cluster-scoped';
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
  const group = { type, counts: noCounts(), items: [] };
  types.push(group);
  return group;
}

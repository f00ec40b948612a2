import { typeChoice } from '../../types/type-words.ts';
import { isLiteral } from '../../words/glob.ts';
import type { ArchiveIndex } from '../archive-index.ts';
import type { Item } from '../item.ts';
import { Dependencies } from './dependencies.ts';
import { type Selection, SelectionFilter } from './selection.ts';

/**
 * Whether an object is restored. A `dependency` was not selected, but a selected object depends on it: it is
 * created if it does not exist, and never changed if it does, since other projects use it, too. `explicit`
 * objects were selected by their name or type, or by --cluster-resources yes.
 */
export type Choice =
  | { readonly kind: 'selected'; readonly explicit: boolean }
  | { readonly kind: 'dependency' }
  | { readonly kind: 'omitted'; readonly reason: string };

const EXPLICIT: Choice = { kind: 'selected', explicit: true };
const SELECTED: Choice = { kind: 'selected', explicit: false };
const DEPENDENCY: Choice = { kind: 'dependency' };

const NOT_NEEDED =
  'cluster-scoped, and no restored object depends on it; --cluster-resources yes restores it';

/**
 * Selects the objects to restore: first every namespaced object, then, when the dependencies have seen all
 * selected objects, every cluster-scoped one.
 */
export class Chooser {
  readonly #selection: Selection;
  readonly #filter: SelectionFilter;
  readonly #isTypeNamed: (type: string) => boolean;
  readonly dependencies: Dependencies;

  constructor(selection: Selection, archiveIndex: ArchiveIndex) {
    const types = [...archiveIndex.types.values()];
    const clusterScoped = types.filter(({ projects }) => projects.size === 0);
    this.#selection = selection;
    this.#filter = new SelectionFilter(selection, types);
    this.dependencies = new Dependencies(selection, clusterScoped, this.#filter);
    this.#isTypeNamed = typeChoice(selection.resources.filter(isLiteral), types);
  }

  /** Whether objects are restored to a project. */
  readonly isRestored = (project: string): boolean => this.#filter.isRestored(project);

  ofProject(item: Item, project: string): Choice {
    const whyNot = this.#filter.whyNotOfProject(item, project);
    if (whyNot !== null) return omitted(whyNot);
    return this.#selection.clusterResources === 'yes' || this.#filter.isNamed(item) ? EXPLICIT : SELECTED;
  }

  /**
   * With `auto`, cluster-scoped objects are selected if they are named, or if others depend on them.
   */
  ofCluster(item: Item): Choice {
    const { clusterResources } = this.#selection;
    const excluded = this.#filter.whyExcluded(item.type);
    if (excluded !== null) return omitted(excluded);
    if (item.type === 'namespaces' && !this.#filter.hasProject(item.name))
      return omitted('the project is not selected');
    if (this.#filter.isNamed(item)) return EXPLICIT;
    if (clusterResources === 'no') return omitted('by --cluster-resources no');
    const isAsked = clusterResources === 'yes' || this.#isTypeNamed(item.type);
    const whyNot = this.#filter.whyNotObject(item);
    if (isAsked && whyNot === null) return EXPLICIT;
    if (clusterResources === 'auto' && this.dependencies.has(item))
      return this.dependencies.isPart(item) ? SELECTED : DEPENDENCY;
    return omitted(whyNot !== null && isAsked ? whyNot : NOT_NEEDED);
  }
}

function omitted(reason: string): Choice {
  return { kind: 'omitted', reason };
}

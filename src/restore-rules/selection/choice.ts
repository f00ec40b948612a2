import { typeChoice } from '../../types/type-words.ts';
import { isLiteral } from '../../words/glob.ts';
import type { ArchiveIndex } from '../archive-index.ts';
import type { Item } from '../item.ts';
import { Dependencies } from './dependencies.ts';
import { type Selection, SelectionFilter } from './selection.ts';

/**
 * Whether an object is restored. A `dependency` was not asked for, but what was asked for
 * needs it: it is created where it does not exist and never changed where it does, since
 * other projects use it, too.
 */
export type Choice =
  | { readonly kind: 'selected' }
  | { readonly kind: 'dependency' }
  | { readonly kind: 'omitted'; readonly reason: string };

const SELECTED: Choice = { kind: 'selected' };
const DEPENDENCY: Choice = { kind: 'dependency' };

const NOT_NEEDED =
  'cluster-scoped, and nothing that is restored depends on it; --cluster-resources yes restores it';

/**
 * Which objects of an archive are restored. Of the cluster-scoped ones `auto` takes
 * those that are asked for by name, and those that others depend on (see Dependencies).
 */
export function choiceOf(selection: Selection, archiveIndex: ArchiveIndex): (item: Item) => Choice {
  const types = [...archiveIndex.types.values()];
  const filter = new SelectionFilter(selection, types);
  const dependencies = new Dependencies(selection, archiveIndex, filter);
  const { clusterResources, resources } = selection;
  const isNamed = typeChoice(resources.filter(isLiteral), types);

  const ofCluster = (item: Item): Choice => {
    const excluded = filter.whyExcluded(item.type);
    if (excluded !== null) return choice(excluded);
    if (item.type === 'namespaces' && !filter.hasProject(item.name))
      return choice('the project is not selected');
    if (filter.isSingle(item)) return SELECTED;
    if (clusterResources === 'no') return choice('by --cluster-resources no');
    const isAsked = clusterResources === 'yes' || isNamed(item.type);
    const whyNot = filter.whyNotObject(item);
    if (isAsked && whyNot === null) return SELECTED;
    if (clusterResources === 'auto' && dependencies.has(item))
      return dependencies.isPart(item) ? SELECTED : DEPENDENCY;
    return choice(isAsked ? whyNot : NOT_NEEDED);
  };
  return (item) =>
    item.project === null ? ofCluster(item) : choice(filter.whyNotOfProject(item, item.project));
}

function choice(whyNot: string | null): Choice {
  return whyNot === null ? SELECTED : { kind: 'omitted', reason: whyNot };
}

import { type Fields, isFields, type List, same, type Value } from '../json/value.ts';
import { EMPTY_INDEX } from './archive-index.ts';
import { edited, listAt, textAt, valueAt, without, withValue } from './edit.ts';
import type { Item } from './item.ts';
import { normalForm } from './rewrite.ts';
import type { RewriteOptions, RuleContext } from './rule.ts';
import { rulesOf } from './rule-table.ts';

/** Three versions of an object that serves several projects. */
interface Versions {
  /** As it would be created for the copy of a project. */
  readonly ours: Fields;
  /** The same with the original names of the projects: what differs is what the copy needs. */
  readonly unmapped: Fields;
  readonly live: Fields;
}

const NAME = 'kubernetes.io/metadata.name';
const LISTING = new Set(['In', 'NotIn']);

/**
 * An existing object that serves several projects, such as a ClusterRoleBinding, with what a copy of a
 * project needs in it: the copy gets the same as the original project and takes nothing away from it. The
 * column `shared` of the rule table says which lists and selectors are merged.
 *
 * @param item as it would be created
 * @param whole whether all other fields are those of the archive, not those of the live object
 * @returns null if it names no project that is restored under another name
 */
export function mergedIntoShared(
  item: Item,
  live: Fields,
  options: RewriteOptions,
  whole: boolean,
): Item | null {
  const rows = rulesOf(item.type).changes.filter(({ shared }) => shared !== undefined);
  if (options.mapping.size === 0 || rows.length === 0) return null;
  const context = reversed(item, options);
  const unmapped = rows.reduce((left, row) => row.change(left, context, () => {}), item.fields);
  if (unmapped === item.fields) return null;
  const versions = { ours: item.fields, unmapped, live };
  const base = whole ? item.fields : normalForm({ ...item, fields: live }, options).fields;
  const fields = rows.reduce((merged, { shared }) => {
    const lists = (shared?.lists ?? []).reduce((left, path) => withList(left, path, versions), merged);
    return (shared?.selectors ?? []).reduce((left, path) => withSelector(left, path, versions), lists);
  }, base);
  return { ...item, fields };
}

/** The rules of a mapping in the other direction: from the copies to the original projects. */
function reversed(item: Item, options: RewriteOptions): RuleContext {
  const mapping = new Map([...options.mapping].map(([from, to]) => [to, from]));
  return {
    options: { ...options, mapping },
    archiveIndex: EMPTY_INDEX,
    facts: { hasStatus: true },
    item,
    target: (project) => mapping.get(project) ?? project,
  };
}

/** The list at a path: all items of the live object, then those that the copy needs. */
function withList(base: Fields, path: string, { ours, unmapped, live }: Versions): Fields {
  const at = (fields: Fields) => listAt(fields, ...path.split('.'));
  const needed = changedItems(at(ours), at(unmapped));
  return needed.length === 0 ? base : withValue(base, path, union(at(live), needed));
}

/**
 * The namespace selector at a path selects what the live one selects, and the copy. Items of a list
 * (`webhooks[*].namespaceSelector`) are paired by their names.
 */
function withSelector(base: Fields, path: string, versions: Versions): Fields {
  const [list = '', below] = path.split('[*].');
  if (below !== undefined)
    return edited(base, `${list}[*]`, (item) => {
      const named = (fields: Fields) =>
        listAt(fields, list)
          .filter(isFields)
          .find((each) => textAt(each, 'name') === textAt(item, 'name'));
      const [ours, unmapped, live] = [named(versions.ours), named(versions.unmapped), named(versions.live)];
      return isFields(item) && ours && unmapped && live
        ? withSelector(item, below, { ours, unmapped, live })
        : item;
    });
  return edited(base, path, (selector) => {
    const at = (fields: Fields) => valueAt(fields, ...path.split('.'));
    const [ours, unmapped, live] = [at(versions.ours), at(versions.unmapped), at(versions.live)];
    if (!isFields(ours) || !isFields(unmapped) || !isFields(live) || same(ours, unmapped)) return selector;
    return selectingBoth({ ours, unmapped, live }) ?? selector;
  });
}

/** The live selector with the name of the copy; null if the two differ in more than names of projects. */
function selectingBoth({ ours, unmapped, live }: Versions): Fields | null {
  const [mine, before, others] = [byName(ours), byName(unmapped), byName(live)];
  if (mine === null || before === null || others === null) return null;
  if (mine.operator !== others.operator || !same(mine.rest, others.rest)) return null;
  const names = union(others.names, changedItems(mine.names, before.names));
  if (names.length === others.names.length) return live;
  const expression = new Map<string, Value>([
    ['key', NAME],
    ['operator', mine.operator],
    ['values', names],
  ]);
  return withValue(mine.rest, 'matchExpressions', [...listAt(mine.rest, 'matchExpressions'), expression]);
}

/** The names by which a selector selects projects, and the rest of it; null if it does not do so exactly once. */
function byName(selector: Fields) {
  const label = textAt(selector, 'matchLabels', NAME);
  const isByName = (each: Value) => textAt(each, 'key') === NAME;
  const [expression, second] = listAt(selector, 'matchExpressions').filter(isByName);
  if (second !== undefined || (label === null) === (expression === undefined)) return null;
  const operator = label === null ? (textAt(expression, 'operator') ?? '') : 'In';
  if (!LISTING.has(operator)) return null;
  const rest = edited(without(selector, `matchLabels[${NAME}]`), 'matchExpressions[*]', (each) =>
    isByName(each) ? undefined : each,
  );
  return { operator, names: label === null ? listAt(expression, 'values') : [label], rest };
}

/** The items that are not the same in another list at the same position. */
function changedItems(list: List, other: List): List {
  return list.filter((each, at) => !same(each, other[at] ?? null));
}

/** The items of a list, then those of another one that it lacks, each once. */
function union(list: List, others: List): List {
  const all = [...list];
  for (const each of others) if (!all.some((known) => same(known, each))) all.push(each);
  return all;
}

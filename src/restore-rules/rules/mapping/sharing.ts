import { type Fields, isFields, same, type Value } from '../../../json/value.ts';
import { edited, listAt, textAt, valueAt, without, withValue } from '../../edit.ts';

/** An object that is to be restored for a copy of a project, and the one that is there. */
export interface Copy {
  readonly ours: Fields;
  /** Ours with the names of before: what differs from it is the copy's. */
  readonly unmapped: Fields;
  readonly live: Fields;
}

/** Ours (or the one that is there) with what the latter holds, and what the copy needs besides. */
export type Merge = (base: Fields, copy: Copy) => Fields;

const NAME = 'kubernetes.io/metadata.name';
const LISTING = new Set(['In', 'NotIn']);

/** Lists at these paths keep what they hold and get what the copy lacks. */
export function joinedLists(...paths: readonly string[]): Merge {
  return (base, copy) =>
    paths.reduce((left, path) => {
      const [ours, unmapped, kept] = [copy.ours, copy.unmapped, copy.live].map((fields) =>
        listAt(fields, ...path.split('.')),
      );
      const added = unlike(ours ?? [], unmapped ?? []);
      return added.length === 0 ? left : withValue(left, path, joined(kept ?? [], added));
    }, base);
}

/** Selectors of namespaces at a path go on selecting what they did, and select the copy besides. */
export function joinedSelectors(path: string): Merge {
  const keys = path.split('.');
  return (base, { ours, unmapped, live }) =>
    edited(base, path, (selector) => {
      const [mine, before, other] = [ours, unmapped, live].map((fields) => valueAt(fields, ...keys));
      if (!isFields(mine) || !isFields(before) || !isFields(other) || same(mine, before)) return selector;
      return selectingBoth({ ours: mine, unmapped: before, live: other }) ?? selector;
    });
}

/** The same for those of webhooks, which have names. */
export const joinedWebhooks: Merge = (base, copy) =>
  edited(base, 'webhooks[*]', (webhook) => {
    const named = (fields: Fields) =>
      listAt(fields, 'webhooks')
        .filter(isFields)
        .find((each) => textAt(each, 'name') === textAt(webhook, 'name'));
    const [ours, unmapped, live] = [named(copy.ours), named(copy.unmapped), named(copy.live)];
    if (!isFields(webhook) || !ours || !unmapped || !live) return webhook;
    return joinedSelectors('namespaceSelector')(webhook, { ours, unmapped, live });
  });

/** Selects what the one that is there does, and the copy; null where the two differ in anything but names. */
function selectingBoth({ ours, unmapped, live }: Copy): Fields | null {
  const [mine, before, others] = [byName(ours), byName(unmapped), byName(live)];
  if (mine === null || before === null || others === null) return null;
  if (mine.operator !== others.operator || !same(mine.rest, others.rest)) return null;
  const names = joined(others.names, unlike(mine.names, before.names));
  if (names.length === others.names.length) return live;
  const expression = new Map<string, Value>([
    ['key', NAME],
    ['operator', mine.operator],
    ['values', names],
  ]);
  return withValue(mine.rest, 'matchExpressions', [...listAt(mine.rest, 'matchExpressions'), expression]);
}

/** The names by which a selector selects, and the rest of it; null where it does not do so once. */
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

/** Those that are not the same in another list at the same place. */
function unlike(list: readonly Value[], other: readonly Value[]): readonly Value[] {
  return list.filter((each, at) => !same(each, other[at] ?? null));
}

function joined(kept: readonly Value[], ours: readonly Value[]): readonly Value[] {
  return [...kept, ...ours.filter((each) => !kept.some((other) => same(each, other)))];
}

import type { Fields } from '../json/value.ts';
import { EMPTY_INDEX } from './archive-index.ts';
import type { Item } from './item.ts';
import { normalForm } from './rewrite.ts';
import type { RewriteOptions, RuleContext } from './rule.ts';
import { rulesOf } from './rule-table.ts';

/**
 * An object as it is to be where another is there that serves other projects, too: a copy
 * of a project gets the same besides, and takes nothing away from the first.
 *
 * @param item as it is to be created
 * @param whole whether the rest of it is to be as in the archive, not as it is there
 * @returns null where it names no project that comes back under another name
 */
export function mergedIntoShared(
  item: Item,
  live: Fields,
  options: RewriteOptions,
  whole: boolean,
): Item | null {
  const rows = rulesOf(item.type).changes.filter(({ merge }) => merge !== undefined);
  if (options.mapping.size === 0 || rows.length === 0) return null;
  const context = unmapping(item, options);
  const unmapped = rows.reduce((left, row) => row.change(left, context, () => {}), item.fields);
  if (unmapped === item.fields) return null;
  const base = whole ? item.fields : normalForm({ ...item, fields: live }, options).fields;
  const copy = { ours: item.fields, unmapped, live };
  return { ...item, fields: rows.reduce((left, { merge }) => merge?.(left, copy) ?? left, base) };
}

/** With the names of the copies for those of before. */
function unmapping(item: Item, options: RewriteOptions): RuleContext {
  const mapping = new Map([...options.mapping].map(([from, to]) => [to, from]));
  const target = (project: string) => mapping.get(project) ?? project;
  return {
    options: { ...options, mapping },
    archiveIndex: EMPTY_INDEX,
    facts: { hasStatus: true },
    item,
    target,
  };
}

import type { Item } from './item.ts';
import type { Facts, RewriteOptions } from './rule.ts';
import { rulesOf } from './rule-table.ts';
import { NOTHING } from './surroundings.ts';

/**
 * An object of the cluster less all that a restore would not have sent: what the rules
 * take from the object of an archive is no difference where the server has put it back.
 */
export function normalForm(item: Item, options: RewriteOptions): Item {
  const facts: Facts = {
    options: { ...options, mapping: new Map(), replacements: [], suspend: false },
    surroundings: NOTHING,
    item,
    target: (project) => project,
  };
  const fields = rulesOf(item.type).changes.reduce(
    (left, row) => row.change(left, facts, () => {}),
    item.fields,
  );
  return { ...item, fields };
}

import { EMPTY_INDEX } from './archive-index.ts';
import type { Item } from './item.ts';
import type { RewriteOptions, RuleContext } from './rule.ts';
import { rulesOf } from './rule-table.ts';

/**
 * An object of the cluster less all that a restore would not have sent: what the rules
 * take from the object of an archive is no difference where the server has put it back.
 */
export function normalForm(item: Item, options: RewriteOptions): Item {
  const context: RuleContext = {
    options: { ...options, mapping: new Map(), replacements: [], suspend: false },
    archiveIndex: EMPTY_INDEX,
    item,
    target: (project) => project,
  };
  const fields = rulesOf(item.type).changes.reduce(
    (left, row) => row.change(left, context, () => {}),
    item.fields,
  );
  return { ...item, fields };
}

import type { Condition } from '../changes/noise/row.ts';
import { bookkeepingOf, type FieldRule } from '../changes/noise/rules.ts';
import { NOTHING, without } from '../changes/path.ts';
import { type Fields, isFields } from '../json/value.ts';
import { valueAt } from './edit.ts';

/** Owners are relinked: their uids are those of the cluster by then. */
const RELINKED = 'metadata.ownerReferences';
/** Whoever selects by these, such as a Job with a selector of its own, needs them from the beginning. */
const SENT = /^(?:metadata\.labels|spec\.selector|spec\.template)\b/;

const byType = new Map<
  string,
  { readonly all: readonly FieldRule[]; readonly unsent: readonly FieldRule[] }
>();

/**
 * An object without what controllers and the server write into it again, whatever is sent. Both
 * the archived and the live object lose it before they are compared.
 */
export function withoutBookkeeping(fields: Fields, type: string): Fields {
  return withoutAggregated(less(fields, rowsOf(type).all));
}

/** The same for an object that is created, which keeps what selectors go by. */
export function asCreated(fields: Fields, type: string): Fields {
  return less(fields, rowsOf(type).unsent);
}

function rowsOf(type: string) {
  const known = byType.get(type);
  if (known !== undefined) return known;
  const all = bookkeepingOf(type).filter(({ row }) => !row.path.startsWith(RELINKED));
  const made = { all, unsent: all.filter(({ row }) => !SENT.test(row.path)) };
  byType.set(type, made);
  return made;
}

function less(fields: Fields, rows: readonly FieldRule[]): Fields {
  let left = fields;
  for (const { row, pattern } of rows) {
    if (row.when?.every((condition) => isMet(fields, condition)) === false) continue;
    const after = without(left, pattern, () => NOTHING);
    if (after !== NOTHING && isFields(after)) left = after;
  }
  return left;
}

/**
 * The rules of an aggregated ClusterRole are gathered from others: an update of them is a conflict
 * with the controller, and lost.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
function withoutAggregated(fields: Fields): Fields {
  if (!isFields(valueAt(fields, 'aggregationRule')) || !fields.has('rules')) return fields;
  return new Map([...fields].filter(([key]) => key !== 'rules'));
}

/** Rows of bookkeeping ask for labels and annotations alone. */
function isMet(fields: Fields, condition: Condition): boolean {
  switch (condition.kind) {
    case 'label': {
      const value = valueAt(fields, 'metadata', 'labels', condition.key);
      return condition.value === undefined ? value !== undefined : value === condition.value;
    }
    case 'annotation':
      return valueAt(fields, 'metadata', 'annotations', condition.key) !== undefined;
    case 'field':
      return valueAt(fields, ...condition.path) === condition.value;
    default:
      return false;
  }
}

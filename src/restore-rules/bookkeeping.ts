import type { Condition } from '../changes/noise/row.ts';
import { bookkeepingOf, type FieldRule } from '../changes/noise/rules.ts';
import { NOTHING, without } from '../changes/path.ts';
import { type Fields, isFields } from '../json/value.ts';
import { valueAt } from './edit.ts';

/** Owners are relinked, so that their uids are those of the cluster. */
const RELINKED = 'metadata.ownerReferences';
/** Selectors may need these from the beginning, such as that of a Job with manualSelector. */
const SENT = /^(?:metadata\.labels|spec\.selector|spec\.template)\b/;

const byType = new Map<
  string,
  { readonly all: readonly FieldRule[]; readonly unsent: readonly FieldRule[] }
>();

/**
 * An object without the fields that controllers and the server always write themselves. They are removed
 * from the archived and the live object before these are compared.
 */
export function withoutBookkeeping(fields: Fields, type: string): Fields {
  return withoutAggregated(less(fields, rowsOf(type).all));
}

/** The same for an object that is created, which keeps the fields that selectors may need. */
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
 * The rules of an aggregated ClusterRole are collected from others by a controller, which would overwrite
 * an update.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
function withoutAggregated(fields: Fields): Fields {
  if (!isFields(valueAt(fields, 'aggregationRule')) || !fields.has('rules')) return fields;
  return new Map([...fields].filter(([key]) => key !== 'rules'));
}

/** Rows of bookkeeping have conditions on labels, annotations and fields only. */
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

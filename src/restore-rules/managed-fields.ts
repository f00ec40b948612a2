import { type Fields, isFields, type List, Raw, type Value } from '../json/value.ts';
import { textAt, valueAt } from './edit.ts';

/**
 * The owned fields at a path of an object, one value per manager that owns any of them: `f:spec`, `f:ports`, and below them
 * keys such as `k:{"port":80,"protocol":"TCP"}`. Values that the server assigned (a node port, an address) have no manager,
 * unless a client asked for them.
 *
 * @param path names of fields, without `f:`
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function ownedAt(managedFields: List, ...path: readonly string[]): readonly Value[] {
  const keys = ['fieldsV1', ...path.map((name) => `f:${name}`)];
  return managedFields.flatMap((entry) => {
    if (textAt(entry, 'subresource') === 'status') return [];
    const owned = valueAt(entry, ...keys);
    return owned === undefined ? [] : [owned];
  });
}

/**
 * Whether a manager owns any field that an object has. Fields that only a controller uses (a revision, a binding) are
 * not in an archive. For lists and sets, it is enough that the object has them.
 */
export function ownsAnyOf(entry: Value, fields: Fields): boolean {
  const owned = valueAt(entry, 'fieldsV1');
  return isFields(owned) && hasAnyOf(fields, owned);
}

function hasAnyOf(value: Value | undefined, owned: Fields): boolean {
  if (value === undefined) return false;
  if (!isFields(value)) return true;
  const below = [...owned].filter(([key]) => key !== '.');
  // The whole of it, or that it is there.
  if (below.length === 0) return true;
  return below.some(([key, each]) => !isFields(each) || hasAnyOf(value.get(key.replace(/^f:/, '')), each));
}

/** Whether a manager owns a field of an item of a list. */
export function isOwnedInItem(
  owned: readonly Value[],
  item: Value,
  keys: readonly string[],
  field: string,
): boolean {
  return owned.some((list) => {
    if (!isFields(list)) return false;
    for (const [key, below] of list)
      if (isFields(below) && below.has(`f:${field}`) && isKeyOf(key, item, keys)) return true;
    return false;
  });
}

/** `k:{"port":80,"protocol":"TCP"}` names the item with these values. */
function isKeyOf(key: string, item: Value, keys: readonly string[]): boolean {
  if (!key.startsWith('k:')) return false;
  const named = textsIn(key.slice(2));
  return named !== null && keys.every((each) => named.get(each) === textOf(valueAt(item, each)));
}

function textsIn(json: string): ReadonlyMap<string, string> | null {
  try {
    return new Map(Object.entries(JSON.parse(json)).map(([key, value]) => [key, String(value)]));
  } catch {
    return null;
  }
}

function textOf(value: Value | undefined): string | undefined {
  if (value instanceof Raw) return value.json;
  return typeof value === 'string' ? value : undefined;
}

import { steps } from '../json/pruning-paths.ts';
import { type Fields, isFields, isList, type List, type Value } from '../json/value.ts';

/** The new value for an existing one; the same to keep it, undefined to remove it. */
export type Change = (value: Value) => Value | undefined;

/** If these become empty, they are removed, too. */
const GO_WHEN_EMPTIED: ReadonlySet<string> = new Set([
  'annotations',
  'labels',
  'matchLabels',
  'nodeSelector',
]);
const compiled = new Map<string, readonly string[]>();

/**
 * Fields with every value at a path changed, `spec.ports[*].nodePort` or
 * `metadata.annotations[a.b/c]`; the same object if nothing changes. Lists
 * that lose their last item are removed.
 */
export function edited(fields: Fields, path: string, change: Change): Fields {
  const after = editAt(fields, stepsOf(path), 0, change);
  return isFields(after) ? after : fields;
}

/** Fields without what is at these paths. */
export function without(fields: Fields, ...paths: readonly string[]): Fields {
  return paths.reduce((left, path) => edited(left, path, () => undefined), fields);
}

/** Fields without those keys of the object at a path (labels, annotations) for which a test is true. */
export function withoutKeys(fields: Fields, path: string, isGone: (key: string) => boolean): Fields {
  return edited(fields, path, (found) => {
    if (!isFields(found) || ![...found.keys()].some(isGone)) return found;
    const left = [...found].filter(([key]) => !isGone(key));
    return left.length === 0 ? undefined : new Map(left);
  });
}

/** Fields with a value at a path of plain keys; missing objects on the way are created. */
export function withValue(fields: Fields, path: string, value: Value): Fields {
  return setAt(fields, stepsOf(path), 0, value);
}

/** Fields whose values at these paths of plain keys are those of another object, which may have none. */
export function keepingValues(fields: Fields, live: Fields, paths: readonly string[]): Fields {
  return paths.reduce((left, path) => {
    const value = valueAt(live, ...stepsOf(path));
    return value === undefined ? edited(left, path, () => undefined) : withValue(left, path, value);
  }, fields);
}

/** The path of a label of an object. */
export function labelPath(label: string): string {
  return `metadata.labels[${label}]`;
}

/** The value at a path of keys, or undefined. */
export function valueAt(value: Value | undefined, ...keys: readonly string[]): Value | undefined {
  let here = value;
  for (const key of keys) here = isFields(here) ? here.get(key) : undefined;
  return here;
}

/** The text at a path of keys, or null. */
export function textAt(value: Value | undefined, ...keys: readonly string[]): string | null {
  const found = valueAt(value, ...keys);
  return typeof found === 'string' ? found : null;
}

/** The list at a path of keys; empty where there is none. */
export function listAt(value: Value | undefined, ...keys: readonly string[]): List {
  const found = valueAt(value, ...keys);
  return isList(found) ? found : [];
}

function stepsOf(path: string): readonly string[] {
  const known = compiled.get(path) ?? steps(path);
  compiled.set(path, known);
  return known;
}

function editAt(value: Value, path: readonly string[], at: number, change: Change): Value | undefined {
  const step = path[at];
  if (step === undefined) return change(value);
  if (step === '*') return isList(value) ? editEach(value, path, at, change) : value;
  if (!isFields(value)) return value;
  const before = value.get(step);
  if (before === undefined) return value;
  const after = editAt(before, path, at + 1, change);
  if (after === before) return value;
  const copy = new Map(value);
  if (after === undefined) copy.delete(step);
  else copy.set(step, after);
  return copy.size === 0 && GO_WHEN_EMPTIED.has(path[at - 1] ?? '') ? undefined : copy;
}

function editEach(list: List, path: readonly string[], at: number, change: Change): Value | undefined {
  const after: Value[] = [];
  let same = true;
  for (const each of list) {
    const left = editAt(each, path, at + 1, change);
    same &&= left === each;
    if (left !== undefined) after.push(left);
  }
  if (same) return list;
  return after.length === 0 ? undefined : after;
}

function setAt(fields: Fields, path: readonly string[], at: number, value: Value): Fields {
  const step = path[at];
  if (step === undefined) return fields;
  const here = fields.get(step);
  const below =
    at === path.length - 1 ? value : setAt(isFields(here) ? here : new Map(), path, at + 1, value);
  return new Map(fields).set(step, below);
}

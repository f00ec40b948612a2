import { isFields, isList, Masked, Raw, type Value } from '../json/value.ts';
import type { Change } from './change.ts';

/** What a value costs besides its text: an empty object is a Map all the same. */
const EACH = 100;

/** About how much memory changes take, in bytes. */
export function weightOf(changes: readonly Change[]): number {
  return changes.reduce(
    (total, change) => total + EACH * (1 + change.path.length) + weightOfChange(change),
    0,
  );
}

function weightOfChange(change: Change): number {
  switch (change.kind) {
    case 'added':
    case 'removed':
      return weightOfValue(change.value);
    case 'text':
      return change.hunks.reduce((total, { lines }) => total + EACH + weightOfValue(lines), 0);
    case 'changed':
    case 'reordered':
      return weightOfValue(change.before) + weightOfValue(change.after);
  }
}

function weightOfValue(value: Value): number {
  if (typeof value === 'string') return EACH + value.length;
  if (value instanceof Raw) return EACH + value.json.length;
  if (value instanceof Masked) return EACH + Masked.textOf(value).length;
  let weight = EACH;
  if (isList(value)) for (const each of value) weight += weightOfValue(each);
  else if (isFields(value)) for (const [key, each] of value) weight += key.length + weightOfValue(each);
  return weight;
}

import { steps } from '../../json/pruning-paths.ts';
import { type Fields, same, type Value } from '../../json/value.ts';
import { edited, listAt, valueAt, withValue } from '../edit.ts';

/**
 * A trimmed object with the subjects in these lists that the live one has and that were
 * trimmed: others use it, too. In the order of the live one, so that an equal list is equal.
 */
export function keepingSubjects(
  trimmed: Fields,
  live: Fields,
  lists: readonly string[],
  isTrimmed: (subject: Value) => boolean,
): Fields {
  return lists.reduce((left, list) => {
    const [ours, theirs] = [listAt(left, list), listAt(live, list)];
    const isIn = (subject: Value, among: readonly Value[]) => among.some((each) => same(each, subject));
    const kept = theirs.filter((subject) => isTrimmed(subject) || isIn(subject, ours));
    const added = ours.filter((subject) => !isIn(subject, kept));
    return kept.length === 0 ? left : withValue(left, list, [...kept, ...added]);
  }, trimmed);
}

/** A trimmed object with the values that the live one has at these paths of plain keys. */
export function keepingValues(trimmed: Fields, live: Fields, paths: readonly string[]): Fields {
  return paths.reduce((left, path) => {
    const value = valueAt(live, ...steps(path));
    return value === undefined ? edited(left, path, () => undefined) : withValue(left, path, value);
  }, trimmed);
}

/** The path of a label of an object. */
export function labelPath(label: string): string {
  return `metadata.labels[${label}]`;
}

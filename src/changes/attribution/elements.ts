import { isFields, isList, type Value } from '../../json/value.ts';
import { keyText } from '../merge-keys.ts';
import type { Path, PathStep } from '../path.ts';
import type { Element } from './field-set.ts';

/** The version of an object in which a path is followed. */
export type Side = 'before' | 'after';

/**
 * A path as managedFields know it: list items by the items themselves, because the API server identifies
 * them by other fields than a comparison does (a port by number and protocol instead of its name).
 *
 * @param object the version that the path leads into
 */
export function elementsOf(path: Path, object: Value, side: Side): Element[] {
  let here: Value | undefined = object;
  return path.map((step) => {
    const element = elementOf(step, here, side);
    here = element.kind === 'item' ? element.value : isFields(here) ? here.get(element.name) : undefined;
    return element;
  });
}

function elementOf(step: PathStep, value: Value | undefined, side: Side): Element {
  if (step.kind === 'key') return { kind: 'field', name: step.key };
  const list = isList(value) ? value : [];
  const index = step.kind === 'index' ? step[side] : onlyItem(list, step.match);
  return { kind: 'item', value: index === null ? undefined : list[index], index };
}

/** The position of the item with these fields; null if there is none, or several. */
function onlyItem(
  list: readonly Value[],
  match: ReadonlyArray<readonly [field: string, value: string]>,
): number | null {
  const fields = match.map(([field]) => field);
  const wanted = JSON.stringify(match);
  const at = list.findIndex((item) => keyText(item, fields) === wanted);
  const last = list.findLastIndex((item) => keyText(item, fields) === wanted);
  return at >= 0 && at === last ? at : null;
}

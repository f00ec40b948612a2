import { isFields, isList, type List, type Value } from '../../json/value.ts';
import { keyText } from '../merge-keys.ts';
import type { Path, PathStep } from '../path.ts';
import type { Element } from './field-set.ts';

/** The version of an object in which a path is followed. */
export type Side = 'before' | 'after';

const NO_ITEMS: List = [];

/** The paths in one version of an object, as managedFields know them. */
export class Elements {
  readonly #object: Value;
  readonly #side: Side;
  /** By list and key fields: an object from outside may have thousands of changes in one long list. */
  readonly #positions = new Map<List, Map<string, Positions>>();

  constructor(object: Value, side: Side) {
    this.#object = object;
    this.#side = side;
  }

  /**
   * List items are identified by the items themselves, because the API server identifies them by other fields
   * than a comparison does (a port by number and protocol instead of its name).
   */
  of(path: Path): Element[] {
    let here: Value | undefined = this.#object;
    return path.map((step) => {
      const element = this.#elementOf(step, here);
      here = element.kind === 'item' ? element.value : isFields(here) ? here.get(element.name) : undefined;
      return element;
    });
  }

  #elementOf(step: PathStep, value: Value | undefined): Element {
    if (step.kind === 'key') return { kind: 'field', name: step.key };
    const list = isList(value) ? value : NO_ITEMS;
    const index = step.kind === 'index' ? step[this.#side] : this.#onlyItem(list, step.match);
    return { kind: 'item', value: index === null ? undefined : list[index], index };
  }

  /** The position of the item with these fields; null if there is none, or several. */
  #onlyItem(list: List, match: ReadonlyArray<readonly [field: string, value: string]>): number | null {
    const fields = match.map(([field]) => field);
    const id = JSON.stringify(fields);
    const known = this.#positions.get(list) ?? new Map<string, Positions>();
    this.#positions.set(list, known);
    const positions = known.get(id) ?? positionsOf(list, fields);
    known.set(id, positions);
    return positions.get(JSON.stringify(match)) ?? null;
  }
}

/** Items by their key fields; null for several with the same. */
type Positions = ReadonlyMap<string | null, number | null>;

function positionsOf(list: List, fields: readonly string[]): Positions {
  const positions = new Map<string | null, number | null>();
  for (const [at, item] of list.entries()) {
    const text = keyText(item, fields);
    positions.set(text, positions.has(text) ? null : at);
  }
  return positions;
}

import { documentMistake, membersOf, textAt } from '../../json/members.ts';
import { parseValue } from '../../json/parse-value.ts';
import { OPEN_OBJECT } from '../../json/scan.ts';
import { canonical, type Fields, isFields, type Value } from '../../json/value.ts';

/** A step of a path in one version of an object, with what identifies a list item. */
export type Element =
  | { readonly kind: 'field'; readonly name: string }
  /** The item itself, if the version has it, and its position from 0. */
  | { readonly kind: 'item'; readonly value: Value | undefined; readonly index: number | null };

/** How far a path leads into the fields of a manager. */
export interface Reach {
  /** Number of steps that were followed. */
  readonly depth: number;
  /**
   * `at`: the manager owns the field at the end of the path, or something in it. `leaf`: the path goes
   * on below a field that the manager owns as a whole. `missing`: the manager owns neither.
   */
  readonly end: 'at' | 'leaf' | 'missing';
  /** Whether the manager owns fields below the last step separately. */
  readonly hasChildren: boolean;
}

/** Lists of one object are identified by one set of keys; more than a few are not from an API server. */
const MOST_KEY_SETS = 4;

const ITSELF = '.';

/**
 * The fields that a manager owns, in the format FieldsV1: `f:NAME` is a field, `k:{…}` a list item by its
 * keys, `v:…` an item of a set by its value, `i:N` an item by its position, `.` the field itself.
 *
 * Only the nodes on the path of a change are read: most objects have hundreds of fields, and few of them change.
 * Malformed nodes are ignored.
 *
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/fieldpath/serialize.go
 */
export class FieldSet {
  readonly #bytes: Buffer;
  /** Key → the offset of its value. */
  readonly #fields: ReadonlyMap<string, number>;
  #items: ItemKeys | null = null;
  /** The keys of items that were looked up: an item may be large, and have many changes. */
  readonly #itemKeys = new Map<Value, string | null>();
  readonly #children = new Map<string, FieldSet>();

  /**
   * @param bytes a valid document (see documentMistake)
   * @param at the offset of an object in it
   */
  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#fields = offsetsOf(bytes, at);
  }

  /** Follows a path as far as the manager owns it. */
  reach(path: readonly Element[]): Reach {
    let here: FieldSet = this;
    for (const [depth, element] of path.entries()) {
      // An empty node is a field that is owned as a whole; the root is none.
      if (depth > 0 && !here.hasChildren) return { depth, end: 'leaf', hasChildren: false };
      const next = here.#child(element);
      if (next === null) return { depth, end: 'missing', hasChildren: here.hasChildren };
      here = next;
    }
    const isOwned = path.length > 0;
    return { depth: path.length, end: isOwned ? 'at' : 'missing', hasChildren: here.hasChildren };
  }

  private get hasChildren(): boolean {
    return this.#fields.size > (this.#fields.has(ITSELF) ? 1 : 0);
  }

  #child(element: Element): FieldSet | null {
    const key = element.kind === 'field' ? `f:${element.name}` : this.#itemKey(element);
    if (key === null) return null;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const at = this.#fields.get(key);
    if (at === undefined || this.#bytes[at] !== OPEN_OBJECT) return null;
    const child = new FieldSet(this.#bytes, at);
    this.#children.set(key, child);
    return child;
  }

  #itemKey({ value, index }: Extract<Element, { kind: 'item' }>): string | null {
    if (value !== undefined) {
      const known = this.#itemKeys.get(value);
      const key = known === undefined ? this.#keyOf(value) : known;
      this.#itemKeys.set(value, key);
      if (key !== null) return key;
    }
    return index !== null && this.#fields.has(`i:${index}`) ? `i:${index}` : null;
  }

  #keyOf(value: Value): string | null {
    this.#items ??= itemsOf(this.#fields.keys());
    const { bySet, byValue } = this.#items;
    for (const { names, keys } of bySet.values()) {
      const key = isFields(value) ? keys.get(keyText(value, names)) : undefined;
      if (key !== undefined) return key;
    }
    return byValue.size === 0 ? null : (byValue.get(canonical(value)) ?? null);
  }
}

function offsetsOf(bytes: Buffer, at: number): Map<string, number> {
  const offsets = new Map<string, number>();
  for (const [keyAt, valueAt] of membersOf(bytes, at)) offsets.set(textAt(bytes, keyAt) ?? '', valueAt);
  return offsets;
}

/** The list items of a node. */
interface ItemKeys {
  /** By the names of the keys; then by the values of these keys. */
  readonly bySet: ReadonlyMap<
    string,
    { readonly names: readonly string[]; readonly keys: Map<string, string> }
  >;
  readonly byValue: ReadonlyMap<string, string>;
}

function itemsOf(all: Iterable<string>): ItemKeys {
  const bySet = new Map<string, { names: readonly string[]; keys: Map<string, string> }>();
  const byValue = new Map<string, string>();
  for (const key of all) {
    const value = key.startsWith('k:') || key.startsWith('v:') ? parsed(key.slice(2)) : undefined;
    if (value === undefined) continue;
    if (key.startsWith('v:')) byValue.set(canonical(value), key);
    else if (isFields(value) && value.size > 0) {
      const names = [...value.keys()].sort();
      const id = JSON.stringify(names);
      const set = bySet.get(id) ?? { names, keys: new Map<string, string>() };
      if (bySet.size < MOST_KEY_SETS) bySet.set(id, set);
      set.keys.set(keyText(value, names), key);
    }
  }
  return { bySet, byValue };
}

function keyText(item: Fields, names: readonly string[]): string {
  return names.map((name) => canonical(item.get(name) ?? null)).join();
}

function parsed(text: string): Value | undefined {
  const bytes = Buffer.from(text);
  return documentMistake(bytes) === null ? parseValue(bytes) : undefined;
}

import { type Path, pathText } from '../changes/path.ts';
import { type Fields, isFields, isList, type Value } from '../json/value.ts';

/**
 * Keys whose values only look like addresses: API groups, finalizers and drivers have names of domains, and
 * owners are found by their names.
 */
const NAMES: ReadonlySet<string> = new Set([
  'apiGroup',
  'apiGroups',
  'apiVersion',
  'driver',
  'finalizers',
  'group',
  'kind',
  'ownerReferences',
  'provisioner',
]);
/** Below these, users choose the keys. */
const CONTENT: ReadonlySet<string> = new Set(['data', 'stringData']);

/** The location of a text in an object. */
export class TextLocation {
  readonly #above: TextLocation | null;
  readonly #step: string | number;
  readonly #value: Value;

  constructor(above: TextLocation | null, step: string | number, value: Value) {
    this.#above = above;
    this.#step = step;
    this.#value = value;
  }

  /** The key at the top of the object. */
  get root(): string | number {
    return this.#above === null ? this.#step : this.#above.root;
  }

  /** Whether it is the name or namespace of the object itself, or a name that others use. */
  get isName(): boolean {
    if (typeof this.#step !== 'string') return false;
    const isOwn = this.#step === 'name' || this.#step === 'namespace';
    if (isOwn) return this.#above !== null && this.#above.#above === null && this.root === 'metadata';
    return NAMES.has(this.#step) && !CONTENT.has(String(this.root));
  }

  toString(): string {
    return pathText(this.#path());
  }

  #path(): Path {
    const above = this.#above === null ? [] : this.#above.#path();
    if (typeof this.#step === 'string') return [...above, { kind: 'key', key: this.#step }];
    const name = isFields(this.#value) ? this.#value.get('name') : undefined;
    if (typeof name === 'string') return [...above, { kind: 'item', match: [['name', name]] }];
    return [...above, { kind: 'index', before: this.#step, after: this.#step }];
  }
}

/**
 * Fields with all texts changed, at any depth; keys and names (see TextLocation.isName) are kept. The same object if
 * nothing changes.
 */
export function mapStrings(fields: Fields, change: (text: string, location: TextLocation) => string): Fields {
  const after = mapValue(fields, null, change);
  return isFields(after) ? after : fields;
}

function mapValue(
  value: Value,
  location: TextLocation | null,
  change: (text: string, location: TextLocation) => string,
): Value {
  if (typeof value === 'string') return location === null ? value : change(value, location);
  if (isList(value)) {
    const after = value.map((each, at) => mapValue(each, new TextLocation(location, at, each), change));
    return after.every((each, at) => each === value[at]) ? value : after;
  }
  if (!isFields(value)) return value;
  let after: Map<string, Value> | null = null;
  for (const [key, each] of value) {
    const below = new TextLocation(location, key, each);
    const left = below.isName ? each : mapValue(each, below, change);
    if (left !== each) after = (after ?? new Map(value)).set(key, left);
  }
  return after ?? value;
}

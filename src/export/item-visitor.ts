import type { Visitor } from '../json/printer.ts';
import { steps } from '../json/pruning-paths.ts';
import { EVERYWHERE } from '../plan/pruning-table.ts';
import { TOKEN_TYPE } from '../plan/token-secrets.ts';
import { DELETION } from '../types/deletion.ts';
import { isKey } from '../types/identity.ts';
import { apiVersionOf, type ResourceType } from '../types/resource-type.ts';
import { brief } from '../words/names.ts';

const API_VERSION = Buffer.from('"apiVersion"');
const KIND = Buffer.from('"kind"');
const METADATA = Buffer.from('"metadata"');
const STATUS = Buffer.from('"status"');
const TYPE = Buffer.from('"type"');
const TOKEN = JSON.stringify(TOKEN_TYPE);
const NAME = Buffer.from('"name"');
const NAMESPACE = Buffer.from('"namespace"');
/** One bit for each key that an item has. */
const BITS = { kind: 1, apiVersion: 2, metadata: 4, status: 8, name: 16, namespace: 32 } as const;
/** Keys in metadata, in output order. */
const APART = EVERYWHERE.flatMap(({ apart, path }) => (apart === true ? (steps(path).at(-1) ?? []) : []));
const NOTHING = new Set(['""', 'null', '{}']);
/** Keys by which the export and all readers identify an object. */
const KNOWN = new Set(['apiVersion', 'kind', 'metadata', 'status']);
const KNOWN_IN_METADATA = new Set(['name', 'namespace', ...APART]);

/** A member of metadata that is pruned and stored under `_metadata/`. */
export interface KeptApart {
  readonly key: string;
  /** What is written before the value: `,"uid":` */
  readonly lead: Buffer;
  /** Offsets of its value; -1 if the item has none. */
  start: number;
  end: number;
  /** Whether there is no white space between the tokens of its value. */
  isCompact: boolean;
}

/**
 * Visits the top-level keys of an item while it is printed: finds the status, which is stored
 * separately, and objects that are excluded completely, and adds apiVersion and kind to every
 * item, since lists of built-in types have them only in their head.
 *
 * An item that two programs could read as different objects is invalid: one with a duplicate
 * name or kind, or with escapes in such a key.
 */
export class ItemVisitor implements Visitor {
  readonly #type: ResourceType;
  readonly #ofList: { readonly apiVersion: string; readonly kind: string };
  readonly #statusInside: boolean;
  readonly #isSecret: boolean;
  /** Offsets of the status of the last item; -1 if it has none, or an empty one. */
  statusStart = -1;
  statusEnd = -1;
  /** Whether it is a token of a ServiceAccount. */
  isToken = false;
  /** Whether it is excluded completely. */
  leftOut = false;
  /** The members of the last item's metadata that are stored under `_metadata/`. */
  readonly apart: readonly KeptApart[] = APART.map((key) => ({
    key,
    lead: Buffer.from(`,"${key}":`),
    start: -1,
    end: -1,
    isCompact: false,
  }));
  readonly #deletion = this.apart.find(({ key }) => key === DELETION);
  /** Whether the last item is being deleted. */
  get isBeingDeleted(): boolean {
    return (this.#deletion?.start ?? -1) >= 0;
  }

  /** Whether apiVersion or kind of the item are only in the head of its list. */
  get isBare(): boolean {
    return !(this.#namesKind && this.#namesVersion);
  }

  /** Why the item is not an object of this type; null if it is. */
  mistake: string | null = null;
  /** Whether `metadata` is the last top-level key. */
  isInMetadata = false;
  /** Bits of the keys that were found in the item so far. */
  #seen = 0;
  #namesKind = false;
  #namesVersion = false;
  /** apiVersion and kind of the item if they differ from those of its list; otherwise null. */
  own: { apiVersion: string; kind: string } | null = null;

  /** @param statusInside print the status with the object instead of storing it separately */
  constructor(type: ResourceType, statusInside = false) {
    this.#type = type;
    this.#ofList = { apiVersion: JSON.stringify(apiVersionOf(type)), kind: JSON.stringify(type.kind) };
    this.#statusInside = statusInside;
    this.#isSecret = type.name === 'secrets';
  }

  /** The members at the beginning of every item of the list, indented for its depth. */
  head(depth: number): Buffer {
    const { apiVersion, kind } = this.names;
    const line = `\n${'  '.repeat(depth + 1)}`;
    return Buffer.from(`${line}"apiVersion": ${apiVersion},${line}"kind": ${kind}`);
  }

  /** The JSON texts of apiVersion and kind, of the item or otherwise of its list. */
  get names(): { apiVersion: string; kind: string } {
    return this.own ?? this.#ofList;
  }

  /** Starts a new item. */
  begin(): void {
    this.statusStart = this.statusEnd = -1;
    this.isToken = this.leftOut = false;
    this.own = null;
    for (const each of this.apart) each.start = each.end = -1;
    this.mistake = null;
    this.#namesKind = this.#namesVersion = false;
    this.again();
  }

  /** Starts the same item again. */
  again(): void {
    this.isInMetadata = false;
    this.#seen = 0;
  }

  wants(src: Uint8Array, keyStart: number, keyEnd: number, isEscaped: boolean): boolean {
    this.isInMetadata = false;
    if (isEscaped) this.#checkEscaped(src, keyStart, keyEnd, KNOWN);
    switch (keyEnd - keyStart) {
      case 6:
        return this.#isOnly(src, keyStart, KIND, BITS.kind) || this.#isTypeOfSecret(src, keyStart);
      case 8:
        return this.#isOnly(src, keyStart, STATUS, BITS.status);
      case 10:
        this.isInMetadata = this.#isOnly(src, keyStart, METADATA, BITS.metadata);
        return false;
      case 12:
        return this.#isOnly(src, keyStart, API_VERSION, BITS.apiVersion);
      default:
        return false;
    }
  }

  metadataKey(src: Uint8Array, keyStart: number, keyEnd: number, isEscaped: boolean): void {
    if (isEscaped) this.#checkEscaped(src, keyStart, keyEnd, KNOWN_IN_METADATA);
    const length = keyEnd - keyStart;
    if (length === NAME.length) this.#isOnly(src, keyStart, NAME, BITS.name);
    else if (length === NAMESPACE.length) this.#isOnly(src, keyStart, NAMESPACE, BITS.namespace);
  }

  topLevel(src: Uint8Array, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): boolean {
    if (keyEnd - keyStart === 8) {
      const short = valueEnd - valueStart <= 4 && NOTHING.has(text(src, valueStart, valueEnd));
      if (!short) [this.statusStart, this.statusEnd] = [valueStart, valueEnd];
      return !this.#statusInside || short;
    }
    const value = text(src, valueStart, valueEnd);
    if (this.#isTypeOfSecret(src, keyStart)) {
      this.isToken ||= value === TOKEN;
      return false;
    }
    const isKind = keyEnd - keyStart === 6;
    if (NOTHING.has(value)) return true;
    if (isKind) this.#namesKind = true;
    else this.#namesVersion = true;
    if (value !== (isKind ? this.#ofList.kind : this.#ofList.apiVersion)) {
      this.mistake ??= this.#mistakeIn(value, isKind);
      this.own = isKind ? { ...this.names, kind: value } : { ...this.names, apiVersion: value };
    }
    return true;
  }

  keptApart(key: string, valueStart: number, valueEnd: number, isCompact: boolean): void {
    for (const each of this.apart) {
      if (each.key !== key) continue;
      each.start = valueStart;
      each.end = valueEnd;
      each.isCompact = isCompact;
    }
  }

  /** The members of the last item that are stored under `_metadata/`, each with a leading comma. */
  apartMembers(src: Buffer): Buffer {
    return Buffer.concat(
      this.apart.flatMap(({ lead, start, end }) => (start < 0 ? [] : [lead, src.subarray(start, end)])),
    );
  }

  /** Another version of the group is accepted, since some servers do not convert; another kind or group is another type. */
  #mistakeIn(value: string, isKind: boolean): string | null {
    if (!value.startsWith('"'))
      return `an object in it has ${isKind ? 'a kind' : 'an apiVersion'} that is not a string`;
    const named = String(JSON.parse(value));
    if (isKind)
      return named === this.#type.kind
        ? null
        : `an object in it is a ${brief(named)}, not a ${this.#type.kind}`;
    const group = named.includes('/') ? named.slice(0, named.indexOf('/')) : '';
    return group === this.#type.group
      ? null
      : `an object in it has apiVersion ${brief(named)}, not ${apiVersionOf(this.#type)}`;
  }

  /** Whether it is this key. A duplicate is an error, since readers disagree about which one counts. */
  #isOnly(src: Uint8Array, keyStart: number, key: Buffer, bit: number): boolean {
    if (!isKey(src, keyStart, key)) return false;
    if ((this.#seen & bit) !== 0) this.mistake ??= `an object in it has ${key} twice`;
    this.#seen |= bit;
    return true;
  }

  /** Code that compares bytes would not find such a key, but a JSON parser would. */
  #checkEscaped(src: Uint8Array, keyStart: number, keyEnd: number, known: ReadonlySet<string>): void {
    const key = String(JSON.parse(text(src, keyStart, keyEnd)));
    if (known.has(key)) this.mistake ??= `an object in it writes the key "${key}" with escapes`;
  }

  #isTypeOfSecret(src: Uint8Array, keyStart: number): boolean {
    return this.#isSecret && isKey(src, keyStart, TYPE);
  }
}

function text(src: Uint8Array, start: number, end: number): string {
  return Buffer.from(src.buffer, src.byteOffset + start, end - start).toString('utf8');
}

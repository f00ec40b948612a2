import type { Visitor } from '../json/printer.ts';
import { steps } from '../json/pruning-paths.ts';
import { EVERYWHERE } from '../plan/pruning-table.ts';
import { TOKEN_TYPE } from '../plan/token-secrets.ts';
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
/** A bit for each, for those that an item has. */
const BITS = { kind: 1, apiVersion: 2, metadata: 4, status: 8, name: 16, namespace: 32 } as const;
/** Keys in metadata, in the order in which they are written. */
const APART = EVERYWHERE.flatMap(({ apart, path }) => (apart === true ? (steps(path).at(-1) ?? []) : []));
const NOTHING = new Set(['""', 'null', '{}']);
/** Keys by which the export and every reader of the archive know an object. */
const KNOWN = new Set(['apiVersion', 'kind', 'metadata', 'status']);
const KNOWN_IN_METADATA = new Set(['name', 'namespace', ...APART]);

/** A member of metadata that pruning leaves out and that is kept under `_metadata/`. */
export interface KeptApart {
  readonly key: string;
  /** What is written before the value: `,"uid":` */
  readonly lead: Buffer;
  /** Offsets of its value; -1 where the item has none. */
  start: number;
  end: number;
}

/**
 * Looks at the keys at the top of an item while it is printed: takes the status
 * apart, finds objects that are left out whole, and sees to it that every item
 * carries apiVersion and kind, which lists of built-in types leave to their head.
 *
 * An item that two programs could read as two objects is a mistake: one that has its name
 * or kind twice, or hides such a key behind escapes.
 */
export class ItemVisitor implements Visitor {
  readonly #type: ResourceType;
  readonly #ofList: { readonly apiVersion: string; readonly kind: string };
  readonly #statusInside: boolean;
  readonly #isSecret: boolean;
  /** Of the item looked at last: offsets of its status; -1 if it has none, or an empty one. */
  statusStart = -1;
  statusEnd = -1;
  /** It is a token of a ServiceAccount. */
  isToken = false;
  /** It is left out whole. */
  leftOut = false;
  /** Of the item looked at last: what is kept apart of its metadata. */
  readonly apart: readonly KeptApart[] = APART.map((key) => ({
    key,
    lead: Buffer.from(`,"${key}":`),
    start: -1,
    end: -1,
  }));
  /** Whether the item leaves apiVersion or kind to the head of its list. */
  get isBare(): boolean {
    return !(this.#namesKind && this.#namesVersion);
  }

  /** Why the item is not an object of this type; null if it is. */
  mistake: string | null = null;
  /** Whether `metadata` is the key at the top that was looked at last. */
  isInMetadata = false;
  /** Bits of the keys that the item has so far. */
  #seen = 0;
  #namesKind = false;
  #namesVersion = false;
  /** apiVersion and kind where the item names others than its list; null where it does not. */
  own: { apiVersion: string; kind: string } | null = null;

  /** @param statusInside print the status with the object instead of taking it apart */
  constructor(type: ResourceType, statusInside = false) {
    this.#type = type;
    this.#ofList = { apiVersion: JSON.stringify(apiVersionOf(type)), kind: JSON.stringify(type.kind) };
    this.#statusInside = statusInside;
    this.#isSecret = type.name === 'secrets';
  }

  /** The members that every item of the list begins with, at its depth. */
  head(depth: number): Buffer {
    const { apiVersion, kind } = this.names;
    const line = `\n${'  '.repeat(depth + 1)}`;
    return Buffer.from(`${line}"apiVersion": ${apiVersion},${line}"kind": ${kind}`);
  }

  /** The JSON texts of apiVersion and kind, of the item where it names its own. */
  get names(): { apiVersion: string; kind: string } {
    return this.own ?? this.#ofList;
  }

  /** Forgets the item before. */
  begin(): void {
    this.statusStart = this.statusEnd = -1;
    this.isToken = this.leftOut = false;
    this.own = null;
    for (const each of this.apart) each.start = each.end = -1;
    this.mistake = null;
    this.#namesKind = this.#namesVersion = false;
    this.again();
  }

  /** Before the same item is printed once more. */
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

  keptApart(key: string, valueStart: number, valueEnd: number): void {
    for (const each of this.apart) if (each.key === key) [each.start, each.end] = [valueStart, valueEnd];
  }

  /** What is kept apart of the item looked at last, as members that can follow others. */
  apartMembers(src: Buffer): Buffer {
    return Buffer.concat(
      this.apart.flatMap(({ lead, start, end }) => (start < 0 ? [] : [lead, src.subarray(start, end)])),
    );
  }

  /** A server that does not convert may return another version of the group; another kind or group is another type. */
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

  /** Whether it is this key; a mistake where the item has it once more: of several, every reader takes another. */
  #isOnly(src: Uint8Array, keyStart: number, key: Buffer, bit: number): boolean {
    if (!isKey(src, keyStart, key)) return false;
    if ((this.#seen & bit) !== 0) this.mistake ??= `an object in it has ${key} twice`;
    this.#seen |= bit;
    return true;
  }

  /** What looks at bytes alone would pass over such a key, and what makes values of them would not. */
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

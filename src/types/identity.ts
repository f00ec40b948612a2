import { ListMistake } from '../json/list-reader.ts';
import { documentMistake, hasKey, membersOf, objectMistake, textAt } from '../json/members.ts';
import {
  CLOSE_OBJECT,
  COMMA,
  INCOMPLETE,
  JsonError,
  keyEnd,
  OPEN_OBJECT,
  skipSpace,
  valueEnd,
} from '../json/scan.ts';

/*
 * An object with a duplicate identifying key is rejected, since two programs could read it as
 * different objects. In an export, its type fails (ItemVisitor); readers treat the archive as
 * damaged (readHead). So it does not matter whether the first or the last key counts.
 */

/** Offsets of metadata, namespace and name in the last object of find(); strings include their quotes. */
export class Identity {
  metadataStart = -1;
  namespaceStart = -1;
  namespaceEnd = -1;
  nameStart = -1;
  nameEnd = -1;

  /**
   * Finds metadata.namespace and metadata.name of the object at `i`, and reads no further than necessary.
   *
   * @returns the offset where it stopped, or INCOMPLETE
   * @throws ListMistake if there is no metadata.name; JsonError
   */
  find(src: Uint8Array, i: number, end: number): number {
    this.metadataStart = this.namespaceStart = this.namespaceEnd = this.nameStart = this.nameEnd = -1;
    const metadata = firstMember(src, i, end, METADATA);
    if (metadata === INCOMPLETE) return INCOMPLETE;
    if (metadata === ABSENT || src[metadata] !== OPEN_OBJECT)
      throw new ListMistake('an object in it has no metadata');
    this.metadataStart = metadata;
    return this.#findNames(src, metadata, end);
  }

  /** One pass: metadata of a custom resource has its managed fields before its name. */
  #findNames(src: Uint8Array, i: number, end: number): number {
    let namespaceSeen = false;
    i = skipSpace(src, i + 1, end);
    while (i < end) {
      if (src[i] === CLOSE_OBJECT) {
        if (this.nameStart < 0) throw new ListMistake('an object in it has no name');
        return i;
      }
      const value = keyEnd(src, i, end);
      if (value === INCOMPLETE) return INCOMPLETE;
      const stop = valueEnd(src, value, end);
      if (stop === INCOMPLETE) return INCOMPLETE;
      if (this.nameStart < 0 && isKey(src, i, NAME)) {
        if (src[value] !== 0x22) throw new ListMistake('an object in it has no name');
        if (stop === value + 2) throw new ListMistake('an object in it has an empty name');
        this.nameStart = value;
        this.nameEnd = stop;
      } else if (!namespaceSeen && isKey(src, i, NAMESPACE)) {
        namespaceSeen = true;
        if (src[value] === 0x22) {
          this.namespaceStart = value;
          this.namespaceEnd = stop;
        }
      }
      if (namespaceSeen && this.nameStart >= 0) return stop;
      i = nextMember(src, stop, end);
    }
    return INCOMPLETE;
  }
}

const ABSENT = -3;
const METADATA = Buffer.from('"metadata"');
const NAME = Buffer.from('"name"');
const NAMESPACE = Buffer.from('"namespace"');

/** The offset of the value of a key in the object at `i`, ABSENT or INCOMPLETE. Ends at the key, since the bytes may still come. */
function firstMember(src: Uint8Array, i: number, end: number, key: Uint8Array): number {
  i = skipSpace(src, i + 1, end);
  while (i < end) {
    if (src[i] === CLOSE_OBJECT) return ABSENT;
    const value = keyEnd(src, i, end);
    if (value === INCOMPLETE) return INCOMPLETE;
    if (isKey(src, i, key)) return value;
    const stop = valueEnd(src, value, end);
    if (stop === INCOMPLETE) return INCOMPLETE;
    i = nextMember(src, stop, end);
  }
  return INCOMPLETE;
}

/** The offset of the next key, or of the end of the object, after a value that ends at `stop`; `end` if it has not come. */
function nextMember(src: Uint8Array, stop: number, end: number): number {
  const i = skipSpace(src, stop, end);
  if (i >= end) return end;
  if (src[i] === COMMA) return skipSpace(src, i + 1, end);
  if (src[i] !== CLOSE_OBJECT) throw new JsonError('a comma or the end of an object is missing', i);
  return i;
}

/** Whether the key whose quote is at `i` is this one. */
export function isKey(src: Uint8Array, i: number, key: Uint8Array): boolean {
  for (let k = 0; k < key.length; k++) {
    if (src[i + k] !== key[k]) return false;
  }
  return true;
}

/** What identifies an object. */
export interface ObjectHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/**
 * Reads what identifies an object from its bytes, or returns an error message that begins with
 * `path`: `items[3].kind is not a string`. The whole object must be valid JSON. The message
 * quotes none of it, since it may be a Secret.
 */
export function readHead(bytes: Uint8Array, path: string): ObjectHead | string {
  const at = skipSpace(bytes, 0, bytes.length);
  const isObject = bytes[at] === OPEN_OBJECT;
  const top = new OnlyMembers(bytes, TOP_KEYS);
  // One pass for the check and the members.
  const mistake = isObject
    ? objectMistake(bytes, (keyAt, valueAt) => top.see(keyAt, valueAt))
    : documentMistake(bytes);
  if (mistake !== null) return `${path} ${mistake}`;
  if (!isObject) return `${path} is not an object`;
  if (top.twice !== null) return `${path} has ${top.twice} twice`;
  const metadata = top.at('metadata');
  if (metadata === null || bytes[metadata] !== OPEN_OBJECT) return `${path}.metadata is not an object`;
  const inner = new OnlyMembers(bytes, METADATA_KEYS);
  for (const [keyAt, valueAt] of membersOf(bytes, metadata)) inner.see(keyAt, valueAt);
  if (inner.twice !== null) return `${path}.metadata has ${inner.twice} twice`;
  const name = textAt(bytes, inner.at('name'));
  if (name === null) return `${path}.metadata.name is not a string`;
  const apiVersion = textAt(bytes, top.at('apiVersion'));
  if (apiVersion === null) return `${path}.apiVersion is not a string`;
  const kind = textAt(bytes, top.at('kind'));
  return kind === null ? `${path}.kind is not a string` : { apiVersion, kind, name };
}

const TOP_KEYS = ['apiVersion', 'kind', 'metadata', 'status'];
const METADATA_KEYS = ['name', 'namespace'];

/** The offsets of the values of some keys, none of which may occur twice. */
class OnlyMembers {
  readonly #bytes: Uint8Array;
  readonly #keys: readonly string[];
  readonly #found = new Map<string, number>();
  /** A key that occurs twice. */
  twice: string | null = null;

  constructor(bytes: Uint8Array, keys: readonly string[]) {
    this.#bytes = bytes;
    this.#keys = keys;
  }

  see(keyAt: number, valueAt: number): void {
    const key = this.#keys.find((each) => hasKey(this.#bytes, keyAt, each));
    if (key === undefined) return;
    if (this.#found.has(key)) this.twice ??= key;
    this.#found.set(key, valueAt);
  }

  at(key: string): number | null {
    return this.#found.get(key) ?? null;
  }
}

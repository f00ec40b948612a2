import { ListMistake } from '../json/list-mistake.ts';
import {
  CLOSE_OBJECT,
  COMMA,
  INCOMPLETE,
  JsonError,
  keyEnd,
  OPEN_OBJECT,
  skipSpace,
  stringEnd,
  valueEnd,
} from '../json/scan.ts';

/** Where metadata, namespace and name stand in the object that find() looked at last; the texts with their quotes. */
export class Identity {
  metadataStart = -1;
  namespaceStart = -1;
  namespaceEnd = -1;
  nameStart = -1;
  nameEnd = -1;

  /**
   * Finds metadata.namespace and metadata.name of the object at `i`, reading no further than needed.
   *
   * @returns the offset where it stopped, or INCOMPLETE
   * @throws ListMistake where there is no metadata.name; JsonError
   */
  find(src: Uint8Array, i: number, end: number): number {
    this.metadataStart = this.namespaceStart = this.namespaceEnd = this.nameStart = this.nameEnd = -1;
    const metadata = memberOf(src, i, end, METADATA);
    if (metadata === INCOMPLETE) return INCOMPLETE;
    if (metadata === ABSENT || src[metadata] !== OPEN_OBJECT)
      throw new ListMistake('an object in it has no metadata');
    this.metadataStart = metadata;
    const name = memberOf(src, metadata, end, NAME);
    if (name === INCOMPLETE) return INCOMPLETE;
    if (name === ABSENT || (src[name] !== 0x22 && name < end))
      throw new ListMistake('an object in it has no name');
    this.nameStart = name;
    this.nameEnd = stringEnd(src, name, end);
    if (this.nameEnd === name + 2) throw new ListMistake('an object in it has an empty name');
    const namespace = memberOf(src, metadata, end, NAMESPACE);
    if (namespace === INCOMPLETE || this.nameEnd === INCOMPLETE) return INCOMPLETE;
    if (namespace !== ABSENT && src[namespace] === 0x22) {
      this.namespaceStart = namespace;
      this.namespaceEnd = stringEnd(src, namespace, end);
      if (this.namespaceEnd === INCOMPLETE) return INCOMPLETE;
    }
    return Math.max(this.nameEnd, this.namespaceEnd);
  }
}

const ABSENT = -3;
const METADATA = Buffer.from('"metadata"');
const NAME = Buffer.from('"name"');
const NAMESPACE = Buffer.from('"namespace"');

/** The offset of the value of a key in the object at `i`, ABSENT or INCOMPLETE. */
function memberOf(src: Uint8Array, i: number, end: number, key: Uint8Array): number {
  i = skipSpace(src, i + 1, end);
  while (i < end) {
    if (src[i] === CLOSE_OBJECT) return ABSENT;
    const value = keyEnd(src, i, end);
    if (value === INCOMPLETE) return INCOMPLETE;
    if (isKey(src, i, key)) return value;
    const stop = valueEnd(src, value, end);
    if (stop === INCOMPLETE) return INCOMPLETE;
    i = skipSpace(src, stop, end);
    if (i >= end) return INCOMPLETE;
    if (src[i] === COMMA) i = skipSpace(src, i + 1, end);
    else if (src[i] !== CLOSE_OBJECT) throw new JsonError('a comma or the end of an object is missing', i);
  }
  return INCOMPLETE;
}

/** Whether the key whose quote is at `i` is this one. */
export function isKey(src: Uint8Array, i: number, key: Uint8Array): boolean {
  for (let k = 0; k < key.length; k++) {
    if (src[i + k] !== key[k]) return false;
  }
  return true;
}

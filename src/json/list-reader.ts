import { WRITTEN } from './limits.ts';
import { memberOf, textAt } from './members.ts';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  CutOff,
  INCOMPLETE,
  JsonError,
  keyEnd,
  OPEN_LIST,
  OPEN_OBJECT,
  skipSpace,
  valueEnd,
} from './scan.ts';

/**
 * What a list of objects cannot be, though it is JSON. The message is a sentence about
 * the list or an object in it; asking for it again would bring the same.
 */
export class ListMistake extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'ListMistake';
  }
}

/** What a list holds in addition to its items. */
export interface ListMetadata {
  resourceVersion: string | null;
  /** Where the next page begins; null on the last one. */
  continue: string | null;
  /** Of the list itself: `RoleList`; null where it has none. */
  kind: string | null;
  apiVersion: string | null;
}

/** What came is a whole document, but no list. */
export class NotAList extends ListMistake {
  /** @param kind of the document, where it has one */
  constructor(kind: string | null) {
    super(`it has no items, so it is not a list${kind === null ? '' : ` but a ${kind}`}`);
    this.name = 'NotAList';
  }
}

const SMALLEST = 256 * 1024;
/** Up to here the buffer grows by doubling. */
const DOUBLED = 4 * 1024 * 1024;
/** Parsing begins once this much has come, so that few items are begun and not finished. */
const STEP = 64 * 1024;
/** Of a member other than the items; a continue token holds a name, which may be long. */
const LARGEST_MEMBER = 2 * 1024 * 1024;
/** Holds the largest item, and the bytes that came with its last ones. */
const LARGEST = WRITTEN.objectBytes + 1024 * 1024;

/** The last buffer of this size that was given back: garbage of this size would pile up. */
let spare: Buffer | null = null;

function bufferOf(size: number): Buffer {
  const kept = size === LARGEST ? spare : null;
  if (kept !== null) spare = null;
  return kept ?? Buffer.allocUnsafeSlow(size);
}

/**
 * Splits the bytes of a `List` into its items as they arrive, so that memory
 * follows the largest item and not the list, nor the white space in it. Feed it
 * with push() and finish(); after each, take items until item() says -1.
 */
export class ListReader {
  /** Holds the item that item() points to, up to `end`. Changes with push() and shrink(). */
  bytes: Buffer = Buffer.allocUnsafeSlow(SMALLEST);
  end = 0;
  /** How many bytes of the list went before bytes[0]; for messages. */
  passed = 0;
  readonly metadata: ListMetadata = { resourceVersion: null, continue: null, kind: null, apiVersion: null };
  #start = 0;
  #state: 'before' | 'members' | 'items' | 'after' = 'before';
  /** Nothing is tried before `end` reaches this. */
  #awaited = STEP;
  /** The next member or item is the first, so no comma comes before it. */
  #first = true;
  /** That comma has been read. */
  #comma = false;
  #sawItems = false;
  #ended = false;

  /** How large `bytes` becomes where so many more are pushed. */
  sizeWith(more: number): number {
    return this.end + more > this.bytes.length ? this.#sizeFor(more) : this.bytes.length;
  }

  push(chunk: Uint8Array): void {
    if (this.end + chunk.length > this.bytes.length) this.#move(this.#sizeFor(chunk.length));
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Gives memory back that a large item needed. */
  shrink(): void {
    const size = this.#sizeFor(0);
    if (size < this.bytes.length) this.#move(size);
  }

  /** Tells that all bytes have come. */
  finish(): void {
    this.#ended = true;
  }

  /**
   * The offset of the next item, or -1: more bytes are needed, or, after
   * finish(), the list is over.
   *
   * @throws JsonError where the bytes are no list, CutOff where they end before it does; NotAList
   */
  item(): number {
    if (this.end < this.#awaited && !this.#ended) return -1;
    const at = this.#state === 'items' ? this.#nextItem() : this.#readMembers();
    if (at >= 0) return at;
    if (this.#ended && this.#state !== 'after') throw new CutOff(this.end);
    if (this.#ended && !this.#sawItems) throw new NotAList(this.metadata.kind);
    this.#await();
    return -1;
  }

  /** Tells where the item ended that item() pointed to. */
  taken(next: number): void {
    this.#passOver(next);
  }

  /** Tells that the item that item() pointed to has not come whole. */
  incomplete(): void {
    if (this.#ended) throw new CutOff(this.end);
    this.#await();
  }

  /** Waits for twice the bytes, so that even a large item is begun only a few times. */
  #await(): void {
    const held = this.end - this.#start;
    const [what, limit] =
      this.#state === 'items' ? ['an object', WRITTEN.objectBytes] : ['a member', LARGEST_MEMBER];
    if (held > limit) throw new JsonError(`${what} of more than ${limit} bytes`, this.#start);
    this.#awaited = Math.min(this.end + Math.max(STEP, held), this.#start + limit + 1);
  }

  /** Doubled while it is small; then it holds the largest item and what came with its end. */
  #sizeFor(more: number): number {
    const required = this.end - this.#start + more;
    let size = SMALLEST;
    while (size < required) size *= 2;
    return size <= DOUBLED ? size : Math.max(required, LARGEST);
  }

  /** Moves what is held to the beginning, into a buffer of another size where that is wanted. */
  #move(size: number): void {
    const before = this.bytes;
    const target = size === before.length ? before : bufferOf(size);
    before.copy(target, 0, this.#start, this.end);
    this.bytes = target;
    if (target !== before && before.length === LARGEST) spare = before;
    this.passed += this.#start;
    this.#awaited -= this.#start;
    this.end -= this.#start;
    this.#start = 0;
  }

  #nextItem(): number {
    const i = this.#skipSpace();
    if (i >= this.end) return INCOMPLETE;
    if (this.bytes[i] === CLOSE_LIST && !this.#comma) {
      this.#state = 'members';
      this.#passOver(i + 1);
      return this.#readMembers();
    }
    const at = this.#pastComma('two items');
    if (at !== INCOMPLETE && this.bytes[at] !== OPEN_OBJECT)
      throw new JsonError('an item that is not an object', at);
    return at;
  }

  /** Reads what is around the items; ends at the first item (its offset), or INCOMPLETE. */
  #readMembers(): number {
    for (;;) {
      let i = this.#skipSpace();
      if (i >= this.end) return INCOMPLETE;
      const byte = this.bytes[i];
      if (this.#state === 'after') throw new JsonError('data after its end', i);
      if (this.#state === 'before') {
        if (byte !== OPEN_OBJECT) throw new JsonError('it is not an object', i);
        this.#state = 'members';
        this.#start = i + 1;
        continue;
      }
      if (byte === CLOSE_OBJECT && !this.#comma) {
        this.#state = 'after';
        this.#start = i + 1;
        continue;
      }
      i = this.#pastComma('two members');
      if (i === INCOMPLETE) return INCOMPLETE;
      const valueAt = keyEnd(this.bytes, i, this.end);
      if (valueAt === INCOMPLETE) return INCOMPLETE;
      const key = textAt(this.bytes, i);
      if (key === 'items' && this.bytes[valueAt] === OPEN_LIST) {
        this.#state = 'items';
        this.#sawItems = true;
        this.#start = valueAt + 1;
        this.#first = true;
        this.#comma = false;
        return this.#nextItem();
      }
      const stop = valueEnd(this.bytes, valueAt, this.end);
      if (stop === INCOMPLETE) return INCOMPLETE;
      this.#readMember(key, valueAt, stop);
      this.#passOver(stop);
    }
  }

  /** Over white space, which is not held: there may be any amount of it. */
  #skipSpace(): number {
    this.#start = skipSpace(this.bytes, this.#start, this.end);
    return this.#start;
  }

  /** The offset of what comes next, behind the comma that must part it from what went before; or INCOMPLETE. */
  #pastComma(between: string): number {
    if (!this.#first && !this.#comma) {
      if (this.bytes[this.#start] !== COMMA) {
        throw new JsonError(`a comma between ${between} is missing`, this.#start);
      }
      this.#start += 1;
      this.#comma = true;
    }
    const i = this.#skipSpace();
    return i < this.end ? i : INCOMPLETE;
  }

  /** An item or a member ended at `next`. */
  #passOver(next: number): void {
    this.#start = next;
    this.#first = false;
    this.#comma = false;
  }

  #readMember(key: string | null, at: number, stop: number): void {
    const { metadata } = this;
    // Go writes an empty list that was never filled as null.
    if (key === 'items') this.#sawItems = this.bytes.toString('utf8', at, stop) === 'null';
    else if (key === 'kind') metadata.kind = textAt(this.bytes, at) || null;
    else if (key === 'apiVersion') metadata.apiVersion = textAt(this.bytes, at) || null;
    else if (key === 'metadata') {
      const value = this.bytes.subarray(at, stop);
      metadata.resourceVersion = textAt(value, memberOf(value, 0, 'resourceVersion')) || null;
      metadata.continue = textAt(value, memberOf(value, 0, 'continue')) || null;
    }
  }
}

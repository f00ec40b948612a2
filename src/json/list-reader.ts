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
 * An error in the content of a list that is valid JSON. The message is a sentence about the
 * list or an object in it. A second request would return the same.
 */
export class ListMistake extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'ListMistake';
  }
}

/** What a list contains in addition to its items. */
export interface ListMetadata {
  resourceVersion: string | null;
  /** The token of the next page; null on the last one. */
  continue: string | null;
  /** The kind of the list: `RoleList`; null if it has none. */
  kind: string | null;
  apiVersion: string | null;
}

/** The answer is a complete document, but not a list. */
export class NotAList extends ListMistake {
  /** @param kind of the document, if it has one */
  constructor(kind: string | null) {
    super(`it has no items, so it is not a list${kind === null ? '' : ` but a ${kind}`}`);
    this.name = 'NotAList';
  }
}

const SMALLEST = 256 * 1024;
/** Up to this size, the buffer grows by doubling. */
const DOUBLED = 4 * 1024 * 1024;
/** Parsing begins when this many bytes have arrived, so that few items are incomplete. */
const STEP = 64 * 1024;
/** Limit for members other than items; a continue token contains a name, which may be long. */
const LARGEST_MEMBER = 2 * 1024 * 1024;
/** Fits the largest item, and the bytes that arrived with its end. */
const LARGEST = WRITTEN.objectBytes + 1024 * 1024;

/** The last buffer of this size, for reuse: garbage of this size would accumulate. */
let spare: Buffer | null = null;

function bufferOf(size: number): Buffer {
  const kept = size === LARGEST ? spare : null;
  if (kept !== null) spare = null;
  return kept ?? Buffer.allocUnsafeSlow(size);
}

/**
 * Splits the bytes of a `List` into its items while they arrive, so that memory depends on the
 * largest item and not on the list or the white space in it. Pass bytes with push(), then call
 * finish(); after each call, take items until item() returns -1.
 */
export class ListReader {
  /** Contains the current item of item(), up to `end`. Changes with push() and shrink(). */
  bytes: Buffer = Buffer.allocUnsafeSlow(SMALLEST);
  end = 0;
  /** Number of bytes of the list before bytes[0], for messages. */
  passed = 0;
  readonly metadata: ListMetadata = { resourceVersion: null, continue: null, kind: null, apiVersion: null };
  #start = 0;
  #state: 'before' | 'members' | 'items' | 'after' = 'before';
  /** Parsing continues when `end` reaches this. */
  #awaited = STEP;
  /** Whether the next member or item is the first, so that no comma precedes it. */
  #first = true;
  /** Whether that comma has been read. */
  #comma = false;
  #sawItems = false;
  #ended = false;

  /** The size of `bytes` after this many more are pushed. */
  sizeWith(more: number): number {
    return this.end + more > this.bytes.length ? this.#sizeFor(more) : this.bytes.length;
  }

  push(chunk: Uint8Array): void {
    if (this.end + chunk.length > this.bytes.length) this.#move(this.#sizeFor(chunk.length));
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Frees the memory of a large item. */
  shrink(): void {
    const size = this.#sizeFor(0);
    if (size < this.bytes.length) this.#move(size);
  }

  /** Must be called after the last bytes. */
  finish(): void {
    this.#ended = true;
  }

  /**
   * The offset of the next item, or -1 if more bytes are necessary or, after finish(), if the
   * list has ended.
   *
   * @throws JsonError if the bytes are not a list, CutOff if they end too early; NotAList
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

  /** Continues after the current item, which ends at `next`. */
  taken(next: number): void {
    this.#passOver(next);
  }

  /** Waits for more bytes, since the current item is incomplete. */
  incomplete(): void {
    if (this.#ended) throw new CutOff(this.end);
    this.#await();
  }

  /** Waits for twice the bytes, so that even a large item is parsed only a few times. */
  #await(): void {
    const held = this.end - this.#start;
    const [what, limit] =
      this.#state === 'items' ? ['an object', WRITTEN.objectBytes] : ['a member', LARGEST_MEMBER];
    if (held > limit) throw new JsonError(`${what} of more than ${limit} bytes`, this.#start);
    this.#awaited = Math.min(this.end + Math.max(STEP, held), this.#start + limit + 1);
  }

  /** Doubles while it is small; then it fits the largest item and what arrived with its end. */
  #sizeFor(more: number): number {
    const required = this.end - this.#start + more;
    let size = SMALLEST;
    while (size < required) size *= 2;
    return size <= DOUBLED ? size : Math.max(required, LARGEST);
  }

  /** Moves the remaining bytes to the beginning, or to a buffer of another size. */
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

  /** Reads the members around the items; returns the offset of the first item, or INCOMPLETE. */
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

  /** Skips white space, which is not kept, since there may be any amount of it. */
  #skipSpace(): number {
    this.#start = skipSpace(this.bytes, this.#start, this.end);
    return this.#start;
  }

  /** The offset of the next value, after the comma that must separate it from the previous one; or INCOMPLETE. */
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

import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  INCOMPLETE,
  JsonError,
  keyEnd,
  OPEN_LIST,
  OPEN_OBJECT,
  skipSpace,
  stringEnd,
  valueEnd,
} from './json.ts';

/** What stands beside the items of a list. */
export interface ListMetadata {
  resourceVersion: string | null;
  /** Where the next page begins; null on the last one. */
  continue: string | null;
}

/** What came is a whole document, but no list; asking again would bring the same. */
export class NotAList extends JsonError {
  constructor() {
    super('it has no items, so it is no list', 0);
    this.name = 'NotAList';
  }
}

const SMALLEST = 256 * 1024;
/** Parsing begins once this much has come, so that few items are begun and not finished. */
const STEP = 64 * 1024;
/** No object of an API server comes near (etcd takes 1.5 MiB); a sender without end is stopped here. */
const LARGEST_VALUE = 256 * 1024 * 1024;

/**
 * Splits the bytes of a `List` into its items as they arrive, so that memory
 * follows the largest item and not the list. Feed it with push() and end(); after
 * each, take items until item() says -1.
 */
export class ListReader {
  /** Holds the item that item() points to, up to `end`. Changes with push(). */
  bytes: Buffer = Buffer.allocUnsafeSlow(SMALLEST);
  end = 0;
  /** How many bytes of the list went before bytes[0]; for messages. */
  passed = 0;
  readonly metadata: ListMetadata = { resourceVersion: null, continue: null };
  #start = 0;
  #state: 'before' | 'members' | 'items' | 'after' = 'before';
  /** Nothing is tried before `end` reaches this. */
  #awaited = STEP;
  #first = true;
  #sawItems = false;
  #ended = false;

  push(chunk: Uint8Array): void {
    if (this.end + chunk.length > this.bytes.length) this.#makeRoom(chunk.length);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Tells that all bytes have come. */
  finish(): void {
    this.#ended = true;
  }

  /**
   * The offset of the next item, or -1: more bytes are needed, or, after
   * finish(), the list is over.
   *
   * @throws JsonError where the bytes are no list, or end before the list does
   */
  item(): number {
    if (this.end < this.#awaited && !this.#ended) return -1;
    const at = this.#state === 'items' ? this.#nextItem() : this.#readMembers();
    if (at >= 0) return at;
    if (this.#ended && this.#state !== 'after') throw new JsonError('it ends in the middle', this.end);
    if (this.#ended && !this.#sawItems) throw new NotAList();
    this.#await();
    return -1;
  }

  /** Tells where the item ended that item() pointed to. */
  taken(next: number): void {
    this.#start = next;
    this.#first = false;
  }

  /** Tells that the item that item() pointed to has not come whole. */
  incomplete(): void {
    if (this.#ended) throw new JsonError('it ends in the middle', this.end);
    this.#await();
  }

  /** Waits for twice the bytes, so that even a large item is begun only a few times. */
  #await(): void {
    const held = this.end - this.#start;
    if (held > LARGEST_VALUE) throw new JsonError(`a value longer than ${LARGEST_VALUE} bytes`, this.#start);
    this.#awaited = this.end + Math.max(STEP, held);
  }

  #makeRoom(more: number): void {
    const held = this.end - this.#start;
    const needed = held + more;
    let size = SMALLEST;
    while (size < needed) size *= 2;
    const target = size === this.bytes.length ? this.bytes : Buffer.allocUnsafeSlow(size);
    this.bytes.copy(target, 0, this.#start, this.end);
    this.bytes = target;
    this.passed += this.#start;
    this.#awaited -= this.#start;
    this.#start = 0;
    this.end = held;
  }

  #nextItem(): number {
    let i = skipSpace(this.bytes, this.#start, this.end);
    if (i >= this.end) return INCOMPLETE;
    const byte = this.bytes[i];
    if (byte === CLOSE_LIST) {
      this.#state = 'members';
      this.#start = i + 1;
      this.#first = false;
      return this.#readMembers();
    }
    if (!this.#first) {
      if (byte !== COMMA) throw new JsonError('a comma between two items is missing', i);
      i = skipSpace(this.bytes, i + 1, this.end);
      if (i >= this.end) return INCOMPLETE;
    }
    if (this.bytes[i] !== OPEN_OBJECT) throw new JsonError('an item that is no object', i);
    return i;
  }

  /** Reads what stands around the items; ends at the first item (its offset), or INCOMPLETE. */
  #readMembers(): number {
    for (;;) {
      let i = skipSpace(this.bytes, this.#start, this.end);
      if (i >= this.end) return INCOMPLETE;
      const byte = this.bytes[i];
      if (this.#state === 'after') throw new JsonError('more after its end', i);
      if (this.#state === 'before') {
        if (byte !== OPEN_OBJECT) throw new JsonError('it is no object', i);
        this.#state = 'members';
        this.#start = i + 1;
        this.#first = true;
        continue;
      }
      if (byte === CLOSE_OBJECT) {
        this.#state = 'after';
        this.#start = i + 1;
        continue;
      }
      if (!this.#first) {
        if (byte !== COMMA) throw new JsonError('a comma between two members is missing', i);
        i = skipSpace(this.bytes, i + 1, this.end);
        if (i >= this.end) return INCOMPLETE;
      }
      const valueAt = keyEnd(this.bytes, i, this.end);
      if (valueAt === INCOMPLETE) return INCOMPLETE;
      const key: unknown = JSON.parse(this.bytes.toString('utf8', i, stringEnd(this.bytes, i, this.end)));
      if (key === 'items' && this.bytes[valueAt] === OPEN_LIST) {
        this.#state = 'items';
        this.#sawItems = true;
        this.#start = valueAt + 1;
        this.#first = true;
        return this.#nextItem();
      }
      const stop = valueEnd(this.bytes, valueAt, this.end);
      if (stop === INCOMPLETE) return INCOMPLETE;
      // Go writes an empty list that was never filled as null.
      if (key === 'items') this.#sawItems = this.bytes.toString('utf8', valueAt, stop) === 'null';
      if (key === 'metadata') this.#readMetadata(valueAt, stop);
      this.#start = stop;
      this.#first = false;
    }
  }

  #readMetadata(start: number, stop: number): void {
    const value: unknown = JSON.parse(this.bytes.toString('utf8', start, stop));
    if (typeof value !== 'object' || value === null) return;
    const text = (field: unknown) => (typeof field === 'string' && field !== '' ? field : null);
    this.metadata.resourceVersion = text(Reflect.get(value, 'resourceVersion'));
    this.metadata.continue = text(Reflect.get(value, 'continue'));
  }
}

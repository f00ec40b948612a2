import { Malformed, Unreadable } from '../../archive/format/damage.ts';
import type { RangeSource } from '../../archive/reading/range-source.ts';
import type { BucketLocation } from '../location.ts';
import { BucketError, type BucketObject } from './bucket.ts';
import { explained } from './failures.ts';
import type { Requests } from './requests.ts';

const BLOCK = 128 * 1024;
/** The most that one request reads ahead: with 20 ms per round trip, a larger window gains little. */
const WINDOW = 8 * BLOCK;
/** Blocks that the first read of the end of an archive returns: the directory of some 4,000 entries. */
const END = 4;
/** Cached blocks: enough for the directory and the checksums of 30,000 entries. */
const MOST_BLOCKS = 64;

/**
 * The bytes of an archive in a bucket. They are read and cached in blocks, since a request costs more than the bytes that
 * it returns. Sequential reads use larger windows.
 */
export class BucketSource implements RangeSource {
  readonly size: number;
  readonly #path: string;
  readonly #location: BucketLocation;
  readonly #object: BucketObject;
  readonly #requests: Requests;
  /** The least recently used first. */
  readonly #blocks = new Map<number, Buffer>();
  /** The block after the last request, and how many blocks that asked for. */
  #next = -1;
  #stride = 1;

  constructor(path: string, location: BucketLocation, object: BucketObject, requests: Requests) {
    this.#path = path;
    this.#location = location;
    this.#object = object;
    this.#requests = requests;
    this.size = object.bytes;
  }

  async bytes(start: number, length: number): Promise<Buffer> {
    this.#assertInside(start, length);
    if (length === 0) return Buffer.alloc(0);
    // A large range would displace blocks that are read again.
    if (length > (MOST_BLOCKS / 2) * BLOCK) return await this.#read(start, length);
    const first = Math.floor(start / BLOCK);
    const last = Math.floor((start + length - 1) / BLOCK);
    await this.#load(first, last);
    const parts: Buffer[] = [];
    for (let index = first; index <= last; index += 1) parts.push(this.#taken(index));
    const [only] = parts;
    const joined = only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
    return joined.subarray(start - first * BLOCK, start - first * BLOCK + length);
  }

  /** While a window is processed, the next one is requested. */
  async *pieces(start: number, end: number): AsyncGenerator<Buffer> {
    this.#assertInside(start, end - start);
    const piece = (at: number) => {
      if (at >= end) return null;
      const read = this.#read(at, Math.min(WINDOW, end - at));
      // It may fail while the previous window is still looked at; the error is thrown when it is its turn.
      read.catch(() => {});
      return read;
    };
    let coming = piece(start);
    for (let at = start; coming !== null; at += WINDOW) {
      const read = await coming;
      coming = piece(at + WINDOW);
      yield read;
    }
  }

  close(): void {
    this.#blocks.clear();
  }

  /** Loads the blocks from `first` to `last` that are missing, in one request. */
  async #load(first: number, last: number): Promise<void> {
    while (first <= last && this.#blocks.has(first)) first += 1;
    while (last >= first && this.#blocks.has(last)) last -= 1;
    if (first > last) return;
    const count = Math.ceil(this.size / BLOCK);
    this.#stride = first === this.#next ? Math.min(this.#stride * 2, WINDOW / BLOCK) : 1;
    const end = Math.min(count, Math.max(last + 1, first + this.#stride));
    // The end of an archive is read first. What is needed next, the directory and the manifest, is before it.
    if (end === count && this.#blocks.size === 0) first = Math.min(first, Math.max(0, count - END));
    this.#next = end;
    const from = first * BLOCK;
    const read = await this.#read(from, Math.min(end * BLOCK, this.size) - from);
    for (let index = first; index < end; index += 1)
      this.#keep(index, read.subarray((index - first) * BLOCK, (index - first + 1) * BLOCK));
  }

  #keep(index: number, block: Buffer): void {
    this.#blocks.set(index, block);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= MOST_BLOCKS) return;
      this.#blocks.delete(oldest);
    }
  }

  #taken(index: number): Buffer {
    const block = this.#blocks.get(index);
    if (block === undefined) throw new Error(`block ${index} was not loaded`);
    this.#blocks.delete(index);
    this.#blocks.set(index, block);
    return block;
  }

  async #read(start: number, length: number): Promise<Buffer> {
    try {
      return await this.#requests.send((bucket, attempt) =>
        bucket.read(this.#object, start, length, attempt),
      );
    } catch (error) {
      if (!(error instanceof BucketError)) throw error;
      const { reason, hint } = explained(error, this.#location);
      throw new Unreadable(this.#path, reason, hint);
    }
  }

  #assertInside(start: number, length: number): void {
    if (start + length > this.size)
      throw new Malformed(
        `the archive ends at offset ${this.size}, but ${length} bytes are expected at offset ${start}`,
      );
  }
}

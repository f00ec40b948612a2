import { Malformed } from '../archive/format/damage.ts';
import type { RangeSource } from '../archive/reading/range-source.ts';
import { fileKeyOf, headerOf } from './header.ts';
import { CHUNK, LONGEST_HEADER, NONCE, openChunk, payloadKey, SEALED_CHUNK, TAG } from './payload.ts';

/** The number of chunks that one read returns at least: as many bytes as a window of an archive that is not sealed. */
const WINDOW = 4;

/**
 * The content of a sealed archive. Each chunk is decrypted separately, so that parts can be read. When the archive is
 * opened, its last chunk proves that nothing is missing at the end.
 */
export class SealedSource implements RangeSource {
  readonly size: number;
  readonly #source: RangeSource;
  readonly #key: Buffer;
  /** Where the first chunk begins. */
  readonly #start: number;
  readonly #chunks: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  private constructor(source: RangeSource, key: Buffer, start: number) {
    const length = source.size - start;
    this.#source = source;
    this.#key = key;
    this.#start = start;
    this.#chunks = Math.max(1, Math.ceil(length / SEALED_CHUNK));
    this.size = length - this.#chunks * TAG;
  }

  /**
   * @param identities as readIdentities returns them
   * @returns null if none of the identities opens it
   * @throws Malformed if it is no age file, or was changed or cut off
   */
  static async open(source: RangeSource, identities: readonly string[]): Promise<SealedSource | null> {
    const head = await source.bytes(0, Math.min(source.size, LONGEST_HEADER));
    const header = headerOf(head);
    const start = header.length + NONCE;
    if (source.size < start + TAG) throw new Malformed('the sealed archive is cut off');
    const fileKey = await fileKeyOf(header, identities);
    if (fileKey === null) return null;
    const nonce =
      head.length >= start ? head.subarray(start - NONCE, start) : await source.bytes(start - NONCE, NONCE);
    const sealed = new SealedSource(source, payloadKey(fileKey, nonce), start);
    await sealed.#openEnd();
    return sealed;
  }

  async bytes(start: number, length: number): Promise<Buffer> {
    this.#assertInside(start, length);
    const end = start + length;
    if (!this.#holds(start, end)) {
      const [first, behind] = this.#chunksOf(start, end, WINDOW);
      const opened = await this.#opened(first, behind);
      const at = start - first * CHUNK;
      // The window would keep a large buffer in memory.
      if (behind - first > WINDOW) return opened.subarray(at, at + length);
      this.#keep(first, opened);
    }
    return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
  }

  async *pieces(start: number, end: number): AsyncGenerator<Buffer> {
    this.#assertInside(start, end - start);
    if (start === end) return;
    const [first, behind] = this.#chunksOf(start, end, 0);
    let index = first;
    let rest: Buffer = Buffer.alloc(0);
    for await (const piece of this.#source.pieces(this.#offsetOf(first), this.#offsetOf(behind))) {
      const sealed = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      let at = 0;
      for (; index < behind; index++) {
        const next = at + this.#offsetOf(index + 1) - this.#offsetOf(index);
        if (next > sealed.length) break;
        const plain = openChunk(this.#key, index, index === this.#chunks - 1, sealed.subarray(at, next));
        const from = index * CHUNK;
        yield plain.subarray(Math.max(0, start - from), Math.min(plain.length, end - from));
        at = next;
      }
      rest = sealed.subarray(at);
    }
  }

  close(): void {
    this.#source.close();
  }

  /**
   * Decrypts the last chunk, which proves that nothing is missing and nothing follows. The chunks before it are read
   * with it, since they contain the directory of the archive, which is read next.
   */
  async #openEnd(): Promise<void> {
    const last = this.#source.size - this.#offsetOf(this.#chunks - 1);
    // The last chunk is empty only if the archive has no content (age v1, "Payload").
    if (last < TAG || (last === TAG && this.#chunks > 1))
      throw new Malformed('the sealed archive is cut off, or is followed by other data');
    const first = Math.max(0, this.#chunks - WINDOW);
    this.#keep(first, await this.#opened(first, this.#chunks));
  }

  /** The chunks of a range; at least `least`, if the archive has so many. */
  #chunksOf(start: number, end: number, least: number): readonly [first: number, behind: number] {
    const first = Math.floor(start / CHUNK);
    return [first, Math.min(this.#chunks, Math.max(Math.ceil(end / CHUNK), first + least))];
  }

  /** Where a chunk begins in the source; for the number after the last chunk, where the source ends. */
  #offsetOf(index: number): number {
    return Math.min(this.#start + index * SEALED_CHUNK, this.#source.size);
  }

  /** The content of chunks. */
  async #opened(first: number, behind: number): Promise<Buffer> {
    const from = this.#offsetOf(first);
    const sealed = await this.#source.bytes(from, this.#offsetOf(behind) - from);
    const plain: Buffer[] = [];
    for (let index = first; index < behind; index++) {
      const at = (index - first) * SEALED_CHUNK;
      plain.push(
        openChunk(this.#key, index, index === this.#chunks - 1, sealed.subarray(at, at + SEALED_CHUNK)),
      );
    }
    return Buffer.concat(plain);
  }

  #keep(first: number, window: Buffer): void {
    this.#window = window;
    this.#windowStart = first * CHUNK;
  }

  #holds(start: number, end: number): boolean {
    return start >= this.#windowStart && end <= this.#windowStart + this.#window.length;
  }

  #assertInside(start: number, length: number): void {
    if (start + length > this.size)
      throw new Malformed(
        `the archive ends at offset ${this.size}, but ${length} bytes are expected at offset ${start}`,
      );
  }
}

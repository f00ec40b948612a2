import { Malformed } from '../../src/archive/format/damage.ts';
import type { RangeSource } from '../../src/archive/reading/range-source.ts';

/** Not the length of a chunk, as in a file. */
const PIECE = 100_003;

/** Bytes in memory, and what was read of them. */
export class BufferSource implements RangeSource {
  readonly #bytes: Buffer;
  /** Bytes that were asked for. */
  read = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  async bytes(start: number, length: number): Promise<Buffer> {
    if (start + length > this.size) throw new Malformed(`the file ends at offset ${this.size}`);
    this.read += length;
    return this.#bytes.subarray(start, start + length);
  }

  async *pieces(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; at += PIECE) yield await this.bytes(at, Math.min(PIECE, end - at));
  }

  close(): void {}
}

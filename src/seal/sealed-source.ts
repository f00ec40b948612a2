import { Decrypter } from 'age-encryption';
import { Malformed } from '../archive/format/damage.ts';
import type { RangeSource } from '../archive/reading/range-source.ts';
import { CHUNK, NONCE, openChunk, payloadKey, SEALED_CHUNK, TAG } from './payload.ts';

/** How every age file begins. */
const VERSION = 'age-encryption.org/v1\n';
/** A post-quantum recipient takes 1.7 KB; --seal-to takes 20. */
export const LONGEST_HEADER = 64 * 1024;
/** Trying each takes a millisecond or more, and anyone who can write an archive can write thousands. */
const MOST_RECIPIENTS = 64;
/** Chunks that come with one read: as far as a window of an archive that is not sealed. */
const WINDOW = 4;

/** Whether bytes are the beginning of an age file. */
export function isSealed(start: Buffer): boolean {
  return start.subarray(0, VERSION.length).equals(Buffer.from(VERSION));
}

/**
 * A sealed archive as it was before: each chunk is opened by itself, so that parts can be read. Where it is
 * opened, its last chunk proves that nothing is missing at its end.
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
   * @param identities as identitiesOf reads them
   * @returns null where none of the identities opens it
   * @throws Malformed where it is no age file, or was changed or cut off
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
      // A big one would only be kept alive by the window.
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
   * The last chunk proves that nothing is missing, or follows. Those before it come along: the directory of
   * the archive, which is read next, is there.
   */
  async #openEnd(): Promise<void> {
    const last = this.#source.size - this.#offsetOf(this.#chunks - 1);
    // Only of an archive without content is the last chunk empty (age v1, "Payload").
    if (last < TAG || (last === TAG && this.#chunks > 1))
      throw new Malformed('the sealed archive is cut off, or is followed by other data');
    const first = Math.max(0, this.#chunks - WINDOW);
    this.#keep(first, await this.#opened(first, this.#chunks));
  }

  /** The chunks of a range, at least so many where there are as many. */
  #chunksOf(start: number, end: number, least: number): readonly [first: number, behind: number] {
    const first = Math.floor(start / CHUNK);
    return [first, Math.min(this.#chunks, Math.max(Math.ceil(end / CHUNK), first + least))];
  }

  /** Where a chunk begins in the source; behind the last one, where the source ends. */
  #offsetOf(index: number): number {
    return Math.min(this.#start + index * SEALED_CHUNK, this.#source.size);
  }

  /** The plain text of chunks. */
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

/** The header with its last line, which begins with `---`. Throws Malformed if there is none. */
export function headerOf(start: Buffer): Buffer {
  if (!isSealed(start))
    throw new Malformed('it is not a sealed archive: it does not begin as an age file does');
  const last = start.indexOf('\n--- ');
  const end = last < 0 ? -1 : start.indexOf('\n', last + 1);
  if (end < 0) throw new Malformed('the header of the sealed archive has no end');
  const header = start.subarray(0, end + 1);
  if (header.toString('latin1').split('\n-> ').length - 1 > MOST_RECIPIENTS)
    throw new Malformed(`the header of the sealed archive has more than ${MOST_RECIPIENTS} recipients`);
  return header;
}

async function fileKeyOf(header: Buffer, identities: readonly string[]): Promise<Uint8Array | null> {
  for (const identity of identities) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    try {
      return await decrypter.decryptHeader(header);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      // The library has no type for it.
      if (said.startsWith('no identity matched')) continue;
      // Its other messages may quote the header, which is untrusted.
      throw new Malformed(
        said.startsWith('invalid header HMAC')
          ? 'the header of the sealed archive was changed'
          : 'the header of the sealed archive is not valid',
      );
    }
  }
  return null;
}

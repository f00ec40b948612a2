import { Decrypter } from 'age-encryption';
import { Malformed } from '../archive/format/damage.ts';
import type { RangeSource } from '../archive/reading/range-source.ts';
import { CHUNK, NONCE, openChunk, payloadKey, SEALED_CHUNK, TAG } from './payload.ts';

/** How every age file begins. */
const VERSION = 'age-encryption.org/v1\n';
/** A post-quantum recipient takes 2 KB; nobody has so many that this is not enough. */
const LONGEST_HEADER = 64 * 1024;
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
    const header = headerOf(await source.bytes(0, Math.min(source.size, LONGEST_HEADER)));
    const start = header.length + NONCE;
    if (source.size < start + TAG) throw new Malformed('the sealed archive is cut off');
    const fileKey = await fileKeyOf(header, identities);
    if (fileKey === null) return null;
    const nonce = await source.bytes(header.length, NONCE);
    const sealed = new SealedSource(source, payloadKey(fileKey, nonce), start);
    await sealed.#opened(sealed.#chunks - 1, sealed.#chunks);
    return sealed;
  }

  async bytes(start: number, length: number): Promise<Buffer> {
    if (start + length > this.size)
      throw new Malformed(
        `the archive ends at offset ${this.size}, but ${length} bytes should stand at offset ${start}`,
      );
    const end = start + length;
    if (start < this.#windowStart || end > this.#windowStart + this.#window.length) {
      const first = Math.floor(start / CHUNK);
      const behind = Math.min(this.#chunks, Math.max(Math.ceil(end / CHUNK), first + WINDOW));
      const opened = await this.#opened(first, behind);
      const at = start - first * CHUNK;
      // A big one would only be kept alive by the window.
      if (behind - first > WINDOW) return opened.subarray(at, at + length);
      this.#window = opened;
      this.#windowStart = first * CHUNK;
    }
    return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
  }

  async *pieces(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const next = Math.min(end, (Math.floor(at / CHUNK) + WINDOW) * CHUNK);
      yield await this.bytes(at, next - at);
      at = next;
    }
  }

  close(): void {
    this.#source.close();
  }

  /** The plain text of chunks. */
  async #opened(first: number, behind: number): Promise<Buffer> {
    const from = this.#start + first * SEALED_CHUNK;
    const to = Math.min(this.#start + behind * SEALED_CHUNK, this.#source.size);
    const sealed = await this.#source.bytes(from, to - from);
    const plain: Buffer[] = [];
    for (let index = first; index < behind; index++) {
      const at = (index - first) * SEALED_CHUNK;
      plain.push(
        openChunk(this.#key, index, index === this.#chunks - 1, sealed.subarray(at, at + SEALED_CHUNK)),
      );
    }
    return Buffer.concat(plain);
  }
}

/** The header with its last line, which begins with `---`. */
function headerOf(start: Buffer): Buffer {
  if (!isSealed(start)) throw new Malformed('it is no age file');
  const last = start.indexOf('\n--- ');
  const end = last < 0 ? -1 : start.indexOf('\n', last + 1);
  if (end < 0) throw new Malformed('the header of the sealed archive has no end');
  return start.subarray(0, end + 1);
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
      if (!said.startsWith('no identity matched'))
        throw new Malformed(`the header of the sealed archive: ${said}`);
    }
  }
  return null;
}

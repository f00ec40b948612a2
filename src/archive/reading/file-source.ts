import { type FileHandle, open } from 'node:fs/promises';
import { explain, Malformed, Unreadable } from '../format/damage.ts';
import type { RangeSource } from './range-source.ts';

/** The most that is read in advance: many entries are smaller than this, so neighbours come with one read of the volume. */
const WINDOW = 256 * 1024;
/** What is read in advance where nothing before was read: of many archives, a single small entry is read. */
const FIRST_WINDOW = 32 * 1024;

/** Bytes of a file at any offset, with a window that spares small reads. */
export class FileSource implements RangeSource {
  /** In bytes, as of opening. */
  readonly size: number;
  readonly isLocal = true;
  readonly #path: string;
  readonly #handle: FileHandle;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  private constructor(path: string, handle: FileHandle, size: number) {
    this.#path = path;
    this.#handle = handle;
    this.size = size;
  }

  /** @throws the operating system's error, also where the path is no regular file (EISDIR) */
  static async open(path: string): Promise<FileSource> {
    const handle = await open(path, 'r');
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) {
        throw Object.assign(new Error('not a regular file'), { code: 'EISDIR', syscall: 'read' });
      }
      return new FileSource(path, handle, stat.size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async bytes(start: number, length: number, room?: Buffer): Promise<Buffer> {
    this.#assertInside(start, length);
    if (!this.#holds(start, length)) {
      // A large one would only be kept alive by the window.
      if (length > WINDOW) return await this.#read(start, length, room);
      // Whoever reads on gets larger windows.
      const isNext = start >= this.#windowStart && start <= this.#windowStart + this.#window.length;
      const window = isNext ? Math.min(WINDOW, FIRST_WINDOW + 2 * this.#window.length) : FIRST_WINDOW;
      const read = await this.#read(start, Math.min(Math.max(length, window), this.size - start));
      this.#window = read;
      this.#windowStart = start;
      return read.subarray(0, length);
    }
    return this.#window.subarray(start - this.#windowStart, start - this.#windowStart + length);
  }

  /** The bytes from `start` to `end` piece by piece; past the window, which would not help. */
  async *pieces(start: number, end: number): AsyncGenerator<Buffer> {
    this.#assertInside(start, end - start);
    for (let at = start; at < end; at += WINDOW) yield await this.#read(at, Math.min(WINDOW, end - at));
  }

  close(): void {
    // Nothing was written, so that nothing is lost.
    this.#handle.close().catch(() => {});
  }

  async #read(start: number, length: number, room?: Buffer): Promise<Buffer> {
    const isLarge = room !== undefined && room.length >= length;
    const buffer = isLarge ? room.subarray(0, length) : Buffer.allocUnsafeSlow(length);
    for (let done = 0; done < length; ) {
      done += await this.#readSome(buffer, done, start + done);
    }
    return buffer;
  }

  /** How much was read, which is at least a byte. */
  async #readSome(buffer: Buffer, from: number, position: number): Promise<number> {
    try {
      const { bytesRead } = await this.#handle.read(buffer, from, buffer.length - from, position);
      if (bytesRead > 0) return bytesRead;
    } catch (error) {
      throw explain(this.#path, '', error);
    }
    // The size is that of a moment ago: nothing that was read is wrong.
    const hint = 'another process is writing it; try again when it has finished';
    throw new Unreadable(this.#path, `it was shortened while it was read: it ends at ${position}`, hint);
  }

  #holds(start: number, length: number): boolean {
    return start >= this.#windowStart && start + length <= this.#windowStart + this.#window.length;
  }

  #assertInside(start: number, length: number): void {
    if (start + length > this.size) {
      throw new Malformed(
        `the file ends at offset ${this.size}, but ${length} bytes are expected at offset ${start}`,
      );
    }
  }
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';

const MEBIBYTE = 1024 * 1024;
/** Larger parts need more memory, smaller ones more requests. */
const SMALLEST = 8 * MEBIBYTE;
/** S3 takes 10,000 parts, Azure 50,000 blocks. */
const MOST_PARTS = 10_000;

/** A part of a file; numbers start at 1. */
export interface Part {
  readonly number: number;
  readonly start: number;
  readonly length: number;
}

/** The parts of a file. They depend on its size alone, so that an interrupted upload can be resumed. */
export function partsOf(bytes: number): readonly Part[] {
  const size = Math.max(SMALLEST, Math.ceil(bytes / MOST_PARTS / MEBIBYTE) * MEBIBYTE);
  const count = Math.max(1, Math.ceil(bytes / size));
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    start: index * size,
    length: Math.min(size, bytes - index * size),
  }));
}

/** Reads parts of a file. */
export interface PartReader {
  /** Gives the bytes of a part to `work`. They are only valid until it ends: the next part may get their memory. */
  use<T>(part: Part, work: (bytes: Buffer) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a file. Throws the operating system's error. */
export async function openParts(path: string): Promise<PartReader> {
  const handle = await open(path, 'r');
  // Garbage of this size is collected late: an upload would take twice the memory.
  const free: Buffer[] = [];
  const read = async (buffer: Buffer, start: number) => {
    for (let done = 0; done < buffer.length; ) {
      const { bytesRead } = await handle.read(buffer, done, buffer.length - done, start + done);
      if (bytesRead === 0) throw new Error(`${path} was shortened while it was copied`);
      done += bytesRead;
    }
  };
  return {
    use: async ({ start, length }, work) => {
      const taken = free.pop();
      const memory = taken !== undefined && taken.length >= length ? taken : Buffer.allocUnsafeSlow(length);
      const bytes = memory.subarray(0, length);
      await read(bytes, start);
      const result = await work(bytes);
      // Not after a failure: a request that was given up may still read it.
      free.push(memory);
      return result;
    },
    close: () => handle.close(),
  };
}

/** The digest of a part, in base64. */
export function digest(algorithm: 'md5' | 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('base64');
}

/**
 * The digest of a file, in base64. Throws the operating system's error, and if the signal fires.
 *
 * @param signal ends it, since a large file takes long; null for none
 */
export async function fileDigest(
  algorithm: 'md5' | 'sha256',
  path: string,
  signal: AbortSignal | null = null,
): Promise<string> {
  const hash = createHash(algorithm);
  for await (const piece of createReadStream(path)) {
    signal?.throwIfAborted();
    hash.update(piece);
  }
  return hash.digest('base64');
}

/** What is given to the connection at once. */
const PIECE = 256 * 1024;

/**
 * A body that is sent piece by piece.
 *
 * @param alive called whenever the connection takes a piece: on a slow one, a part takes longer than a request may be silent
 */
export function bodyOf(bytes: Buffer, alive: () => void): Readable {
  function* pieces() {
    for (let at = 0; at < bytes.length; at += PIECE) {
      alive();
      yield bytes.subarray(at, at + PIECE);
    }
  }
  return Readable.from(pieces(), { objectMode: false, highWaterMark: PIECE });
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';

const MEBIBYTE = 1024 * 1024;
/** Larger parts need more memory, smaller ones more requests. */
const SMALLEST = 8 * MEBIBYTE;
/** S3 accepts 10,000 parts, Azure 50,000 blocks. */
const MOST_PARTS = 10_000;

/** A part of a file; numbers start at 1. */
export interface Part {
  readonly number: number;
  readonly start: number;
  readonly length: number;
}

/** The parts of a file. They depend only on its size, so that an interrupted upload can be resumed. */
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
  /** Calls `work` with the bytes of a part. They are valid until it ends: other parts use the same memory. */
  use<T>(part: Part, work: (bytes: Buffer) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a file. Throws the operating system's error. */
export async function openParts(path: string): Promise<PartReader> {
  const handle = await open(path, 'r');
  // Buffers are used again: Node.js would collect them late, and an upload would take twice the memory.
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
      // Not after a failure: an aborted request may still read the memory.
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
 * @param signal ends the work, since a large file takes long; null for none
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

/** Bytes that are written to the connection at a time. */
const PIECE = 256 * 1024;

/**
 * A body that is sent piece by piece.
 *
 * @param alive called whenever the connection accepts a piece: a part may take longer than --request-timeout
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

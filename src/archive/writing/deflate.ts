import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, unlinkSync } from 'node:fs';
import zlib, { type ZlibOptions } from 'node:zlib';
import { typePathOf } from '../../types/archive-paths.ts';
import { type DeflatedFile, piecesOf, writeAll } from './zip-writer.ts';

/** Bytes of a deflated file that are kept in memory before they are written to disk. */
const HELD = 1024 * 1024;

/** How hard zlib searches for repetitions. */
export type Effort = Pick<ZlibOptions, 'level' | 'strategy'>;

/**
 * The fastest level for everything else: higher levels save little on what cannot be compressed (certificates,
 * tokens), and take longer than the rest of the run.
 */
const USUAL: Effort = { level: 1 };
/** Server metadata repeats itself, and makes a tenth less of an archive at this level. */
const METADATA: Effort = { level: 6 };
/** Short repetitions in hexadecimal digits are found by chance, and take more than the digits themselves. */
export const CHECKSUMS: Effort = { level: 4, strategy: zlib.constants.Z_FILTERED };

/** The effort for an entry with this path. */
export function effortFor(path: string): Effort {
  return typePathOf(path)?.view === '_metadata' ? METADATA : USUAL;
}

/** Most bytes of a buffer into which zlib writes; larger results take several. */
const CHUNK = 64 * 1024;
/** What deflate adds to bytes that cannot be compressed. */
const ADDED = 64;

/**
 * Deflates bytes into a buffer of their size. Node's default is 16 KiB for each call, however small the file: garbage
 * of tens of megabytes, since the collector does not see how large it is.
 */
function deflate(bytes: Uint8Array, effort: Effort, finishFlush = zlib.constants.Z_FINISH): Buffer {
  const chunkSize = Math.min(bytes.length + ADDED, CHUNK);
  return zlib.deflateRawSync(bytes, { ...effort, finishFlush, chunkSize });
}

/** Deflates a file that arrived in one piece. */
export function deflateWhole(bytes: Uint8Array, effort = USUAL): DeflatedFile {
  const deflated = deflate(bytes, effort);
  return {
    crc: zlib.crc32(bytes),
    sha256: hash('sha256', bytes, 'hex'),
    size: bytes.length,
    deflatedSize: deflated.length,
    deflated: [deflated],
  };
}

/**
 * A file that comes in several pieces while others do too. Each piece is
 * deflated by itself: pieces that end in a sync flush make one valid deflate
 * stream when put together (RFC 1951 §2.3, as pigz does it), so no state is kept
 * between them. What exceeds a megabyte waits on disk, so that memory does not
 * follow the size of a file.
 */
export class OpenFile {
  readonly #spillPath: string;
  readonly #effort: Effort;
  readonly #hash = createHash('sha256');
  #crc = 0;
  #size = 0;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #spill: { fd: number; bytes: number } | null = null;

  /** @param spillPath name of the file for what exceeds memory; it is unlinked immediately */
  constructor(spillPath: string, effort = USUAL) {
    this.#spillPath = spillPath;
    this.#effort = effort;
  }

  add(piece: Uint8Array, last: boolean): void {
    this.#hash.update(piece);
    this.#crc = zlib.crc32(piece, this.#crc);
    this.#size += piece.length;
    const finishFlush = last ? zlib.constants.Z_FINISH : zlib.constants.Z_SYNC_FLUSH;
    const deflated = deflate(piece, this.#effort, finishFlush);
    this.#held.push(deflated);
    this.#heldBytes += deflated.length;
    if (this.#heldBytes > HELD) this.#toDisk();
  }

  finish(): DeflatedFile {
    const spilled = this.#spill;
    return {
      crc: this.#crc,
      sha256: this.#hash.digest('hex'),
      size: this.#size,
      deflatedSize: this.#heldBytes + (spilled?.bytes ?? 0),
      deflated: joined(spilled === null ? [] : piecesOf(spilled.fd, 0, spilled.bytes), this.#held),
    };
  }

  /** Frees the disk space, whether the file was finished or not. */
  close(): void {
    if (this.#spill !== null) closeSync(this.#spill.fd);
    this.#spill = null;
  }

  #toDisk(): void {
    this.#spill ??= { fd: openNameless(this.#spillPath), bytes: 0 };
    for (const piece of this.#held) {
      writeAll(this.#spill.fd, piece, this.#spill.bytes);
      this.#spill.bytes += piece.length;
    }
    this.#held = [];
    this.#heldBytes = 0;
  }
}

/** A file without a name, which disappears when it is closed. */
function openNameless(path: string): number {
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return fd;
}

function* joined(...parts: ReadonlyArray<Iterable<Uint8Array>>): Generator<Uint8Array> {
  for (const part of parts) yield* part;
}

import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { directoryEnd, directoryRow, localHeader, type ZipEntry } from './zip-records.ts';

/** A file for a zip: deflated, with sizes and checksums of its plain bytes. */
export interface DeflatedFile {
  readonly crc: number;
  readonly sha256: string;
  readonly size: number;
  readonly deflatedSize: number;
  readonly deflated: Iterable<Uint8Array>;
}

/** An entry of ours: what the zip needs, its checksum, and what it was written for. */
export interface WrittenEntry extends ZipEntry {
  /** Hexadecimal SHA-256 of the plain bytes. */
  readonly sha256: string;
  /** Entries of one group can be withdrawn together. */
  readonly group: number;
  /** Length of header and data in the file. */
  readonly length: number;
}

/** Archives may contain Secrets: readable for owner and group (GID 0 of the pods) only. */
export const ARCHIVE_MODE = 0o640;

const HELD = 256 * 1024;

/**
 * Writes a zip from entries that are already deflated, in any order. Everything is synchronous:
 * it runs on its own thread (see zip-thread.ts), which only waits for the volume.
 */
export class ZipWriter {
  readonly #time: Date;
  readonly #fd: number;
  /** Where the next byte belongs; `#heldBytes` before it are not in the file yet. */
  #offset = 0;
  #held = Buffer.allocUnsafeSlow(HELD);
  #heldBytes = 0;
  #entries: WrittenEntry[] = [];
  #withdrawn = false;

  /** @param path an empty file, which its maker has reserved (see reservePartial) */
  constructor(path: string, time: Date) {
    this.#time = time;
    this.#fd = openSync(path, 'r+');
  }

  /** Appends a file, for the group that can take it back; `count` as in ZipEntry. */
  append(path: string, group: number, file: DeflatedFile, count: number | null = null): void {
    const { crc, sha256, size, deflatedSize } = file;
    const entry = { path, group, crc, sha256, size, deflatedSize, offset: this.#offset, count };
    this.#write(localHeader(entry, this.#time));
    for (const piece of file.deflated) this.#write(piece);
    this.#entries.push({ ...entry, length: this.#offset - entry.offset });
  }

  /** Withdraws all entries of a group; their bytes are removed when the file is finished. */
  withdraw(group: number): void {
    const left = this.#entries.filter((entry) => entry.group !== group);
    if (left.length < this.#entries.length) this.#withdrawn = true;
    this.#entries = left;
  }

  /** The entries that were not withdrawn, by path. */
  entries(): readonly WrittenEntry[] {
    return this.#entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Moves the entries over the bytes of withdrawn ones, in place: a volume that is
   * nearly full has no room for a second file. Only a run in which a list broke off
   * pays for this.
   */
  compact(): void {
    if (!this.#withdrawn) return;
    this.#flush();
    const kept = this.#entries;
    this.#entries = [];
    this.#offset = 0;
    for (const entry of kept) {
      const offset = this.#offset;
      // Writing never overtakes reading, since every entry moves towards the beginning.
      for (const piece of piecesOf(this.#fd, entry.offset, entry.length)) this.#write(piece);
      this.#entries.push({ ...entry, offset });
    }
    this.#flush();
    ftruncateSync(this.#fd, this.#offset);
    this.#withdrawn = false;
  }

  /**
   * Makes the file a zip that can be read as it is, and takes no notice of it: entries of
   * the group and the directory are written over by what comes next.
   */
  provisional(group: number, last: readonly string[]): void {
    const offset = this.#entries.find((entry) => entry.group === group)?.offset ?? this.#offset;
    this.#writeDirectory(last);
    this.#entries = this.#entries.filter((entry) => entry.group !== group);
    this.#offset = offset;
  }

  /**
   * Writes the central directory and waits until the volume has everything.
   *
   * @param last paths that come last in the directory, in this order
   * @returns the size of the file in bytes
   */
  finish(last: readonly string[]): number {
    this.#writeDirectory(last);
    // The provisional directory may have been longer.
    ftruncateSync(this.#fd, this.#offset);
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    return this.#offset;
  }

  #writeDirectory(last: readonly string[]): void {
    const rank = (entry: WrittenEntry) => last.indexOf(entry.path);
    const entries = this.entries().toSorted((a, b) => rank(a) - rank(b));
    const offset = this.#offset;
    for (const entry of entries) this.#write(directoryRow(entry, this.#time));
    this.#write(directoryEnd(entries.length, this.#offset - offset, offset));
    this.#flush();
  }

  /** Small pieces are collected: otherwise twenty thousand headers would need as many system calls. */
  #write(bytes: Uint8Array): void {
    if (this.#heldBytes + bytes.length > HELD) this.#flush();
    if (bytes.length > HELD) writeAll(this.#fd, bytes, this.#offset);
    else {
      this.#held.set(bytes, this.#heldBytes);
      this.#heldBytes += bytes.length;
    }
    this.#offset += bytes.length;
  }

  #flush(): void {
    writeAll(this.#fd, this.#held.subarray(0, this.#heldBytes), this.#offset - this.#heldBytes);
    this.#heldBytes = 0;
  }
}

/** Writes all bytes; the system may accept fewer at a time. */
export function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(fd, bytes, written, bytes.length - written, position + written);
  }
}

/** A part of a file in pieces of a megabyte. */
export function* piecesOf(fd: number, offset: number, length: number): Generator<Uint8Array> {
  const piece = Buffer.allocUnsafeSlow(Math.min(length, 1024 * 1024));
  let done = 0;
  while (done < length) {
    const read = readSync(fd, piece, 0, Math.min(piece.length, length - done), offset + done);
    if (read === 0) throw new Error(`the file ended at ${offset + done}, before ${offset + length}`);
    done += read;
    yield piece.subarray(0, read);
  }
}

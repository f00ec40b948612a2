import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { EntryTable, type WrittenEntry } from './entry-table.ts';
import {
  directoryEnd,
  directoryRow,
  dosTime,
  localHeader,
  mostHeaderBytes,
  type ZipEntry,
} from './zip-records.ts';

/** A file for a zip: deflated, with sizes and checksums of its plain bytes. */
export interface DeflatedFile {
  readonly crc: number;
  readonly sha256: string;
  readonly size: number;
  readonly deflatedSize: number;
  readonly deflated: Iterable<Uint8Array>;
}

/** Archives may contain Secrets: readable for owner and group (GID 0 of the pods) only. */
export const ARCHIVE_MODE = 0o640;

const HELD = 256 * 1024;

/**
 * Writes a zip from entries that are already deflated, in any order. Everything is synchronous:
 * it runs on its own thread (see zip-thread.ts), which only waits for the volume.
 */
export class ZipWriter {
  readonly #stamp: number;
  readonly #fd: number;
  /** Where the next byte belongs; `#heldBytes` before it are not in the file yet. */
  #offset = 0;
  #held = Buffer.allocUnsafeSlow(HELD);
  #heldBytes = 0;
  readonly #entries = new EntryTable();
  #withdrawn = false;

  /** @param path an empty file, which its maker has reserved (see reservePartial) */
  constructor(path: string, time: Date) {
    this.#stamp = dosTime(time);
    this.#fd = openSync(path, 'r+');
  }

  /** Appends a file, for the group that can take it back; `count` as in ZipEntry. */
  append(path: string, group: number, file: DeflatedFile, count: number | null = null): void {
    const { crc, sha256, size, deflatedSize } = file;
    const offset = this.#offset;
    const entry = { path, group, crc, sha256, size, deflatedSize, offset, count };
    this.#makeRoom(mostHeaderBytes(entry));
    const end = localHeader(this.#held, this.#heldBytes, entry, this.#stamp);
    const header = end - this.#heldBytes;
    this.#advance(header);
    for (const piece of file.deflated) this.#write(piece);
    this.#entries.add({ ...entry, header });
  }

  /** Withdraws all entries of a group; their bytes are removed when the file is finished. */
  withdraw(group: number): void {
    const { length } = this.#entries;
    this.#entries.withdraw(group);
    if (this.#entries.length < length) this.#withdrawn = true;
  }

  /** Path and checksum of the entries that were not withdrawn, by path. */
  *checksums(): Generator<Pick<WrittenEntry, 'path' | 'sha256'>> {
    this.#entries.sortByPath();
    for (let index = 0; index < this.#entries.length; index++) yield this.#entries.checksum(index);
  }

  /**
   * Moves the entries over the bytes of withdrawn ones, in place: a volume that is
   * nearly full has no room for a second file. Only a run in which a list broke off
   * pays for this.
   */
  compact(): void {
    if (!this.#withdrawn) return;
    this.#flush();
    this.#offset = 0;
    // Writing never overtakes reading, since every entry moves towards the beginning.
    this.#entries.sortByOffset();
    for (let index = 0; index < this.#entries.length; index++) {
      const { offset, header, deflatedSize } = this.#entries.entry(index);
      this.#entries.move(index, this.#offset);
      for (const piece of piecesOf(this.#fd, offset, header + deflatedSize)) this.#write(piece);
    }
    this.#flush();
    ftruncateSync(this.#fd, this.#offset);
    this.#withdrawn = false;
  }

  /**
   * Makes the file a zip that can be read as it is, until the next entry is appended: that overwrites the
   * directory, and what `append` added for this purpose.
   *
   * @param group of what `append` adds
   */
  provisional(group: number, append: () => void, last: readonly string[]): void {
    const offset = this.#offset;
    append();
    this.#writeDirectory(last);
    this.#entries.withdraw(group);
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
    const offset = this.#offset;
    const late: ZipEntry[] = [];
    this.#entries.sortByPath();
    for (let index = 0; index < this.#entries.length; index++) {
      const entry = this.#entries.entry(index);
      if (last.includes(entry.path)) late.push(entry);
      else this.#writeRow(entry);
    }
    late.sort((a, b) => last.indexOf(a.path) - last.indexOf(b.path));
    for (const entry of late) this.#writeRow(entry);
    this.#write(directoryEnd(this.#entries.length, this.#offset - offset, offset));
    this.#flush();
  }

  #writeRow(entry: ZipEntry): void {
    this.#makeRoom(mostHeaderBytes(entry));
    this.#advance(directoryRow(this.#held, this.#heldBytes, entry, this.#stamp) - this.#heldBytes);
  }

  /** Small pieces are collected: otherwise twenty thousand headers would need as many system calls. */
  #write(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    if (bytes.length > HELD) {
      writeAll(this.#fd, bytes, this.#offset);
      this.#offset += bytes.length;
    } else {
      this.#held.set(bytes, this.#heldBytes);
      this.#advance(bytes.length);
    }
  }

  #makeRoom(bytes: number): void {
    if (this.#heldBytes + bytes > HELD) this.#flush();
  }

  #advance(bytes: number): void {
    this.#heldBytes += bytes;
    this.#offset += bytes;
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

import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, ZipFile } from 'yauzl';
import { asMalformed, Damage, explain } from './damage.ts';
import { findRecord } from './directory-search.ts';
import { type ArchiveEntry, checkDirectory, checkEntry, offsetOf } from './entries.ts';
import { FileSource } from './file-source.ts';
import { findLast } from './last-entries.ts';
import { MANIFEST_FILE, type Manifest } from './manifest.ts';
import { parseManifest } from './manifest-check.ts';

/** 2,500 projects with 100 types and their status make half a million. */
const MOST_ENTRIES = 2_000_000;
/** Up to here an entry is inflated at a stroke: six times as fast as a stream, and bounded. */
const SMALL = 1024 * 1024;
const inflatedAside = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);
const LARGEST_MANIFEST = 16 * 1024 * 1024;

/** An open archive. Its methods throw Damage or Unreadable, which name file, entry and offset. */
export class ArchiveReader {
  readonly path: string;
  readonly #source: FileSource;
  readonly #zip: ZipFile;
  #entries: readonly ArchiveEntry[] | null = null;

  private constructor(path: string, source: FileSource, zip: ZipFile) {
    this.path = path;
    this.#source = source;
    this.#zip = zip;
    // Errors come back through promises; an event that nobody hears would end the process.
    zip.on('error', () => {});
  }

  static async open(path: string): Promise<ArchiveReader> {
    let source: FileSource | null = null;
    try {
      source = await FileSource.open(path);
      // Each entry that is looked up by its name listens for errors, too.
      source.setMaxListeners(0);
      const options = { autoClose: false, strictFileNames: true };
      const zip = await fromRandomAccessReaderPromise(source, source.size, options);
      return new ArchiveReader(path, source, zip);
    } catch (error) {
      source?.close(() => {});
      throw explain(path, '', asMalformed(error));
    }
  }

  /** Size of the archive in bytes. */
  get size(): number {
    return this.#source.size;
  }

  /** All files in the archive, in the order of its directory. */
  async entries(): Promise<readonly ArchiveEntry[]> {
    this.#entries ??= await this.#walk();
    return this.#entries;
  }

  /**
   * The entry of a name, or null. Only its own record is checked: manifest and checksums are
   * among the last, and others are searched for by name.
   */
  async find(name: string): Promise<ArchiveEntry | null> {
    if (this.#entries !== null) return this.#entries.find((entry) => entry.name === name) ?? null;
    try {
      const { comment, entryCount } = this.#zip;
      const place = [this.#source, comment.length, entryCount, name] as const;
      const offset = (await findLast(...place)) ?? (await findRecord(...place));
      if (offset === null) return null;
      // A directory that begins with this record and has no other.
      const one = new ZipFile(this.#source, offset, this.size, 1, '', false, true, true, true);
      for await (const record of one.eachEntry()) return this.#checked(record);
      return null;
    } catch (error) {
      throw explain(this.path, 'directory', asMalformed(error));
    }
  }

  /** The checked manifest. */
  async manifest(): Promise<Manifest> {
    const entry = await this.find(MANIFEST_FILE);
    if (entry === null) throw new Damage(this.path, `it has no ${MANIFEST_FILE}`);
    const parsed = parseManifest(await this.read(entry, LARGEST_MANIFEST));
    if (parsed.kind === 'invalid') throw new Damage(this.path, `${MANIFEST_FILE}: ${parsed.reason}`);
    return parsed.manifest;
  }

  /** The whole content of an entry, which must not be larger than `limit` bytes; CRC checked. */
  async read(entry: ArchiveEntry, limit: number): Promise<Buffer> {
    if (entry.bytes > limit) {
      throw new Damage(
        this.path,
        `${placeOf(entry)}: has ${entry.bytes} bytes, more than the ${limit} it may have`,
      );
    }
    const pieces: Buffer[] = [];
    for await (const piece of this.#proven(entry, this.#atOnce(entry))) pieces.push(piece);
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }

  /** The content of an entry piece by piece; a wrong size or CRC-32 throws at the end. */
  stream(entry: ArchiveEntry): AsyncGenerator<Buffer> {
    const small = entry.bytes <= SMALL && entry.record.compressedSize <= SMALL;
    return this.#proven(entry, small ? this.#atOnce(entry) : this.#flowing(entry));
  }

  async *#proven(entry: ArchiveEntry, pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    try {
      let crc = 0;
      for await (const piece of pieces) {
        crc = crc32(piece, crc);
        yield piece;
      }
      if (crc !== entry.record.crc32) {
        throw new Error(`CRC-32 is ${hex(crc)}, should be ${hex(entry.record.crc32)}`);
      }
    } catch (error) {
      throw explain(this.path, placeOf(entry), asMalformed(error));
    }
  }

  close(): void {
    this.#zip.close();
  }

  async *#atOnce(entry: ArchiveEntry): AsyncGenerator<Buffer> {
    const packed = await this.#source.bytes(await this.#dataStart(entry), entry.record.compressedSize);
    const options = { maxOutputLength: Math.max(1, entry.bytes) };
    let content = packed;
    if (entry.record.compressionMethod !== 0) {
      // A thread of its own costs more than a small entry; a large one goes there in one piece.
      content =
        entry.bytes <= SMALL
          ? inflateRawSync(packed, options)
          : await inflatedAside(packed, { ...options, chunkSize: entry.bytes + 1 });
    }
    if (content.length !== entry.bytes) {
      throw new Error(`has ${content.length} bytes, should have ${entry.bytes}`);
    }
    yield content;
  }

  /** yauzl counts the bytes and stops as soon as there are more than the directory says. */
  async *#flowing(entry: ArchiveEntry): AsyncGenerator<Buffer> {
    await this.#dataStart(entry);
    for await (const piece of await this.#zip.openReadStreamPromise(entry.record)) {
      if (Buffer.isBuffer(piece)) yield piece;
    }
  }

  async #dataStart(entry: ArchiveEntry): Promise<number> {
    const local = await this.#zip.readLocalFileHeaderPromise(entry.record);
    // Tools that unpack as the bytes come in go by the local header; it must tell the same.
    if (local.fileName.toString('utf8') !== entry.name) throw new Error('local header has another name');
    if (local.compressionMethod !== entry.record.compressionMethod) {
      throw new Error('local header has another compression method');
    }
    return local.fileDataStart;
  }

  async #walk(): Promise<readonly ArchiveEntry[]> {
    const { entryCount } = this.#zip;
    if (entryCount > MOST_ENTRIES) {
      throw new Damage(this.path, `it claims ${entryCount} entries, more than ${MOST_ENTRIES}`);
    }
    const entries: ArchiveEntry[] = [];
    try {
      for await (const record of this.#zip.eachEntry()) {
        const entry = this.#checked(record);
        if (entry !== null) entries.push(entry);
      }
      checkDirectory(entries);
    } catch (error) {
      throw explain(this.path, `directory, after ${entries.length} entries`, asMalformed(error));
    }
    return entries;
  }

  #checked(record: Entry): ArchiveEntry | null {
    try {
      return checkEntry(record);
    } catch (error) {
      const place = `entry ${JSON.stringify(record.fileName)} at offset ${record.relativeOffsetOfLocalHeader}`;
      throw explain(this.path, place, asMalformed(error));
    }
  }
}

function placeOf(entry: ArchiveEntry): string {
  return `entry ${entry.name} at offset ${offsetOf(entry)}`;
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

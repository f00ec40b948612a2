import { READ } from '../../json/limits.ts';
import { CHECKSUMS_FILE } from '../../types/archive-paths.ts';
import { asMalformed, Damage, explain, Malformed } from '../format/damage.ts';
import type { ChecksumTable } from './checksum-table.ts';
import { type ArchiveEntry, checkDirectory, checkEntry, inOrderOfData } from './entries.ts';
import type { RangeSource } from './range-source.ts';
import {
  type DirectoryLocation,
  dataOffsetOf,
  parseRecord,
  RECORD,
  type RecordBytes,
  type VisitRecord,
  walkRecords,
} from './zip-directory.ts';

const SLASH = 0x2f;
/** A line of SHA256SUMS without the name: digits, two spaces, the end of the line. */
const LINE_BYTES = 64 + 2 + 1;

/** The entries of an archive. Methods throw Damage that names file, entry and offset, and Unreadable. */
export class Directory {
  readonly #path: string;
  readonly #source: RangeSource;
  readonly #location: DirectoryLocation;
  #entries: readonly ArchiveEntry[] | null = null;
  /** What was looked for by name. */
  readonly #found = new Map<string, ArchiveEntry | null>();
  #table: ChecksumTable | null = null;
  #checksumBytes: number | null = null;

  /** @param path path or URL of the archive, for messages */
  constructor(path: string, source: RangeSource, location: DirectoryLocation) {
    this.#path = path;
    this.#source = source;
    this.#location = location;
  }

  /** Offset of the first record, before which all data ends. */
  get start(): number {
    return this.#location.start;
  }

  /** All files in the order of the directory, after all checks. */
  async entries(): Promise<readonly ArchiveEntry[]> {
    this.#entries ??= await this.#checkedEntries();
    return this.#entries;
  }

  /** The entry of a name, or null. Of the others only the names are looked at. */
  async find(name: string): Promise<ArchiveEntry | null> {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    if (this.#entries !== null) return this.#entries.find((entry) => entry.name === name) ?? null;
    if (this.#table !== null) {
      const record = this.#table.recordOf(name);
      return record === null ? null : this.#checked(record);
    }
    await this.locate([name]);
    return this.#found.get(name) ?? null;
  }

  /** Looks for several entries in one walk; `find` then has them. */
  async locate(names: readonly string[]): Promise<void> {
    const wanted = names.map((name) => Buffer.from(name));
    const found = names.map((): ArchiveEntry | null | undefined => undefined);
    let checksumBytes = 0;
    await this.walk((record) => {
      const { bytes, at, nameEnd } = record;
      // Folders are not listed.
      if (bytes[nameEnd - 1] !== SLASH) checksumBytes += LINE_BYTES + nameEnd - at - RECORD;
      for (let each = 0; each < wanted.length; each += 1) {
        const name = wanted[each];
        if (name?.length !== nameEnd - at - RECORD || name.compare(bytes, at + RECORD, nameEnd) !== 0)
          continue;
        if (found[each] !== undefined)
          throw new Malformed(`entry ${JSON.stringify(names[each])} occurs twice`);
        found[each] = this.#checked(record);
      }
    });
    for (const [each, name] of names.entries()) this.#found.set(name, found[each] ?? null);
    this.#checksumBytes = checksumBytes - LINE_BYTES - CHECKSUMS_FILE.length;
  }

  /** The size of a SHA256SUMS that lists all other files; null before `locate`. */
  get checksumBytes(): number | null {
    return this.#checksumBytes;
  }

  /** From now on, entries are found in a table. It has the records of all but SHA256SUMS, which was found before. */
  useTable(table: ChecksumTable): void {
    this.#table = table;
  }

  /** Whether there is a table, so that `find` does not search the directory. */
  get isIndexed(): boolean {
    return this.#table !== null;
  }

  /** The files in the order of their data. With a table, they are made one at a time. */
  async *inOrderOfData(): AsyncGenerator<ArchiveEntry> {
    if (this.#table === null) {
      yield* inOrderOfData(await this.entries());
      return;
    }
    for (const record of this.#table.recordsInOrderOfData()) {
      const entry = this.#checked(record);
      if (entry !== null) yield entry;
    }
    const checksums = await this.find(CHECKSUMS_FILE);
    if (checksums !== null) yield checksums;
  }

  /** Visits all records; see walkRecords. */
  async walk(visit: VisitRecord, keepsBytes = false): Promise<void> {
    const { count } = this.#location;
    if (count > READ.entries)
      throw new Damage(this.#path, `it claims ${count} entries, more than ${READ.entries}`);
    try {
      await walkRecords(this.#source, this.#location, visit, keepsBytes);
    } catch (error) {
      throw explain(this.#path, 'directory', asMalformed(error));
    }
  }

  async #checkedEntries(): Promise<readonly ArchiveEntry[]> {
    const entries: ArchiveEntry[] = [];
    await this.walk((record) => {
      const entry = this.#checked(record);
      if (entry !== null) entries.push(entry);
    });
    try {
      checkDirectory(entries);
    } catch (error) {
      throw explain(this.#path, 'directory', asMalformed(error));
    }
    return entries;
  }

  #checked(record: RecordBytes): ArchiveEntry | null {
    const { bytes, at, nameEnd } = record;
    try {
      return checkEntry(parseRecord(record));
    } catch (error) {
      const name = JSON.stringify(bytes.toString('utf8', at + RECORD, nameEnd));
      throw explain(this.#path, `entry ${name} at offset ${dataOffsetOf(record)}`, asMalformed(error));
    }
  }
}

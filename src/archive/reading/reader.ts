import { createHash } from 'node:crypto';
import { READ } from '../../json/limits.ts';
import { CHECKSUMS_FILE, MANIFEST_FILE } from '../../types/archive-paths.ts';
import { type Fingerprints, SAYS, searchChecksums } from '../format/checksums.ts';
import { asMalformed, Damage, explain } from '../format/damage.ts';
import { type Manifest, type ParsedManifest, parseManifest } from '../format/manifest.ts';
import type { ChecksumTable } from './checksum-table.ts';
import { Directory } from './directory.ts';
import { type ArchiveEntry, offsetOf } from './entries.ts';
import { contentOf, dataStart, joined } from './entry-content.ts';
import { FileSource } from './file-source.ts';
import { matchedFingerprints, tableOf, type WalkRecords } from './fingerprints.ts';
import type { RangeSource } from './range-source.ts';
import { findDirectory } from './zip-directory.ts';

/** Bytes of compressed data that `dataKeys` reads at most: they are in memory. */
const MOST_KEYED_BYTES = 4 * 1024 * 1024;

/** Receives content that does not match SHA256SUMS; if it throws, reading ends. */
export type OnUnproven = (damage: Damage) => void;

/**
 * An open archive. Its methods throw Damage or Unreadable, which name file, entry and offset.
 *
 * Content is compared with SHA256SUMS when all of the entry has been read: a caller that acts
 * on a part must read to the end. The manifest is compared when the first other entry is read, since
 * `list` reads the manifests of many archives and nothing else.
 */
export class ArchiveReader {
  readonly path: string;
  readonly #source: RangeSource;
  readonly #directory: Directory;
  readonly #unproven: OnUnproven | null;
  #fingerprints: Promise<Fingerprints> | null = null;

  private constructor(path: string, source: RangeSource, directory: Directory, unproven: OnUnproven | null) {
    this.path = path;
    this.#source = source;
    this.#directory = directory;
    this.#unproven = unproven;
  }

  /** Opens a file; see over. */
  static async open(path: string, unproven?: OnUnproven | null): Promise<ArchiveReader> {
    return await ArchiveReader.over(path, () => FileSource.open(path), unproven);
  }

  /**
   * Opens an archive over any source of bytes.
   *
   * @param path path or URL, for messages
   * @param open opens the source; the reader closes it
   * @param unproven by default Damage is thrown; null if nothing is to be compared with SHA256SUMS
   * @throws Damage, Unreadable
   */
  static async over(
    path: string,
    open: () => Promise<RangeSource>,
    unproven: OnUnproven | null = refuse,
  ): Promise<ArchiveReader> {
    let source: RangeSource | null = null;
    try {
      source = await open();
      const directory = new Directory(path, source, await findDirectory(source));
      return new ArchiveReader(path, source, directory, unproven);
    } catch (error) {
      source?.close();
      throw explain(path, '', asMalformed(error));
    }
  }

  /** Size of the archive in bytes. */
  get size(): number {
    return this.#source.size;
  }

  /** All files in the archive, in the order of its directory. */
  entries(): Promise<readonly ArchiveEntry[]> {
    return this.#directory.entries();
  }

  /** All files in the order of their data, after `checksumTable` one at a time. */
  inOrderOfData(): AsyncGenerator<ArchiveEntry> {
    return this.#directory.inOrderOfData();
  }

  /** The entry of a name, or null. Of the others only the names are looked at. */
  find(name: string): Promise<ArchiveEntry | null> {
    return this.#directory.find(name);
  }

  /** Looks for several entries in one walk over the directory; `find` then has them. */
  locate(names: readonly string[]): Promise<void> {
    return this.#directory.locate(names);
  }

  /** The checked manifest. */
  async manifest(parse: (bytes: Buffer) => ParsedManifest = parseManifest): Promise<Manifest> {
    const entry = await this.find(MANIFEST_FILE);
    if (entry === null) throw new Damage(this.path, `it has no ${MANIFEST_FILE}`);
    const parsed = parse(await this.#bytes(entry, READ.manifestBytes));
    if (parsed.kind === 'invalid') throw new Damage(this.path, `${MANIFEST_FILE}: ${parsed.reason}`);
    return parsed.manifest;
  }

  /** Whether it is known where the record of each entry is, so that `find` does not search the directory. */
  get isIndexed(): boolean {
    return this.#directory.isIndexed;
  }

  /** SHA256SUMS with the records of the directory; null if one of them is not as the export writes it. */
  async checksumTable(): Promise<ChecksumTable | null> {
    const text = await this.#checksumsFile();
    return text === null ? null : await this.#tableOf(text);
  }

  /** By name of the entry; not of SHA256SUMS itself. */
  fingerprints(): Promise<Fingerprints> {
    this.#fingerprints ??= this.#readFingerprints();
    return this.#fingerprints;
  }

  /**
   * The checksums of a few entries; those that are not listed are left out.
   *
   * @returns entry name → SHA-256
   * @throws also Damage if there is no SHA256SUMS, or it names one of them twice
   */
  async checksumsOf(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const text = await this.#checksumsFile();
    if (text === null) throw new Damage(this.path, SAYS.noFile);
    const { sums, problems } = searchChecksums(text, names);
    const [problem] = problems;
    if (problem !== undefined) throw new Damage(this.path, SAYS.problem(problem));
    return sums;
  }

  /**
   * A text for the content of each of a few entries: where two texts are the same, the contents are the same. They are
   * made of the compressed data, which is read instead of SHA256SUMS, a much larger file in which most of the time of
   * `history` would be spent.
   *
   * @param names those that the archive does not have are left out
   * @returns null if reading SHA256SUMS costs less, its size shows that it does not list what the directory has, or the
   *   data are too large
   */
  async dataKeys(names: readonly string[]): Promise<ReadonlyMap<string, string> | null> {
    await this.locate([...names, CHECKSUMS_FILE]);
    const checksums = await this.find(CHECKSUMS_FILE);
    if (!this.#source.isLocal || checksums?.bytes !== this.#directory.checksumBytes) return null;
    const most = Math.min(checksums.record.packedBytes, MOST_KEYED_BYTES);
    const keys = new Map<string, string>();
    let bytes = 0;
    for (const name of names) {
      const entry = await this.find(name);
      if (entry === null) continue;
      bytes += entry.record.packedBytes;
      if (bytes > most) return null;
      keys.set(name, await this.#dataKey(entry));
    }
    return keys;
  }

  async #dataKey(entry: ArchiveEntry): Promise<string> {
    const { method, crc, packedBytes } = entry.record;
    try {
      const start = await dataStart(this.#source, entry, this.#directory.start);
      const packed = await this.#source.bytes(start, packedBytes);
      return `${createHash('sha256').update(packed).digest('hex')} ${method} ${entry.bytes} ${crc}`;
    } catch (error) {
      throw explain(this.path, whereIs(entry), asMalformed(error));
    }
  }

  /**
   * The SHA-256 of SHA256SUMS, which has those of all other entries: two archives with the same one have the
   * same content.
   *
   * @throws also Damage if there is no SHA256SUMS
   */
  async digest(): Promise<string> {
    const text = await this.#checksumsFile();
    if (text === null) throw new Damage(this.path, SAYS.noFile);
    return createHash('sha256').update(text).digest('hex');
  }

  /** The whole content of an entry, which must not be larger than `limit` bytes. */
  async read(entry: ArchiveEntry, limit: number): Promise<Buffer> {
    this.#assertWithin(entry, limit);
    return await joined(this.#proven(entry, true));
  }

  /** The content of an entry piece by piece; a wrong size, CRC-32 or SHA-256 throws at the end. */
  stream(entry: ArchiveEntry): AsyncGenerator<Buffer> {
    return this.#proven(entry, false);
  }

  close(): void {
    this.#source.close();
  }

  async *#proven(entry: ArchiveEntry, whole: boolean): AsyncGenerator<Buffer> {
    if (this.#unproven === null || entry.name === CHECKSUMS_FILE) {
      yield* this.#content(entry, whole);
      return;
    }
    const wanted = (await this.fingerprints()).get(entry.name);
    const hash = createHash('sha256');
    for await (const piece of this.#content(entry, whole)) {
      hash.update(piece);
      yield piece;
    }
    // An entry that is not listed was reported when the fingerprints were read.
    if (wanted !== undefined && hash.digest('hex') !== wanted.sha256)
      this.#report(SAYS.different(entry.name));
  }

  async *#content(entry: ArchiveEntry, whole: boolean): AsyncGenerator<Buffer> {
    try {
      yield* contentOf(this.#source, entry, this.#directory.start, whole);
    } catch (error) {
      throw explain(this.path, whereIs(entry), asMalformed(error));
    }
  }

  async #bytes(entry: ArchiveEntry, limit: number): Promise<Buffer> {
    this.#assertWithin(entry, limit);
    return await joined(this.#content(entry, true));
  }

  async #readFingerprints(): Promise<Fingerprints> {
    const text = await this.#checksumsFile();
    if (text === null) {
      this.#report(SAYS.noFile);
      return new Map();
    }
    const fingerprints = (await this.#tableOf(text)) ?? (await this.#matched(text));
    await this.#proveManifest(fingerprints);
    return fingerprints;
  }

  async #tableOf(text: Buffer): Promise<ChecksumTable | null> {
    const table = await tableOf(text, (visit) => this.#directory.walk(visit, true));
    if (table !== null) this.#directory.useTable(table);
    return table;
  }

  async #matched(text: Buffer): Promise<Fingerprints> {
    const walk: WalkRecords = (visit) => this.#directory.walk(visit);
    const { fingerprints, mismatches } = await matchedFingerprints(text, walk);
    for (const reason of mismatches) this.#report(reason);
    return fingerprints;
  }

  /** The content of SHA256SUMS; null if there is none. */
  async #checksumsFile(): Promise<Buffer | null> {
    const entry = await this.find(CHECKSUMS_FILE);
    return entry === null ? null : await this.#bytes(entry, READ.checksumBytes);
  }

  /** The manifest was read first, before there were fingerprints, and it says what the other entries are. */
  async #proveManifest(fingerprints: Fingerprints): Promise<void> {
    const wanted = fingerprints.get(MANIFEST_FILE);
    const entry = await this.find(MANIFEST_FILE);
    if (entry === null || wanted === undefined) return;
    const bytes = await this.#bytes(entry, READ.manifestBytes);
    if (createHash('sha256').update(bytes).digest('hex') !== wanted.sha256)
      this.#report(SAYS.different(MANIFEST_FILE));
  }

  #report(reason: string): void {
    this.#unproven?.(new Damage(this.path, reason));
  }

  #assertWithin(entry: ArchiveEntry, limit: number): void {
    if (entry.bytes <= limit) return;
    const reason = `has ${entry.bytes} bytes, more than the limit of ${limit}`;
    throw new Damage(this.path, `${whereIs(entry)}: ${reason}`);
  }
}

function refuse(damage: Damage): never {
  throw damage;
}

function whereIs(entry: ArchiveEntry): string {
  return `entry ${entry.name} at offset ${offsetOf(entry)}`;
}

import { createHash } from 'node:crypto';
import {
  CHECKSUMS_FILE,
  logPathOf,
  MANIFEST_FILE,
  type TypePath,
  typePathOf,
} from '../../types/archive-paths.ts';
import { matchNames, parseChecksums, SAYS } from '../format/checksums.ts';
import { Damage, Unreadable } from '../format/damage.ts';
import type { Manifest } from '../format/manifest.ts';
import { FoundFiles, failedTypes } from '../format/manifest-compare.ts';
import type { ArchiveFile } from './archive-file.ts';
import type { ChecksumTable } from './checksum-table.ts';
import type { ArchiveEntry } from './entries.ts';
import { ListCheck } from './list-check.ts';
import type { ArchiveReader } from './reader.ts';

/** The result of verifying an archive. */
export interface Verification {
  readonly file: string;
  /** `unreadable`: it, or a part of it, could not be read; whether it is intact is unknown. */
  readonly verdict: 'good' | 'incomplete' | 'damaged' | 'unreadable';
  /** Sentences: what is wrong, or could not be read, or, in an incomplete archive, which types failed and why. */
  readonly problems: readonly string[];
  /** Null if it could not be read. */
  readonly manifest: Manifest | null;
  /** Number of files in the archive. */
  readonly entries: number;
  /** Their uncompressed size, as far as they could be read. */
  readonly bytes: number;
}

/** A line of SHA256SUMS: digits, two spaces, a name of at most 1024 characters. */
const LONGEST_LINE = 64 + 2 + 1024 + 1;

/**
 * Verifies an archive: the structure of the zip, CRC-32 and SHA-256 of every entry, that every
 * type file is a sorted List of objects, and that the manifest matches the content. One piece
 * of one entry is in memory at a time, besides the directory and the checksums as bytes. Does not throw for errors of
 * the archive.
 */
export async function verifyArchive(file: ArchiveFile): Promise<Verification> {
  const findings = new Findings(file.path);
  try {
    const archive = await file.open(null);
    try {
      await findings.gather(archive);
    } finally {
      archive.close();
    }
  } catch (error) {
    findings.blame(error);
  }
  return findings.verification();
}

/** Null if it cannot be read, or is not as the export writes it: reading each entry shows what is wrong. */
async function tableOf(archive: ArchiveReader): Promise<ChecksumTable | null> {
  try {
    return await archive.checksumTable();
  } catch (error) {
    if (error instanceof Damage || error instanceof Unreadable) return null;
    throw error;
  }
}

class Findings {
  readonly #path: string;
  /** A broken manifest is found twice, as an entry and as the manifest; it is reported once. */
  readonly #problems = new Set<string>();
  readonly #found = new FoundFiles();
  /** The checksums of the content, if they cannot be compared with a table at once. */
  readonly #sums = new Map<string, string>();
  /** Sentences about entries with other checksums than SHA256SUMS says. */
  readonly #different: string[] = [];
  /** Reasons why something could not be read. */
  readonly #unread = new Set<string>();
  #manifest: Manifest | null = null;
  #entries = 0;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async gather(archive: ArchiveReader): Promise<void> {
    const table = await tableOf(archive);
    for await (const entry of archive.inOrderOfData()) {
      this.#entries += 1;
      try {
        const sum = await this.#readEntry(archive, entry);
        if (table === null) this.#sums.set(entry.name, sum);
        else if (entry.name !== CHECKSUMS_FILE && table.get(entry.name)?.sha256 !== sum)
          this.#different.push(SAYS.different(entry.name));
      } catch (error) {
        this.blame(error);
      }
    }
    try {
      this.#manifest = await archive.manifest();
      // Entries that could not be read are unknown, so the manifest cannot be compared.
      if (this.#unread.size === 0) this.#note(this.#found.compare(this.#manifest));
    } catch (error) {
      this.blame(error);
    }
    if (table === null) await this.#compareSums(archive);
    this.#note(this.#different);
  }

  /** Records what is wrong with the archive; any other error is a defect of ours and is thrown on. */
  blame(error: unknown): void {
    if (error instanceof Damage) this.#problems.add(error.reason);
    else if (error instanceof Unreadable) this.#unread.add(error.reason);
    else throw error;
  }

  verification(): Verification {
    const found = {
      file: this.#path,
      manifest: this.#manifest,
      entries: this.#entries,
      bytes: this.#bytes,
    };
    const problems = [...this.#problems, ...this.#unread];
    if (this.#problems.size > 0) return { ...found, verdict: 'damaged', problems };
    if (this.#unread.size > 0 || this.#manifest === null)
      return { ...found, verdict: 'unreadable', problems };
    const failed = failedTypes(this.#manifest).map(
      ({ name, reason }) => `${name} failed: ${reason ?? 'no reason is given'}`,
    );
    return { ...found, verdict: failed.length > 0 ? 'incomplete' : 'good', problems: failed };
  }

  #note(problems: readonly string[]): void {
    for (const problem of problems) this.#problems.add(problem);
  }

  /** Checks the content of an entry; returns its SHA-256. */
  async #readEntry(archive: ArchiveReader, entry: ArchiveEntry): Promise<string> {
    const hash = createHash('sha256');
    const typePath = typePathOf(entry.name);
    const check = typePath === null ? null : new ListCheck(typePath.view === '_metadata');
    for await (const piece of archive.stream(entry)) {
      hash.update(piece);
      this.#bytes += piece.length;
      check?.push(piece);
    }
    check?.end();
    this.#checkPlace(entry, typePath, check);
    return hash.digest('hex');
  }

  /** Whether an entry is one that an archive has, and what is in it. */
  #checkPlace(entry: ArchiveEntry, typePath: TypePath | null, check: ListCheck | null): void {
    if (entry.name === MANIFEST_FILE || entry.name === CHECKSUMS_FILE) return;
    if (logPathOf(entry.name) !== null) {
      this.#found.addLog(entry.bytes);
      return;
    }
    if (typePath === null || check === null) {
      this.#problems.add(`${entry.name} is no type file`);
      return;
    }
    this.#note(check.problems.map((problem) => `${entry.name}: ${problem}`));
    const { count } = entry.record;
    const counted = typePath.view === '_metadata' ? check.beingDeleted : check.objects;
    if (count !== null && count !== counted)
      this.#problems.add(`the directory counts ${count} objects in ${entry.name}, but it has ${counted}`);
    this.#found.add({ typePath, bytes: entry.bytes, objects: check.objects, names: check.namesDigest() });
  }

  async #compareSums(archive: ArchiveReader): Promise<void> {
    const entries = await archive.entries();
    const entry = entries.find(({ name }) => name === CHECKSUMS_FILE);
    if (entry === undefined) {
      this.#problems.add(SAYS.noFile);
      return;
    }
    // SHA256SUMS itself is invalid, as reported above, so there is nothing to compare with.
    if (!this.#sums.has(CHECKSUMS_FILE)) return;
    const text = await archive.read(entry, entries.length * LONGEST_LINE);
    const { sums, problems } = parseChecksums(text.toString('utf8'));
    this.#note(problems.map(SAYS.problem));
    const { unlisted, missing } = matchNames(sums, new Set(entries.map(({ name }) => name)));
    this.#note(missing.map(SAYS.missing));
    this.#note(unlisted.map(SAYS.unlisted));
    // An entry that could not be read has no checksum, and was reported already.
    for (const [name, sum] of this.#sums)
      if (sums.has(name) && sums.get(name) !== sum) this.#problems.add(SAYS.different(name));
  }
}

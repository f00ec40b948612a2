import { type Fingerprint, SAYS } from '../archive/format/checksums.ts';
import { Damage } from '../archive/format/damage.ts';
import type { Manifest } from '../archive/format/manifest.ts';
import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import type { ArchiveEntry } from '../archive/reading/entries.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { Coverage } from '../changes/coverage.ts';
import { type LabelMatcher, selectorMatcher } from '../types/selector.ts';

/** One of two archives that are compared. */
export class Side {
  readonly archive: ArchiveReader;
  readonly manifest: Manifest;
  readonly coverage: Coverage;
  /** What `--selector` let into the archive; null where there was none. */
  readonly selects: LabelMatcher | null;
  readonly fingerprints: ReadonlyMap<string, Fingerprint>;
  #entries: ReadonlyMap<string, ArchiveEntry> | null = null;

  private constructor(
    archive: ArchiveReader,
    manifest: Manifest,
    fingerprints: ReadonlyMap<string, Fingerprint>,
  ) {
    this.archive = archive;
    this.manifest = manifest;
    this.fingerprints = fingerprints;
    this.coverage = new Coverage(manifest);
    this.selects = selectorOf(manifest);
  }

  /**
   * Opens an archive for comparing: manifest and checksums are read, nothing else.
   *
   * @param manifest that of an archive which has none yet
   * @throws Damage, Unreadable
   */
  static async open(file: ArchiveFile, manifest: Manifest | null = null): Promise<Side> {
    const archive = await file.open();
    try {
      return new Side(archive, manifest ?? (await archive.manifest()), await archive.fingerprints());
    } catch (error) {
      archive.close();
      throw error;
    }
  }

  /** The entry of a name that the checksums tell of. Throws Damage where there is none. */
  async entry(name: string): Promise<ArchiveEntry> {
    this.#entries ??= new Map((await this.archive.entries()).map((entry) => [entry.name, entry]));
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    throw new Damage(this.archive.path, SAYS.missing(name));
  }

  /** The entry of a name, or null where the checksums tell of none. Throws as entry. */
  async find(name: string): Promise<ArchiveEntry | null> {
    return this.fingerprints.has(name) ? await this.entry(name) : null;
  }

  close(): void {
    this.archive.close();
  }
}

/** What `--selector` let into an archive; null where there was none. */
export function selectorOf({ options }: Manifest): LabelMatcher | null {
  return typeof options.selector === 'string' ? selectorMatcher(options.selector) : null;
}

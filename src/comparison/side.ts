import { type Fingerprint, type Fingerprints, SAYS } from '../archive/format/checksums.ts';
import { Damage } from '../archive/format/damage.ts';
import type { Manifest } from '../archive/format/manifest.ts';
import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import type { ArchiveEntry } from '../archive/reading/entries.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { Coverage } from '../changes/coverage.ts';
import { entryName, typePathOf } from '../types/archive-paths.ts';
import { type LabelMatcher, selectorMatcher } from '../types/selector.ts';

/** Projects that are compared with projects of other names. */
export interface SideMapping {
  /** The name in this archive → the name in the comparison. Other projects are not compared. */
  readonly projects: ReadonlyMap<string, string>;
  /** An object as it is compared, where its project is called as in this archive; null if it is not compared. */
  readonly form: (
    bytes: Buffer,
    typePath: { readonly project: string | null; readonly type: string },
  ) => Buffer | null;
}

/** One of two archives that are compared. */
export class Side {
  readonly archive: ArchiveReader;
  readonly manifest: Manifest;
  readonly coverage: Coverage;
  /** The `--selector` of the archive; null if there was none. */
  readonly selects: LabelMatcher | null;
  /** By name of the entry, with the names that projects have in the comparison. */
  readonly fingerprints: Fingerprints;
  /** Null if projects keep their names. */
  readonly mapping: SideMapping | null;
  readonly #namesInArchive: ReadonlyMap<string, string>;
  #entries: ReadonlyMap<string, ArchiveEntry> | null = null;

  private constructor(
    archive: ArchiveReader,
    manifest: Manifest,
    fingerprints: Fingerprints,
    mapping: SideMapping | null,
  ) {
    this.archive = archive;
    this.manifest = manifest;
    this.mapping = mapping;
    this.#namesInArchive = new Map([...(mapping?.projects ?? [])].map(([name, other]) => [other, name]));
    this.fingerprints = mapping === null ? fingerprints : mappedNames(fingerprints, mapping);
    this.coverage = new Coverage(manifest, (project) => this.nameInArchive(project));
    this.selects = selectorOf(manifest);
  }

  /**
   * Opens an archive for comparing. Only manifest and checksums are read.
   *
   * @param manifest for an archive that has none yet
   * @param mapping projects that are compared under other names, and alone
   * @throws Damage, Unreadable
   */
  static async open(
    file: ArchiveFile,
    manifest: Manifest | null = null,
    mapping: SideMapping | null = null,
  ): Promise<Side> {
    const archive = await file.open();
    try {
      const own = manifest ?? (await archive.manifest());
      return new Side(archive, own, await archive.fingerprints(), mapping);
    } catch (error) {
      archive.close();
      throw error;
    }
  }

  /** The name of a project in the archive. */
  nameInArchive(project: string): string {
    return this.#namesInArchive.get(project) ?? project;
  }

  /** The entry of a name in `fingerprints`. Throws Damage if there is none. */
  async entry(compared: string): Promise<ArchiveEntry> {
    const name = this.mapping === null ? compared : renamed(compared, this.#namesInArchive);
    const entry = this.archive.isIndexed ? await this.archive.find(name) : (await this.#all()).get(name);
    if (entry !== undefined && entry !== null) return entry;
    throw new Damage(this.archive.path, SAYS.missing(name));
  }

  /** The entry of a name, or null if the checksums do not list it. Throws as entry. */
  async find(name: string): Promise<ArchiveEntry | null> {
    return this.fingerprints.has(name) ? await this.entry(name) : null;
  }

  async #all(): Promise<ReadonlyMap<string, ArchiveEntry>> {
    this.#entries ??= new Map((await this.archive.entries()).map((entry) => [entry.name, entry]));
    return this.#entries;
  }

  close(): void {
    this.archive.close();
  }
}

/** The files of mapped projects and of cluster-scoped types, none of which is the same as in another archive. */
function mappedNames(fingerprints: Fingerprints, { projects }: SideMapping): Fingerprints {
  const mapped = new Map<string, Fingerprint>();
  for (const [name, fingerprint] of fingerprints) {
    const project = typePathOf(name)?.project;
    if (project === undefined || (project !== null && !projects.has(project))) continue;
    // The content is another one in the comparison: each side has its own.
    const sha256 = `${[...projects.keys()].join()} ${fingerprint.sha256}`;
    mapped.set(renamed(name, projects), { ...fingerprint, sha256 });
  }
  return mapped;
}

function renamed(entry: string, projects: ReadonlyMap<string, string>): string {
  const typePath = typePathOf(entry);
  if (typePath === null || typePath.project === null) return entry;
  return entryName(projects.get(typePath.project) ?? typePath.project, typePath.view, typePath.type);
}

/** The `--selector` of an archive; null if there was none. */
export function selectorOf({ options }: Manifest): LabelMatcher | null {
  return typeof options.selector === 'string' ? selectorMatcher(options.selector) : null;
}

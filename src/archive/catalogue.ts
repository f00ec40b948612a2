import { Damage, Unreadable } from './damage.ts';
import { MANIFEST_FILE, type Manifest } from './manifest.ts';
import type { Naming } from './names.ts';
import { ArchiveReader } from './reader.ts';
import { listArchives, type StoredArchive } from './store.ts';

/** What became of reading a manifest; a broken archive is a value, not a crash. */
export type ManifestReading =
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'damaged'; readonly reason: string }
  /** A whole zip, but none of ours. */
  | { readonly kind: 'foreign'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** An archive on the volume together with what its manifest says. */
export interface CatalogueRow {
  readonly archive: StoredArchive;
  readonly reading: ManifestReading;
}

/** On network volumes most of the time is waiting; more than this gains nothing. */
const AT_ONCE = 8;

/**
 * Reads the manifests of all archives of a naming, the newest first.
 *
 * @throws Failure where the volume cannot be read
 */
export async function readManifests(volume: string, naming: Naming): Promise<CatalogueRow[]> {
  const archives = await listArchives(volume, naming);
  const rows: CatalogueRow[] = [];
  for (let from = 0; from < archives.length; from += AT_ONCE) {
    const group = archives.slice(from, from + AT_ONCE);
    rows.push(
      ...(await Promise.all(
        group.map(async (archive) => ({ archive, reading: await readManifest(archive.path) })),
      )),
    );
  }
  return rows;
}

/** Reads `manifest.json` of an archive, some milliseconds also where there are 100,000 entries. Never throws. */
export async function readManifest(path: string): Promise<ManifestReading> {
  try {
    const archive = await ArchiveReader.open(path);
    try {
      if ((await archive.find(MANIFEST_FILE)) === null)
        return { kind: 'foreign', reason: `it has no ${MANIFEST_FILE}` };
      return { kind: 'manifest', manifest: await archive.manifest() };
    } finally {
      archive.close();
    }
  } catch (error) {
    if (error instanceof Damage) return { kind: 'damaged', reason: error.reason };
    if (error instanceof Unreadable) return { kind: 'unreadable', reason: error.reason };
    throw error;
  }
}

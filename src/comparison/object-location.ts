import pMap from 'p-map';
import { SAYS } from '../archive/format/checksums.ts';
import { Damage, Unreadable } from '../archive/format/damage.ts';
import type { Manifest } from '../archive/format/manifest.ts';
import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import type { Compared } from '../changes/comparison.ts';
import { Coverage } from '../changes/coverage.ts';
import type { Observation } from '../changes/version-spans.ts';
import { entryName } from '../types/archive-paths.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import type { ObjectFile, ObjectReference } from './object-files.ts';
import { selectorOf } from './side.ts';

/** On network volumes and in buckets, most of the time is waiting; a higher value is not faster. */
const AT_ONCE = 8;

/** Where an archive has the type of an object; if it has no such file, what that says about the object. */
export type ObjectLocation =
  | {
      readonly kind: 'file';
      readonly row: CatalogueRow;
      readonly manifest: Manifest;
      readonly file: ObjectFile;
    }
  | { readonly kind: 'none'; readonly row: CatalogueRow; readonly observation: Observation };

/**
 * Looks up the file of an object in each archive, using only the manifest, which was read already, and the file's
 * compressed data or its checksum.
 *
 * @param status whether the status is requested; archives made without it are then unknown
 */
export function locationsOf(
  rows: readonly CatalogueRow[],
  reference: ObjectReference,
  status: boolean,
  signal: AbortSignal,
): Promise<ObjectLocation[]> {
  return pMap(
    rows,
    async (row): Promise<ObjectLocation> => {
      signal.throwIfAborted();
      const unknown = (reason: string): ObjectLocation => ({
        kind: 'none',
        row,
        observation: { kind: 'unknown', archive: comparedOf(row), reason },
      });
      if (row.reading.kind !== 'manifest') return unknown(`${row.reading.kind}: ${row.reading.reason}`);
      const { manifest } = row.reading;
      const gap = gapOf(manifest, reference);
      if (gap !== null) return unknown(gap);
      if (status && manifest.options['no-status'] === true) return unknown('made with --no-status');
      try {
        const file = await fileIn(row.archive, reference, status);
        if (file !== null) return { kind: 'file', row, manifest, file };
        return { kind: 'none', row, observation: absent(row, manifest, reference) };
      } catch (error) {
        return unknown(reasonOf(error));
      }
    },
    { concurrency: AT_ONCE },
  );
}

/** The object is not in an archive, which would have it unless it has only some of the objects of its type. */
export function absent(
  row: CatalogueRow,
  manifest: Manifest,
  { project, type, name }: Pick<ObjectReference, 'project' | 'type' | 'name'>,
): Observation {
  const gap = project === null ? new Coverage(manifest).objectGap(type, name) : null;
  if (gap !== null) return { kind: 'unknown', archive: comparedOf(row), reason: gap };
  return { kind: 'absent', archive: comparedOf(row), selects: selectorOf(manifest) };
}

function gapOf(manifest: Manifest, { project, type, name }: ObjectReference): string | null {
  const coverage = new Coverage(manifest);
  const gap = coverage.typeGap(type);
  if (gap !== null) return `${type} ${gap}`;
  if (project !== null) return coverage.projectGap(type, project);
  // A backup of some projects has the Namespace objects of these alone.
  return type === 'namespaces' ? coverage.projectGap(type, name) : null;
}

async function fileIn(
  stored: ArchiveFile,
  { project, type }: ObjectReference,
  status: boolean,
): Promise<ObjectFile | null> {
  const [plain, bound, beside] = [
    entryName(project, '', type),
    // Another volume of a claim is a change.
    entryName(project, '_bound', type),
    entryName(project, '_status', type),
  ];
  // For deletions in progress.
  const metadata = entryName(project, '_metadata', type);
  const names = [plain, bound, metadata, ...(status ? [beside] : [])];
  const archive = await stored.open();
  try {
    const keys = (await archive.dataKeys(names)) ?? (await checksumKeys(archive, names));
    if (!keys.has(plain)) return null;
    const entries = {
      objects: keys.has(bound) ? bound : plain,
      status: keys.has(beside) ? beside : null,
      metadata: keys.has(metadata) ? metadata : null,
    };
    const keyOf = (name: string | null) => (name === null ? '' : (keys.get(name) ?? ''));
    const contentKey = [entries.objects, entries.status].map(keyOf).join(' ');
    return { archive: stored, entries, key: `${contentKey} ${keyOf(entries.metadata)}`, contentKey };
  } finally {
    archive.close();
  }
}

/** A key for each entry that SHA256SUMS lists. It includes the CRC-32, so that a forged SHA-256 is not enough to make two files equal. */
async function checksumKeys(
  archive: ArchiveReader,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  for (const [name, sha256] of await archive.checksumsOf(names)) {
    const entry = await archive.find(name);
    if (entry === null) throw new Damage(archive.path, SAYS.missing(name));
    keys.set(name, `${sha256} ${entry.record.crc}`);
  }
  return keys;
}

/** Name and time of an archive. */
export function comparedOf({ archive, time }: CatalogueRow): Compared {
  return { name: archive.file, time: time.toISOString() };
}

/** Why an archive gives no information. Throws any error except damage. */
export function reasonOf(error: unknown): string {
  if (error instanceof Damage) return `damaged: ${error.reason}`;
  if (error instanceof Unreadable) return `unreadable: ${error.reason}`;
  throw error;
}

import type { Fingerprints } from '../archive/format/checksums.ts';
import { ChecksumTable } from '../archive/reading/checksum-table.ts';
import { entryName, typePathOf } from '../types/archive-paths.ts';

/** Names of the entries with the objects of a type in a project of one archive. */
export interface TypeEntries {
  readonly objects: string;
  /** If the status is compared and exists. */
  readonly status: string | null;
  /** If they have metadata, and the other archive has metadata too, or no such objects. */
  readonly metadata: string | null;
}

/** The entries of a type in a project that differ between the archives. */
export interface FilePair {
  /** Null for cluster-scoped types. */
  readonly project: string | null;
  readonly type: string;
  /** Null if there are none. */
  readonly before: TypeEntries | null;
  readonly after: TypeEntries | null;
  /** The objects are equal; only deletions in progress may differ. */
  readonly metadataAlone: boolean;
}

/**
 * Finds the entries that must be opened, sorted by project (cluster-scoped types first) and
 * type. PersistentVolumeClaims are compared with their binding if both archives have it:
 * another volume is a change.
 */
export function filePairs(before: Fingerprints, after: Fingerprints, withStatus: boolean): FilePair[] {
  const pairs = new Map<string, FilePair>();
  for (const name of differing(before, after)) {
    const typePath = typePathOf(name);
    if (typePath === null || (typePath.view === '_status' && !withStatus)) continue;
    const { project, type } = typePath;
    const key = entryName(project, '', type);
    if (pairs.has(key)) continue;
    const bound = entryName(project, '_bound', type);
    const objects = before.has(bound) && after.has(bound) ? bound : key;
    const status = withStatus ? entryName(project, '_status', type) : null;
    const beside = entryName(project, '_metadata', type);
    // If only one of them shows deletions in progress, it is not known whether they are a change.
    const isKnown = [before, after].every((files) => files.has(beside) || !files.has(objects));
    const metadata = isKnown ? beside : null;
    const isSame = (entry: string | null) => entry === null || isSameFile(before, after, entry);
    const metadataAlone = isSame(objects) && isSame(status);
    if (metadataAlone && !isKnown) continue;
    pairs.set(key, {
      project,
      type,
      before: entriesOf(before, objects, status, metadata),
      after: entriesOf(after, objects, status, metadata),
      metadataAlone,
    });
  }
  return [...pairs.values()].sort(byProjectAndType);
}

/** Whether a file is equal in both, or missing in both. */
export function isSameFile(before: Fingerprints, after: Fingerprints, name: string): boolean {
  const [own, other] = [before.get(name), after.get(name)];
  return own?.sha256 === other?.sha256 && own?.crc === other?.crc;
}

function* differing(before: Fingerprints, after: Fingerprints): Generator<string> {
  if (before instanceof ChecksumTable && after instanceof ChecksumTable) {
    yield* before.differing(after);
    return;
  }
  for (const name of before.keys()) if (!isSameFile(before, after, name)) yield name;
  for (const name of after.keys()) if (!before.has(name)) yield name;
}

function entriesOf(
  files: Fingerprints,
  objects: string,
  status: string | null,
  metadata: string | null,
): TypeEntries | null {
  if (!files.has(objects)) return null;
  const present = (name: string | null) => (name !== null && files.has(name) ? name : null);
  return { objects, status: present(status), metadata: present(metadata) };
}

function byProjectAndType(a: FilePair, b: FilePair): number {
  const [own, other] = [a.project ?? '', b.project ?? ''];
  if (own !== other) return own < other ? -1 : 1;
  return a.type < b.type ? -1 : 1;
}

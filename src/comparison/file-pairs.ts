import { entryName, placeOf } from '../archive/places.ts';
import type { Fingerprint } from '../archive/proof.ts';

/** Names of the entries that hold the objects of a type in a project of one archive. */
export interface TypeEntries {
  readonly objects: string;
  /** Where the status is wanted and there is any. */
  readonly status: string | null;
}

/** The entries of a type in a project that are not the same in both archives. */
export interface FilePair {
  /** Null for cluster-scoped types. */
  readonly project: string | null;
  readonly type: string;
  /** Null where there are none. */
  readonly before: TypeEntries | null;
  readonly after: TypeEntries | null;
}

type Fingerprints = ReadonlyMap<string, Fingerprint>;

/**
 * Finds what has to be opened: by project, cluster-scoped types first, then by type.
 * Claims are compared with their binding where both archives have it: that a claim has
 * another volume now is a change.
 */
export function filePairs(before: Fingerprints, after: Fingerprints, withStatus: boolean): FilePair[] {
  const pairs = new Map<string, FilePair>();
  for (const name of differing(before, after)) {
    const place = placeOf(name);
    if (place === null || place.view === '_metadata') continue;
    if (place.view === '_status' && !withStatus) continue;
    const { project, type } = place;
    const key = entryName(project, '', type);
    if (pairs.has(key)) continue;
    const bound = entryName(project, '_bound', type);
    const objects = before.has(bound) && after.has(bound) ? bound : key;
    const status = withStatus ? entryName(project, '_status', type) : null;
    pairs.set(key, {
      project,
      type,
      before: entriesOf(before, objects, status),
      after: entriesOf(after, objects, status),
    });
  }
  return [...pairs.values()].sort(byPlace);
}

function* differing(before: Fingerprints, after: Fingerprints): Generator<string> {
  for (const [name, own] of before) {
    const other = after.get(name);
    if (other === undefined || own.sha256 !== other.sha256 || own.crc !== other.crc) yield name;
  }
  for (const name of after.keys()) if (!before.has(name)) yield name;
}

function entriesOf(files: Fingerprints, objects: string, status: string | null): TypeEntries | null {
  if (!files.has(objects)) return null;
  return { objects, status: status !== null && files.has(status) ? status : null };
}

function byPlace(a: FilePair, b: FilePair): number {
  const [own, other] = [a.project ?? '', b.project ?? ''];
  if (own !== other) return own < other ? -1 : 1;
  return a.type < b.type ? -1 : 1;
}

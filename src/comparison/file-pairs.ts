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
 * Finds the entries that must be opened, sorted by project (cluster-scoped types first) and type. Only those of
 * one project are kept at a time. PersistentVolumeClaims are compared with their binding if both archives have
 * it: another volume is a change.
 */
export function* filePairs(
  before: Fingerprints,
  after: Fingerprints,
  withStatus: boolean,
): Generator<FilePair> {
  const { ofCluster, projects, inProject } = differingByProject(before, after);
  yield* pairsOf(null, ofCluster, before, after, withStatus);
  for (const project of projects) yield* pairsOf(project, inProject(project), before, after, withStatus);
}

/** Whether a file is equal in both, or missing in both. */
export function isSameFile(before: Fingerprints, after: Fingerprints, name: string): boolean {
  const [own, other] = [before.get(name), after.get(name)];
  return own?.sha256 === other?.sha256 && own?.crc === other?.crc;
}

/** The names of the entries that differ. */
interface DifferingNames {
  readonly ofCluster: readonly string[];
  /** Sorted; those with differing entries. */
  readonly projects: readonly string[];
  readonly inProject: (project: string) => Iterable<string>;
}

function differingByProject(before: Fingerprints, after: Fingerprints): DifferingNames {
  const areTables = before instanceof ChecksumTable && after instanceof ChecksumTable;
  const ofCluster: string[] = [];
  // Names are not kept if both are tables, which find those of a project again when it is compared.
  const byProject = new Map<string, string[]>();
  for (const name of areTables ? before.differing(after) : differing(before, after)) {
    const project = projectOf(name);
    if (project === null) ofCluster.push(name);
    else if (!byProject.has(project)) byProject.set(project, areTables ? [] : [name]);
    else if (!areTables) byProject.get(project)?.push(name);
  }
  return {
    ofCluster,
    projects: [...byProject.keys()].sort(),
    inProject: (project) =>
      areTables ? before.differing(after, `${project}/`) : (byProject.get(project) ?? []),
  };
}

/** The project of an entry, which is its first folder; null for entries of cluster-scoped types. */
function projectOf(name: string): string | null {
  const end = name.indexOf('/');
  return end < 0 || name.startsWith('_') ? null : name.slice(0, end);
}

function* differing(before: Fingerprints, after: Fingerprints): Generator<string> {
  for (const name of before.keys()) if (!isSameFile(before, after, name)) yield name;
  for (const name of after.keys()) if (!before.has(name)) yield name;
}

/** @param names of the project, and of no other */
function pairsOf(
  project: string | null,
  names: Iterable<string>,
  before: Fingerprints,
  after: Fingerprints,
  withStatus: boolean,
): FilePair[] {
  const types = new Set<string>();
  for (const name of names) {
    const typePath = typePathOf(name);
    if (typePath !== null && (typePath.view !== '_status' || withStatus)) types.add(typePath.type);
  }
  return [...types].sort().flatMap((type) => pairOf(project, type, before, after, withStatus) ?? []);
}

function pairOf(
  project: string | null,
  type: string,
  before: Fingerprints,
  after: Fingerprints,
  withStatus: boolean,
): FilePair | null {
  const bound = entryName(project, '_bound', type);
  const objects = before.has(bound) && after.has(bound) ? bound : entryName(project, '', type);
  const status = withStatus ? entryName(project, '_status', type) : null;
  const beside = entryName(project, '_metadata', type);
  // If only one of them shows deletions in progress, it is not known whether they are a change.
  const isKnown = [before, after].every((files) => files.has(beside) || !files.has(objects));
  const metadata = isKnown ? beside : null;
  const isSame = (entry: string | null) => entry === null || isSameFile(before, after, entry);
  const metadataAlone = isSame(objects) && isSame(status);
  if (metadataAlone && !isKnown) return null;
  return {
    project,
    type,
    before: entriesOf(before, objects, status, metadata),
    after: entriesOf(after, objects, status, metadata),
    metadataAlone,
  };
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

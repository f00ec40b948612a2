import { readParts } from '../archive/reading/contents.ts';
import { hasDeletions, partsWithDeletion } from '../archive/reading/deletion.ts';
import { partsJoined } from '../archive/reading/joined-parts.ts';
import type { ObjectChange } from '../changes/change.ts';
import { type Comparison, Tally } from '../changes/comparison.ts';
import { mayBeHashed } from '../changes/hashed-name.ts';
import type { Nouns } from '../changes/noise/row.ts';
import { ObjectComparer, type Shown } from '../changes/object-changes.ts';
import { labelsOf } from '../types/labels.ts';
import type { LabelMatcher } from '../types/selector.ts';
import { Attributor } from './attributor.ts';
import { ChangeFinder } from './change-finder.ts';
import { comparable } from './comparable.ts';
import { type FilePair, filePairs, type TypeEntries } from './file-pairs.ts';
import { joinObjects, type ObjectPair, type ObjectSource } from './join-objects.ts';
import { mappedParts } from './mapped-side.ts';
import { Neighbours } from './neighbours.ts';
import { type RecreatedObjects, Recreations } from './recreations.ts';
import { withRenames } from './renames.ts';
import type { Side } from './side.ts';

const NAMESPACES = 'namespaces';

/** What is not compared if projects are mapped to other names. */
const MADE_BY_CLUSTER: Nouns = [
  'object that each cluster makes itself',
  'objects that each cluster makes itself',
];

/** Which objects of a type in a project are compared; null for none. A project of null stands for cluster-scoped types. */
export type ObjectsIn = (project: string | null, type: string) => ((name: string) => boolean) | null;

/** Which parts of two archives are compared, and what is shown. */
export interface ComparisonScope extends Shown {
  /** Null stands for cluster-scoped types. */
  readonly hasProject: (project: string | null) => boolean;
  /** Whether the Namespace object of a project is compared: it belongs to the project as to the cluster. */
  readonly hasNamespace: (name: string) => boolean;
  readonly hasType: (type: string) => boolean;
  readonly hasName: (name: string) => boolean;
  /** Limits the rest further; missing for no limit. */
  readonly objectsIn?: ObjectsIn | undefined;
  readonly labels: LabelMatcher | null;
  readonly status: boolean;
  /** False if only the differing objects are needed: then the search ends with the first change of each. */
  readonly details: boolean;
}

/**
 * Compares two archives. Only entries with different checksums are opened, when the objects
 * are iterated; one object of each archive is in memory at a time.
 *
 * @param names the names of the two archives
 * @throws Damage, Unreadable, also while the objects are iterated; the signal's reason
 */
export function compareArchives(
  before: Side,
  after: Side,
  names: Readonly<Record<'before' | 'after', string>>,
  scope: ComparisonScope,
  signal: AbortSignal,
): Comparison {
  const tally = new Tally();
  // Objects that one of them excludes by an option do not count as removed.
  const status =
    scope.status && [before, after].every(({ manifest }) => manifest.options['no-status'] !== true);
  const isSelected = ({ project, type }: FilePair) =>
    (scope.hasProject(project) || (project === null && type === NAMESPACES)) &&
    scope.hasType(type) &&
    scope.objectsIn?.(project, type) !== null;
  // Generated for each use instead of kept: a large cluster has a quarter of a million files.
  const pairs = (isWanted: (pair: FilePair) => boolean) =>
    where(filePairs(before.fingerprints, after.fingerprints, status), isWanted);
  const { has, notComparable, notes } = comparable(before, after, pairs(isSelected), scope);
  const compared = pairs((pair) => isSelected(pair) && has(pair));
  return {
    before: { name: names.before, time: before.manifest.startedAt },
    after: { name: names.after, time: after.manifest.startedAt },
    notes,
    notComparable,
    objects: objectsOf(before, after, compared, scope, tally, signal),
    tally,
  };
}

function* where<T>(all: Iterable<T>, isWanted: (each: T) => boolean): Generator<T> {
  for (const each of all) if (isWanted(each)) yield each;
}

async function* objectsOf(
  before: Side,
  after: Side,
  pairs: Iterable<FilePair>,
  scope: ComparisonScope,
  tally: Tally,
  signal: AbortSignal,
): AsyncGenerator<ObjectChange> {
  const comparers = new Map<string, ObjectComparer>();
  const finder = new ChangeFinder(neighboursOf(before), neighboursOf(after), scope, tally);
  const isMapped = before.mapping !== null;
  const attributor = scope.details && !isMapped ? Attributor.of(before, after) : null;
  const recreations = Recreations.between(before, after);
  for (const pair of pairs) {
    const comparer = comparers.get(pair.type) ?? new ObjectComparer(pair.type, scope);
    comparers.set(pair.type, comparer);
    const onLeftOut = () => tally.notShown.object(MADE_BY_CLUSTER);
    const joined = await joinedObjects(before, after, pair, recreations, onLeftOut);
    if (joined === null) continue;
    const mayBeRenamed = pair.before !== null && pair.after !== null && mayBeHashed(pair.type);
    const isCandidate = async (objects: ObjectPair) =>
      isCovered(before, after, pair, objects) && !(await finder.isPassedOver(pair, objects));
    const who = attributor?.in(pair) ?? null;
    const recreated = recreations?.in(pair) ?? null;
    try {
      for await (const objects of mayBeRenamed ? withRenames(joined, isCandidate) : joined) {
        signal.throwIfAborted();
        if (!isWanted(pair, objects, scope) || !isCovered(before, after, pair, objects)) continue;
        const change = await finder.find(pair, objects, comparer, who, recreated);
        if (change === null) continue;
        tally.add(change);
        yield change;
      }
    } finally {
      await who?.close();
      await recreated?.close();
    }
  }
}

/**
 * The objects of a pair of files whose bytes or uids differ; one of each side in memory at a time. Null if only their metadata differs, and no object was recreated or is being deleted.
 *
 * @param recreations null to skip all objects with equal bytes
 * @param onLeftOut is called for each object that is not compared because projects are mapped
 * @throws Damage, Unreadable, also while they are iterated
 */
export async function joinedObjects(
  before: Side,
  after: Side,
  pair: FilePair,
  recreations: Recreations | null = null,
  onLeftOut = () => {},
): Promise<AsyncGenerator<ObjectPair> | null> {
  const deletes = [await mayDelete(before, pair.before), await mayDelete(after, pair.after)] as const;
  const mayDiffer =
    !pair.metadataAlone || deletes.includes(true) || (await recreations?.hasAny(pair)) === true;
  if (!mayDiffer) return null;
  const [own, other] = [
    await sourceOf(before, pair, pair.before, deletes[0], onLeftOut),
    await sourceOf(after, pair, pair.after, deletes[1], onLeftOut),
  ];
  return joinAll(own, other, recreations?.in(pair) ?? null);
}

async function* joinAll(
  before: ObjectSource | null,
  after: ObjectSource | null,
  recreated: RecreatedObjects | null,
): AsyncGenerator<ObjectPair> {
  try {
    yield* joinObjects(before, after, recreated === null ? null : (name) => recreated.has(name));
  } finally {
    await recreated?.close();
  }
}

function neighboursOf(side: Side): Neighbours {
  return new Neighbours(side.archive, (name) => side.find(name));
}

/** Whether a side may have objects of a type that are being deleted. */
async function mayDelete(side: Side, entries: TypeEntries | null): Promise<boolean> {
  const name = entries?.metadata ?? null;
  return name !== null && (await hasDeletions(side.archive, await side.entry(name)));
}

async function sourceOf(
  side: Side,
  { project, type }: FilePair,
  entries: TypeEntries | null,
  deletes: boolean,
  onLeftOut: () => void,
): Promise<ObjectSource | null> {
  if (entries === null) return null;
  const file = { typePath: { project, view: '', type }, entry: await side.entry(entries.objects) } as const;
  const parts =
    entries.status === null
      ? readParts(side.archive, file.entry)
      : partsJoined(side.archive, file, await side.entry(entries.status));
  const { metadata } = entries;
  const withDeletion =
    metadata === null || !deletes
      ? parts
      : partsWithDeletion(side.archive, file, parts, await side.entry(metadata));
  const { path } = side.archive;
  if (side.mapping === null) return { path, entry: entries.objects, parts: withDeletion };
  const typePath = { project: project === null ? null : side.nameInArchive(project), type };
  const mapped = mappedParts(withDeletion, side.mapping, typePath, onLeftOut);
  return { path, entry: entries.objects, parts: mapped };
}

/** An object whose labels or name have changed is selected if either version matches. */
function isWanted(
  { project, type }: FilePair,
  { before, after }: ObjectPair,
  { hasName, hasNamespace, objectsIn, labels }: ComparisonScope,
): boolean {
  const isSelected = objectsIn?.(project, type);
  const versions = [before, after].flatMap((item) => item ?? []);
  const isNamespace = project === null && type === NAMESPACES;
  if (isNamespace && !versions.some(({ head }) => hasNamespace(head.name))) return false;
  if (!versions.some(({ head }) => hasName(head.name))) return false;
  if (isSelected && !versions.some(({ head }) => isSelected(head.name))) return false;
  return labels === null || versions.some(({ bytes }) => labels(labelsOf(bytes)));
}

/** Whether the archive without the object would have it if it had existed. */
function isCovered(before: Side, after: Side, { project, type }: FilePair, objects: ObjectPair): boolean {
  if (objects.before !== null && objects.after !== null) return true;
  const [item, other] = objects.before === null ? [objects.after, before] : [objects.before, after];
  if (item === null) return true;
  if (other.selects !== null && !other.selects(labelsOf(item.bytes))) return false;
  return project !== null || other.coverage.objectGap(type, item.head.name) === null;
}

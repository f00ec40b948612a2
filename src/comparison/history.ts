import { createHash } from 'node:crypto';
import { Damage, Unreadable } from '../archive/format/damage.ts';
import type { Manifest } from '../archive/format/manifest.ts';
import { type Attribution, attributionOf, type VersionPair } from '../changes/attribution/attribution.ts';
import type { Change } from '../changes/change.ts';
import type { History, HistoryEvent } from '../changes/history.ts';
import { ObjectComparer, type Shown } from '../changes/object-changes.ts';
import type { Bounds } from '../changes/scaling.ts';
import {
  type Observation,
  type VersionSpan,
  versionSpans,
  withDeletions,
  withoutUnselected,
} from '../changes/version-spans.ts';
import { deletionTime } from '../types/deletion.ts';
import { labelsOf } from '../types/labels.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import { periodBetween } from './attributor.ts';
import { Neighbours } from './neighbours.ts';
import { notFound } from './object-address.ts';
import { type ObjectFile, ObjectFiles, type ObjectReference, withoutMetadata } from './object-files.ts';
import { absent, comparedOf, locationsOf, type ObjectLocation, reasonOf } from './object-location.ts';

/** Which part of an object's history is read, and what is shown. */
export interface HistoryScope extends Shown {
  readonly status: boolean;
  /** Archives from this time on, and the newest one before with information; null for all. */
  readonly from: Date | null;
}

type FileLocation = Extract<ObjectLocation, { kind: 'file' }>;

interface Found {
  readonly location: ObjectLocation;
  readonly observation: Observation;
}

/**
 * Reads the history of one object from archives. Files with the same checksum are read once;
 * changes are computed while the events are iterated. Archives that cannot be read are listed
 * in the result.
 *
 * @param rows newest first
 * @throws Failure if no archive has the object; the signal's reason
 */
export async function readHistory(
  rows: readonly CatalogueRow[],
  reference: ObjectReference,
  scope: HistoryScope,
  signal: AbortSignal,
): Promise<History> {
  const files = new ObjectFiles(reference);
  const bounds = scope.noise ? null : await boundsOf(rows, reference);
  const comparer = new ObjectComparer(reference.type, scope);
  const found = await foundIn(rows, reference, scope, observer(files, comparer, bounds), signal);
  const observations = withoutUnselected(found.map(({ observation }) => observation));
  const spans = versionSpans(withDeletions(observations.toReversed())).reverse();
  if (spans.length === 0) throw await notFound(reference, found);
  const locations = new Map(
    found.flatMap(({ location, observation }) =>
      location.kind === 'file' ? [[observation.archive.name, location] as const] : [],
    ),
  );
  const manifests = new Map(
    found.flatMap(({ location: { row }, observation }) =>
      row.reading.kind === 'manifest' ? [[observation.archive.name, row.reading.manifest] as const] : [],
    ),
  );
  return {
    object: reference,
    archives: found.length,
    versions: new Set(spans.flatMap(({ version }) => version ?? [])).size,
    notes: [
      ...notesOf(found.map(({ location }) => location.row)),
      ...scaledNotes(bounds),
      ...managerNotes([...locations.values()]),
    ],
    unknown: observations.flatMap((observation) => (observation.kind === 'unknown' ? [observation] : [])),
    events: eventsOf(spans, locations, manifests, files, comparer, bounds, signal),
  };
}

/**
 * The limits of the object's autoscaler in the newest archive that can be read; null if it
 * has none.
 */
async function boundsOf(
  rows: readonly CatalogueRow[],
  { project, kind, name }: ObjectReference,
): Promise<Bounds | null> {
  const newest = rows.find(({ reading }) => reading.kind === 'manifest');
  if (newest === undefined || project === null) return null;
  try {
    const archive = await newest.archive.open();
    try {
      return (await new Neighbours(archive).scaled(project)).get(`${kind}/${name}`) ?? null;
    } finally {
      archive.close();
    }
  } catch (error) {
    // The search for the object reports the error of the archive.
    if (error instanceof Damage || error instanceof Unreadable) return null;
    throw error;
  }
}

function scaledNotes(bounds: Bounds | null): string[] {
  if (bounds === null) return [];
  const { least, most } = bounds;
  return [
    `an autoscaler sets the replicas; changes between ${least} and ${most} are not shown (--include-noise)`,
  ];
}

/** Without `_metadata`, it is not known who changed the object. */
function managerNotes(locations: readonly FileLocation[]): string[] {
  const lacking = locations.filter(({ file }) => file.entries.metadata === null);
  if (lacking.length === 0) return [];
  const which = lacking.length === locations.length ? 'the archives' : `${lacking.length} of the archives`;
  return [`${which} have no _metadata: it is not known who changed the object there`];
}

async function foundIn(
  rows: readonly CatalogueRow[],
  reference: ObjectReference,
  { status, from }: HistoryScope,
  look: (location: ObjectLocation) => Promise<Observation>,
  signal: AbortSignal,
): Promise<Found[]> {
  const isRecent = ({ time }: CatalogueRow) => from === null || time >= from;
  const found: Found[] = [];
  const take = async (some: readonly CatalogueRow[]) => {
    for (const location of await locationsOf(some, reference, status, signal)) {
      signal.throwIfAborted();
      found.push({ location, observation: await look(location) });
    }
  };
  await take(rows.filter(isRecent));
  for (const row of rows.filter((each) => !isRecent(each))) {
    await take([row]);
    if (found.at(-1)?.observation.kind !== 'unknown') break;
  }
  return found;
}

async function* eventsOf(
  spans: readonly VersionSpan[],
  locations: ReadonlyMap<string, FileLocation>,
  manifests: ReadonlyMap<string, Manifest>,
  files: ObjectFiles,
  comparer: ObjectComparer,
  bounds: Bounds | null,
  signal: AbortSignal,
): AsyncGenerator<HistoryEvent> {
  const changesBetween = async (from: ObjectFile, to: ObjectFile): Promise<VersionDifference> => {
    const before = await files.read(from);
    const after = before === null ? null : await files.read(to);
    if (before === null || after === null) return NO_CHANGES;
    const { changes, versions } = comparer.compare(before.bytes, after.bytes, bounds);
    return { changes: [...changes], versions };
  };
  for (const span of spans) {
    signal.throwIfAborted();
    const { comparedWith, archives } = span;
    const from = comparedWith === null ? undefined : locations.get(comparedWith.name);
    const to = locations.get(archives[0].name);
    let found = NO_CHANGES;
    if (from !== undefined && to !== undefined) {
      // If only one of them shows deletions in progress, they do not count if there are other changes.
      const onlyOneHasMetadata =
        (from.file.entries.metadata === null) !== (to.file.entries.metadata === null);
      if (onlyOneHasMetadata)
        found = await changesBetween(withoutMetadata(from.file), withoutMetadata(to.file));
      if (found.changes.length === 0) found = await changesBetween(from.file, to.file);
    }
    const attribution = to === undefined ? null : await attributed(span, from, to, manifests, files, found);
    yield { ...span, changes: found.changes, attribution };
  }
}

/** The differences between two versions. */
interface VersionDifference {
  readonly changes: readonly Change[];
  readonly versions: VersionPair;
}

const NO_CHANGES: VersionDifference = { changes: [], versions: [null, null] };

/** Who created or changed the object; null for other events, and if it is not known. */
async function attributed(
  { event, notYet }: VersionSpan,
  from: FileLocation | undefined,
  to: FileLocation,
  manifests: ReadonlyMap<string, Manifest>,
  files: ObjectFiles,
  { changes, versions }: VersionDifference,
): Promise<Attribution | null> {
  const isNew = event === 'created';
  if (!isNew && event !== 'changed') return null;
  const last = isNew ? manifests.get(notYet?.name ?? '') : from?.manifest;
  const period = last === undefined ? null : periodBetween(last, to.manifest);
  const after = period === null ? null : await files.metadata(to.file);
  if (period === null || after === null) return null;
  const before = isNew || from === undefined ? null : await files.metadata(from.file);
  return attributionOf(changes, { before, after, isNew }, versions, period);
}

function notesOf(rows: readonly CatalogueRow[]): string[] {
  const manifests = rows.flatMap(({ reading }) => (reading.kind === 'manifest' ? [reading.manifest] : []));
  const servers = new Map(
    manifests.flatMap(({ cluster: { uid, server } }) => (uid === null ? [] : [[uid, server]])),
  );
  const filters = new Set(manifests.map(filterOf));
  return [
    ...(servers.size > 1
      ? [`these archives are of several clusters: ${[...servers.values()].join(', ')}`]
      : []),
    ...(filters.size > 1 ? ['made with different --filter programs, which may cause changes'] : []),
  ];
}

function filterOf({ options }: Manifest): string {
  return JSON.stringify(options.filter ?? null);
}

/**
 * Returns a function that reads what an archive shows about an object. Files with the same
 * content are read once. It does not throw for errors of an archive.
 */
function observer(
  files: ObjectFiles,
  comparer: ObjectComparer,
  bounds: Bounds | null,
): (location: ObjectLocation) => Promise<Observation> {
  const seen = new Map<string, Seen | null>();
  // Identities are as long as the object and contain secrets, so they are hashed.
  const digest = (bytes: Buffer) =>
    createHash('sha256').update(comparer.identity(bytes, bounds)).digest('hex');
  const look = async (file: ObjectFile): Promise<Seen | null> => {
    const stored = await files.read(file);
    if (stored === null) return null;
    const { bytes, uid } = stored;
    const version = digest(bytes);
    const found = { version, content: version, labels: labelsOf(bytes), uid };
    if (file.entries.metadata === null) return { ...found, beingDeletedSince: undefined };
    const beingDeletedSince = deletionTime(bytes);
    if (beingDeletedSince === null) return { ...found, beingDeletedSince };
    const content = await files.read(withoutMetadata(file));
    return { ...found, content: content === null ? version : digest(content.bytes), beingDeletedSince };
  };
  return async (location) => {
    if (location.kind === 'none') return location.observation;
    const { row, manifest, file } = location;
    try {
      const known = seen.get(file.key);
      const found = known === undefined ? await look(file) : known;
      seen.set(file.key, found);
      if (found === null) return absent(row, manifest, files.reference);
      const { uid, server } = manifest.cluster;
      return { kind: 'present', archive: comparedOf(row), cluster: uid ?? server, ...found };
    } catch (error) {
      return { kind: 'unknown', archive: comparedOf(row), reason: reasonOf(error) };
    }
  };
}

type Seen = Omit<Extract<Observation, { kind: 'present' }>, 'kind' | 'archive' | 'cluster'>;

import pMap from 'p-map';
import { AlikeManifests } from '../archive/format/alike-manifests.ts';
import { Damage, Sealed, Unreadable } from '../archive/format/damage.ts';
import { type Manifest, type ParsedManifest, parseManifest } from '../archive/format/manifest.ts';
import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import { MANIFEST_FILE } from '../types/archive-paths.ts';
import { Failure } from '../words/failure.ts';
import type { ArchiveStore, StoredArchive } from './archive-store.ts';
import type { Naming } from './names.ts';
import { isInFuture } from './retention.ts';

/** What became of reading a manifest; a broken archive is a value, not a crash. */
export type ManifestReading =
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'damaged'; readonly reason: string }
  /** A whole zip, but none of ours. */
  | { readonly kind: 'foreign'; readonly reason: string }
  /** Its name and size are known; none of the identities opens it. */
  | { readonly kind: 'sealed'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** An archive together with what its manifest says. */
export interface CatalogueRow {
  readonly archive: StoredArchive;
  readonly reading: ManifestReading;
  /** See timeOf. */
  readonly time: Date;
}

/** On network volumes and in buckets most of the time is waiting; more than this gains nothing. */
const AT_ONCE = 8;

/**
 * Reads the manifests of all archives of a naming, the newest first; of two with the
 * same time the one whose name sorts last.
 *
 * @throws Failure if the store cannot be listed; the reason of the signal
 */
export async function readManifests(
  store: ArchiveStore,
  naming: Naming,
  signal: AbortSignal | null = null,
): Promise<CatalogueRow[]> {
  const manifests = new AlikeManifests();
  const rows = await pMap(
    await store.list(naming),
    async (archive) => {
      signal?.throwIfAborted();
      const reading = await readManifest(archive, (bytes) => manifests.parse(bytes));
      return { archive, reading, time: timeOf(archive, reading) };
    },
    { concurrency: AT_ONCE },
  );
  signal?.throwIfAborted();
  return inRunOrder(rows).sort(
    (a, b) => b.time.getTime() - a.time.getTime() || (a.archive.file < b.archive.file ? 1 : -1),
  );
}

/** The rows of a store, read when they are first asked for, and only once; see readManifests. */
export type Catalogue = () => Promise<readonly CatalogueRow[]>;

/** See Catalogue. */
export function catalogueOf(
  store: ArchiveStore,
  naming: Naming,
  signal: AbortSignal | null = null,
): Catalogue {
  let rows: Promise<readonly CatalogueRow[]> | null = null;
  return () => {
    rows ??= readManifests(store, naming, signal);
    return rows;
  };
}

/**
 * The time of an archive: when its backup started. The stamp is a part of its name, which
 * counts only where the manifest cannot be read: it was written in some time zone.
 */
export function timeOf({ stampTime }: StoredArchive, reading: ManifestReading): Date {
  return reading.kind === 'manifest' ? new Date(reading.manifest.startedAt) : stampTime;
}

/**
 * A stamp is cut to its minute or day, so an archive whose manifest cannot be read would come
 * before readable ones of the same stamp. Its run number shows which of them came before it:
 * it is at least as late as these.
 */
function inRunOrder(rows: readonly CatalogueRow[]): CatalogueRow[] {
  return rows.map((row) => {
    if (row.reading.kind === 'manifest') return row;
    const { stamp, run } = row.archive;
    const before = rows.filter(({ archive }) => archive.stamp === stamp && archive.run < run);
    const time = new Date(Math.max(row.time.getTime(), ...before.map(({ time }) => time.getTime())));
    return { ...row, time };
  });
}

/** A message if no archive of a catalogue can be read; null if one can, or if there is none. */
export function noneReadable(rows: readonly CatalogueRow[]): Failure | null {
  const [first] = rows;
  if (first === undefined || rows.some(({ reading }) => reading.kind === 'manifest')) return null;
  const { archive, reading } = first;
  const reason = reading.kind === 'manifest' ? '' : reading.reason;
  const others = rows.length === 1 ? '' : `, and ${rows.length - 1} more`;
  return new Failure(
    `no archive can be read; ${archive.file} is ${reading.kind}: ${reason}${others}`,
    reading.kind === 'sealed'
      ? '--identity FILE opens sealed archives; openshift-backup list shows the state of each'
      : 'openshift-backup list shows the state of each',
  );
}

/** The rows as `latest` and `previous` count them: archives of the future come last. */
export function latestFirst(rows: readonly CatalogueRow[], now: Date): CatalogueRow[] {
  return [
    ...rows.filter(({ time }) => !isInFuture(time, now)),
    ...rows.filter(({ time }) => isInFuture(time, now)),
  ];
}

/** Reads `manifest.json` of an archive, in some milliseconds, even with 100,000 entries. Does not throw for errors of the archive. */
export async function readManifest(
  file: ArchiveFile,
  parse: (bytes: Buffer) => ParsedManifest = parseManifest,
): Promise<ManifestReading> {
  try {
    const archive = await file.open();
    try {
      if ((await archive.find(MANIFEST_FILE)) === null)
        return { kind: 'foreign', reason: `it has no ${MANIFEST_FILE}` };
      return { kind: 'manifest', manifest: await archive.manifest(parse) };
    } finally {
      archive.close();
    }
  } catch (error) {
    if (error instanceof Sealed) return { kind: 'sealed', reason: error.reason };
    if (error instanceof Damage) return { kind: 'damaged', reason: error.reason };
    if (error instanceof Unreadable) return { kind: 'unreadable', reason: error.reason };
    throw error;
  }
}

import type { Manifest } from '../archive/format/manifest.ts';
import { Failure } from '../words/failure.ts';
import type { ArchiveStore } from './archive-store.ts';
import { type CatalogueRow, type ManifestReading, readManifests } from './catalogue.ts';
import type { Naming } from './names.ts';
import {
  applyRetention,
  type DatedArchive,
  type Retention,
  type RetentionPolicy,
  type Ruling,
} from './retention.ts';

/** What a rotation keeps and removes, and what it could not remove, the newest first. */
export interface Rotation {
  readonly keep: readonly Ruling[];
  readonly remove: readonly Ruling[];
  /** Of those to be removed; the reason is what went wrong. */
  readonly failed: readonly Ruling[];
}

/**
 * What the retention policy says of the archives of a catalogue. One that cannot be
 * read is kept: whether it is the last good one cannot be known.
 */
export function retentionOf(
  catalogue: readonly CatalogueRow[],
  policy: RetentionPolicy,
  now: Date,
): Retention {
  const archives = catalogue.flatMap(({ archive, reading, time }) =>
    isUnknown(reading) ? [] : [{ file: archive.file, time, ...keptFor(reading) }],
  );
  const { keep, remove } = applyRetention(archives, policy, now);
  const kept = new Map(keep.map((ruling) => [ruling.file, ruling]));
  const inOrder = catalogue.flatMap(({ archive: { file }, reading }) =>
    isUnknown(reading) ? { file, reason: `it cannot be read: ${reading.reason}` } : (kept.get(file) ?? []),
  );
  return { keep: inOrder, remove };
}

function isUnknown(
  reading: ManifestReading,
): reading is Extract<ManifestReading, { kind: 'unreadable' | 'sealed' }> {
  return reading.kind === 'unreadable' || reading.kind === 'sealed';
}

function keptFor(reading: ManifestReading): Pick<DatedArchive, 'complete' | 'heldUntil' | 'expires'> {
  if (reading.kind !== 'manifest') return { complete: false, heldUntil: null, expires: null };
  return datedBy(reading.manifest);
}

/** What retention needs to know from a manifest; the dates are those that the user gave when the archive was made. */
export function datedBy({
  complete,
  holdUntil,
  expires,
}: Manifest): Pick<DatedArchive, 'complete' | 'heldUntil' | 'expires'> {
  return {
    complete,
    heldUntil: holdUntil === undefined || holdUntil === 'forever' ? (holdUntil ?? null) : new Date(holdUntil),
    expires: expires === undefined ? null : new Date(expires),
  };
}

/**
 * Applies the retention policy to the archives of a naming.
 *
 * @param apply false only reports
 * @throws Failure if the store cannot be listed
 */
export async function rotate(
  store: ArchiveStore,
  naming: Naming,
  policy: RetentionPolicy,
  now: Date,
  apply: boolean,
): Promise<Rotation> {
  const catalogue = await readManifests(store, naming);
  const { keep, remove } = retentionOf(catalogue, policy, now);
  const failed = await removeEach(apply ? remove : [], (file) => store.remove(file));
  return { keep, remove, failed };
}

/**
 * Removes the results of rehearsals whose archive is gone: a lifecycle rule or a person removed it.
 *
 * @param apply false only reports
 * @throws Failure if the store cannot be listed
 */
export async function removeOrphans(
  store: ArchiveStore,
  naming: Naming,
  apply: boolean,
): Promise<Pick<Rotation, 'remove' | 'failed'>> {
  const files = (await store.orphanedResults(naming)).sort();
  const remove = files.map((file) => ({ file, reason: 'the result of a rehearsal whose archive is gone' }));
  return { remove, failed: await removeEach(apply ? remove : [], (file) => store.removeResult(file)) };
}

async function removeEach(
  rulings: readonly Ruling[],
  remove: (file: string) => Promise<void>,
): Promise<Ruling[]> {
  const failed: Ruling[] = [];
  for (const { file } of rulings) {
    try {
      await remove(file);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed.push({ file, reason: error.message });
    }
  }
  return failed;
}

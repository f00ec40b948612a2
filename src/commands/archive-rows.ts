import { failedTypes } from '../archive/format/manifest-compare.ts';
import type { ArchiveRow } from '../output/list.ts';
import type { StoredArchive } from '../volume/archive-store.ts';
import { type CatalogueRow, readManifest, timeOf } from '../volume/catalogue.ts';
import type { Location } from '../volume/location.ts';
import { isSealedName, plainName } from '../volume/names.ts';
import { openStore } from '../volume/open-store.ts';
import { rehearsalOf } from '../volume/rehearsals.ts';
import { retentionOf } from '../volume/rotation.ts';
import { Failure } from '../words/failure.ts';
import { storeOptions } from './archives.ts';
import type { Context } from './context.ts';
import { retentionPolicy } from './retention-policy.ts';

/** All archives with their copies. */
export interface ArchiveRows {
  /** The newest first; last, archives of which there are only copies. */
  readonly rows: readonly ArchiveRow[];
  /** The text for archives without copies; null without `--copy-to`. */
  readonly uncopied: 'none' | 'unknown' | null;
  /** Places of `--copy-to` that could not be listed. */
  readonly unlisted: readonly Failure[];
}

/**
 * A row for each archive on the volume, and, with `--copy-to`, where its copies are.
 *
 * @param withRehearsals whether the results of rehearsals are read
 * @throws Failure (usage) if the options of a place of `--copy-to` are wrong
 */
export async function archiveRows(
  context: Context,
  catalogue: readonly CatalogueRow[],
  withRehearsals: boolean,
): Promise<ArchiveRows> {
  const { config, now } = context;
  const { keep, remove } = retentionOf(catalogue, retentionPolicy(config), now());
  const rulings = new Map<string, ArchiveRow['retention']>();
  for (const { file, reason } of keep) rulings.set(file, { keep: true, reason });
  for (const { file, reason } of remove) rulings.set(file, { keep: false, reason });
  const copies = config.copyTo.length === 0 ? null : await copiesOf(context, catalogue);
  const placesOf = (file: string) => copies?.places.get(plainName(file)) ?? [];
  const rows: ArchiveRow[] = [];
  for (const row of catalogue) {
    const { file, hasRehearsal } = row.archive;
    const rehearsal = withRehearsals && hasRehearsal === true ? await rehearsalOf(row.archive) : null;
    rows.push({ ...rowOf(row, rulings.get(file) ?? null, placesOf(file), true), rehearsal });
  }
  for (const row of copies?.elsewhere ?? []) rows.push(rowOf(row, null, placesOf(row.archive.file), false));
  const unlisted = copies?.unlisted ?? [];
  return { rows, uncopied: copies === null ? null : unlisted.length === 0 ? 'none' : 'unknown', unlisted };
}

function rowOf(
  { archive, reading, time }: CatalogueRow,
  retention: ArchiveRow['retention'],
  copies: readonly string[],
  onVolume: boolean,
): ArchiveRow {
  const { file, path, bytes } = archive;
  const facts = { archive: file, path, time, bytes, retention, copies, onVolume, rehearsal: null };
  if (reading.kind !== 'manifest') {
    return {
      ...facts,
      state: reading.kind,
      reason: reading.reason,
      failed: [],
      totals: null,
      previous: null,
      origin: null,
      holdUntil: null,
      expires: null,
      note: null,
    };
  }
  const { complete, totals, previous, cluster, identity, startedAt, finishedAt, tool } = reading.manifest;
  const origin = {
    server: cluster.server,
    clusterVersion: cluster.version,
    user: identity.user,
    startedAt,
    finishedAt,
    tool: `${tool.name} ${tool.version}`,
  };
  const failed = failedTypes(reading.manifest).map(({ name }) => name);
  const state = complete ? 'complete' : 'incomplete';
  const { holdUntil = null, expires = null, note = null } = reading.manifest;
  return { ...facts, state, reason: null, failed, totals, previous, origin, holdUntil, expires, note };
}

/** Where the copies of archives are. */
interface Copies {
  /** File name of the archive, without a seal, to places. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  /** Archives that only the places have, the newest first. */
  readonly elsewhere: readonly CatalogueRow[];
  /** A place is missing here if it could not be listed. */
  readonly unlisted: readonly Failure[];
}

/**
 * Lists the places of `--copy-to`. Manifests are read only of archives that are not on the volume any more. A file
 * with the name of an archive but another size is not a copy of it.
 */
async function copiesOf(context: Context, catalogue: readonly CatalogueRow[]): Promise<Copies> {
  const places = new Map<string, string[]>();
  const elsewhere = new Map<string, CatalogueRow>();
  const unlisted: Failure[] = [];
  const onVolume = new Set(catalogue.map(({ archive }) => plainName(archive.file)));
  const sizes = new Map(catalogue.map(({ archive }) => [archive.file, archive.bytes]));
  for (const location of context.config.copyTo) {
    const archives = await listing(context, location);
    if (archives instanceof Failure) unlisted.push(archives);
    else
      for (const archive of archives) {
        const file = plainName(archive.file);
        const bytes = sizes.get(file);
        if (bytes !== undefined && !isSealedName(archive.file) && bytes !== archive.bytes) continue;
        places.set(file, [...(places.get(file) ?? []), location.text]);
        if (onVolume.has(file) || elsewhere.has(file)) continue;
        const reading = await readManifest(archive);
        elsewhere.set(file, { archive, reading, time: timeOf(archive, reading) });
      }
  }
  const rows = [...elsewhere.values()].sort((a, b) => b.time.getTime() - a.time.getTime());
  return { places, elsewhere: rows, unlisted };
}

async function listing(context: Context, location: Location): Promise<readonly StoredArchive[] | Failure> {
  const { config, signal } = context;
  try {
    const store = await openStore(location, storeOptions(config), signal);
    return await store.list(config);
  } catch (error) {
    if (error instanceof Failure && error.ending !== 'usage') return error;
    throw error;
  }
}

import type { StoredArchive } from '../volume/archive-store.ts';
import { type CatalogueRow, readManifest, timeOf } from '../volume/catalogue.ts';
import type { Location } from '../volume/location.ts';
import { isSealedName, plainName } from '../volume/names.ts';
import { openStore } from '../volume/open-store.ts';
import { Failure } from '../words/failure.ts';
import { storeOptions } from './archives.ts';
import type { Context } from './context.ts';

/** Where the copies of archives are. */
export interface Copies {
  /** File name of the archive, without a seal, to places. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  /** Archives that only the places have, the newest first. */
  readonly elsewhere: readonly CatalogueRow[];
  /** A place is missing here if it could not be listed. */
  readonly unlisted: readonly Failure[];
}

/**
 * Lists the places of `--copy-to`. Manifests are read only of archives that are not on the volume any more. A file
 * of another size under the name of an archive is no copy of it.
 */
export async function copiesOf(context: Context, catalogue: readonly CatalogueRow[]): Promise<Copies> {
  const places = new Map<string, string[]>();
  const elsewhere = new Map<string, CatalogueRow>();
  const unlisted: Failure[] = [];
  const local = new Map(catalogue.map(({ archive }) => [archive.file, archive.bytes]));
  for (const location of context.config.copyTo) {
    const archives = await listing(context, location);
    if (archives instanceof Failure) unlisted.push(archives);
    else
      for (const archive of archives) {
        const file = plainName(archive.file);
        const bytes = local.get(file);
        if (bytes !== undefined && !isSealedName(archive.file) && bytes !== archive.bytes) continue;
        places.set(file, [...(places.get(file) ?? []), location.text]);
        if (bytes !== undefined || elsewhere.has(file)) continue;
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

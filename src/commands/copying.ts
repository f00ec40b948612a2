import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CopyJob, copyToPlaces, type PlaceResult } from '../copies/copier.ts';
import { openPlace } from '../copies/open-place.ts';
import { sweepSealed } from '../seal/sealed-file.ts';
import type { Location } from '../volume/location.ts';
import { Failure } from '../words/failure.ts';
import { storeOptions } from './archives.ts';
import type { Context } from './context.ts';
import { copyRetentionPolicy } from './retention-policy.ts';

/**
 * Copies archives to places as the options say, and removes what earlier runs left on the volume.
 *
 * @param apply false only reports
 * @throws Failure (usage); the reason of the context's signal
 */
export async function copyByOptions(
  context: Context,
  what: Pick<CopyJob, 'directory' | 'catalogue' | 'places' | 'named' | 'copying'>,
  apply: boolean,
): Promise<readonly PlaceResult[]> {
  const { config, now, signal } = context;
  for (const place of what.places) checkPlace(place, what.directory);
  const options = storeOptions(config);
  const job = {
    ...what,
    naming: config,
    recipients: config.sealTo,
    policy: copyRetentionPolicy(config),
    time: config.copyFor,
    open: (location: Location, deadline: AbortSignal) => openPlace(location, options, deadline),
    now,
    signal,
  };
  const results = await copyToPlaces(job, apply);
  if (apply) await sweep(context, what.directory);
  return results;
}

/** The copies succeeded, even if files of earlier runs cannot be removed. */
async function sweep({ config, log, now }: Context, directory: string): Promise<void> {
  try {
    await sweepSealed(directory, config, now());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log.warn('Files of a killed run could not be removed', { reason: error.message, hint: error.hint });
  }
}

/** Throws Failure for the directory of the archives, to which the retention of copies would apply. */
function checkPlace(place: Location, directory: string): void {
  if (place.kind !== 'directory' || realPath(place.text) !== realPath(directory)) return;
  throw new Failure(
    `${place.text} is the directory of the archives itself`,
    'copy to another place',
    'usage',
  );
}

/** If the path cannot be read, the path itself; a later step reports the error. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

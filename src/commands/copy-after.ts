import type { PlaceResult } from '../copies/copier.ts';
import { LATE_HINT } from '../output/copy.ts';
import { readManifests } from '../volume/catalogue.ts';
import { directoryOf, openStore } from '../volume/open-store.ts';
import { Failure } from '../words/failure.ts';
import { storeOptions } from './archives.ts';
import type { Context } from './context.ts';
import { copyRetentionPolicy } from './retention-policy.ts';

export const VERSIONS_HINT = 'add a lifecycle rule for noncurrent versions, or their bytes stay';

/** Checks the options of copies before a backup, which may take an hour. Throws Failure (usage). */
export function checkCopies({ config }: Context): void {
  if (config.copyTo.length === 0) return;
  directoryOf(config.volume, '--copy-to');
  copyRetentionPolicy(config);
}

/**
 * Copies archives to the places of `--copy-to` after a backup. Each failure is logged with a hint. The archive on the volume
 * is not affected, and the next run tries again.
 *
 * @returns whether all due archives are copied
 */
export async function copyAfterBackup(context: Context): Promise<boolean> {
  const { config, log, signal } = context;
  if (config.copyTo.length === 0) return true;
  const directory = directoryOf(config.volume, '--copy-to');
  const copying = (file: string) => log.debug('Copying', { archive: file });
  // Backups without copies do not load this.
  const [{ copyByOptions }, { isCopied }] = await Promise.all([
    import('./copying.ts'),
    import('../copies/copier.ts'),
  ]);
  let results: readonly PlaceResult[];
  try {
    const store = await openStore(config.volume, storeOptions(config), signal);
    const catalogue = await readManifests(store, config, signal);
    const what = { directory, catalogue, places: config.copyTo, named: null, copying };
    results = await copyByOptions(context, what, true);
  } catch (error) {
    if (signal.aborted) {
      log.warn('Copying was interrupted; the archive is on the volume, and the next run copies the rest');
      return false;
    }
    if (!(error instanceof Failure)) throw error;
    log.error('Archives could not be copied', { reason: error.message, hint: error.hint });
    return false;
  }
  for (const result of results) logResult(context, result);
  return results.every(isCopied);
}

function logResult({ log }: Context, { place, outcome }: PlaceResult): void {
  if (outcome.kind === 'unreachable') {
    const { reason, hint } = outcome;
    log.error('Archives could not be copied', { to: place, reason, hint });
    return;
  }
  const { copied, failed, late, unfit, plan, rotation, unrotated, ended } = outcome.report;
  for (const { file, bytes, sent, milliseconds } of copied)
    log.info('Copied', { archive: file, to: place, bytes, sent, seconds: milliseconds / 1000 });
  for (const { file, reason, hint } of failed)
    log.error('An archive could not be copied', {
      archive: file,
      to: place,
      reason,
      hint,
    });
  if (late.length > 0)
    log.error('Not all archives were copied in time', { archives: late, to: place, hint: LATE_HINT });
  for (const { file, reason } of unfit)
    log.warn('An archive cannot be copied', { archive: file, to: place, reason });
  for (const { file, reason } of plan.leftOut) log.debug('Not copied', { archive: file, to: place, reason });
  if (ended.length > 0) log.info('Deleted interrupted uploads', { archives: ended, from: place });
  if (unrotated !== null) log.warn('Old copies were not removed', { from: place, reason: unrotated });
  if (rotation === null) return;
  const refused = new Set(rotation.refused.map(({ file }) => file));
  for (const { file, reason } of rotation.remove)
    if (!refused.has(file)) log.info('Removed a copy', { archive: file, from: place, reason });
  for (const { file, reason } of rotation.refused)
    log.warn('An old copy is kept', { archive: file, in: place, reason });
  if (rotation.hidden.length > 0)
    log.warn('The bucket keeps versions of removed copies', {
      archives: rotation.hidden,
      in: place,
      hint: VERSIONS_HINT,
    });
}

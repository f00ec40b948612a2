import { readManifest } from './catalogue.ts';
import { failedTypes } from './manifest-compare.ts';
import type { Naming } from './names.ts';
import { listArchives } from './store.ts';

/** An archive that is younger than asked for, but does not count. */
export interface FailedAttempt {
  readonly file: string;
  readonly time: Date;
  readonly state: 'incomplete' | 'damaged' | 'unreadable';
  readonly reason: string;
}

/** Whether there is a complete archive that is young enough. */
export interface Freshness {
  /** `incomplete`: none is, but an incomplete one would be; `stale`: nothing readable would be. */
  readonly state: 'fresh' | 'incomplete' | 'stale';
  /** The newest complete archive, whatever its age. */
  readonly newest: { readonly file: string; readonly path: string; readonly time: Date } | null;
  /** The newest first. */
  readonly attempts: readonly FailedAttempt[];
}

/**
 * Looks for a complete archive that is not older than `maxAge` milliseconds. Manifests
 * are read one by one from the newest on until one is complete: on a healthy volume a
 * few kilobytes, so that a probe may ask every few seconds.
 *
 * As for rotation, the age of an archive is its stamp's, and a stamp in the future
 * proves nothing: its age cannot be told.
 *
 * @throws Failure where the volume cannot be read
 */
export async function checkFreshness(
  volume: string,
  naming: Naming,
  maxAge: number,
  now: Date,
): Promise<Freshness> {
  const attempts: FailedAttempt[] = [];
  for (const { file, path, time } of await listArchives(volume, naming)) {
    const age = now.getTime() - time.getTime();
    if (age < 0) continue;
    const young = age <= maxAge;
    const reading = await readManifest(path);
    if (reading.kind === 'manifest' && reading.manifest.complete) {
      return { state: young ? 'fresh' : stateOf(attempts), newest: { file, path, time }, attempts };
    }
    if (!young) continue;
    if (reading.kind !== 'manifest') {
      // To a probe, a file of another origin under an archive's name is as bad as a broken one.
      const state = reading.kind === 'foreign' ? 'damaged' : reading.kind;
      attempts.push({ file, time, state, reason: reading.reason });
    } else {
      const failed = failedTypes(reading.manifest).map(({ name }) => name);
      attempts.push({ file, time, state: 'incomplete', reason: `${failed.join(', ')} failed` });
    }
  }
  return { state: stateOf(attempts), newest: null, attempts };
}

function stateOf(attempts: readonly FailedAttempt[]): 'incomplete' | 'stale' {
  return attempts.some(({ state }) => state === 'incomplete') ? 'incomplete' : 'stale';
}

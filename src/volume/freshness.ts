import { failedTypes } from '../archive/format/manifest-compare.ts';
import type { ArchiveStore } from './archive-store.ts';
import { readManifest, timeOf } from './catalogue.ts';
import type { Naming } from './names.ts';
import { isInFuture } from './retention.ts';

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
 * are read one by one, in the order of the stamps, until one is found: on a healthy volume
 * a few kilobytes, so that a probe may ask every few seconds. Only where there is none, all
 * are read: stamps of another zone, or renamed archives, are in any order.
 *
 * An archive of the future proves nothing: its age is unknown.
 *
 * @throws Failure if the store cannot be listed
 */
export async function checkFreshness(
  store: ArchiveStore,
  naming: Naming,
  maxAge: number,
  now: Date,
): Promise<Freshness> {
  const attempts: FailedAttempt[] = [];
  let newest: Freshness['newest'] = null;
  for (const archive of await store.list(naming)) {
    const { file, path } = archive;
    const reading = await readManifest(archive);
    const time = timeOf(archive, reading);
    if (isInFuture(time, now)) continue;
    const young = now.getTime() - time.getTime() <= maxAge;
    if (reading.kind === 'manifest' && reading.manifest.complete) {
      if (newest === null || time > newest.time) newest = { file, path, time };
      if (young) return { state: 'fresh', newest, attempts: newestFirst(attempts) };
      continue;
    }
    if (!young) continue;
    if (reading.kind !== 'manifest') {
      attempts.push({ file, time, state: STATES[reading.kind], reason: reading.reason });
    } else {
      const failed = failedTypes(reading.manifest).map(({ name }) => name);
      attempts.push({ file, time, state: 'incomplete', reason: `${failed.join(', ')} failed` });
    }
  }
  return { state: stateOf(attempts), newest, attempts: newestFirst(attempts) };
}

/** To a probe, a file of another origin under an archive's name is as bad as a broken one. */
const STATES = {
  damaged: 'damaged',
  foreign: 'damaged',
  sealed: 'unreadable',
  unreadable: 'unreadable',
} as const;

function newestFirst(attempts: readonly FailedAttempt[]): FailedAttempt[] {
  return [...attempts].sort((a, b) => b.time.getTime() - a.time.getTime());
}

function stateOf(attempts: readonly FailedAttempt[]): 'incomplete' | 'stale' {
  return attempts.some(({ state }) => state === 'incomplete') ? 'incomplete' : 'stale';
}

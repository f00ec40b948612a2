import { type Naming, rehearsalName } from '../volume/names.ts';
import type { RetentionPolicy, Ruling } from '../volume/retention.ts';
import { Failure } from '../words/failure.ts';
import { type LocalArchive, retainCopies } from './copy-plan.ts';
import { type FoundCopy, findCopies } from './known-copies.ts';
import type { Place } from './open-place.ts';

/** What became of the copies that the retention policy removes. */
export interface CopyRotation {
  readonly keep: readonly Ruling[];
  readonly remove: readonly Ruling[];
  /** Removed from the listing, but the bucket keeps their versions. */
  readonly hidden: readonly string[];
  /** Not removed, and why: locked, for example. */
  readonly refused: readonly Ruling[];
}

/** A place in which copies are removed. */
export interface RotationJob {
  readonly place: Place;
  readonly naming: Naming;
  readonly now: () => Date;
  readonly deadline: AbortSignal;
}

/**
 * Removes old copies. Nothing is removed by a listing that lacks what must be in it: a listing that broke off would make
 * the newest copy look old.
 *
 * @param local archives of this cluster; copies of other clusters are left alone
 * @param expected file names that the listing must contain
 * @returns `unrotated` says why nothing was decided
 */
export async function rotateCopies(
  { place, naming, now, deadline }: RotationJob,
  local: readonly LocalArchive[],
  policy: RetentionPolicy,
  expected: readonly string[],
): Promise<{ readonly rotation: CopyRotation | null; readonly unrotated: string | null }> {
  try {
    const copies = await findCopies(place.store, place.writer, naming);
    const seen = new Set(copies.map(({ file }) => file));
    const lacking = expected.find((file) => !seen.has(file));
    if (lacking !== undefined)
      return { rotation: null, unrotated: `the listing of the place lacks ${lacking}` };
    const { keep, remove } = rotationOf(local, copies, policy, now());
    const hidden: string[] = [];
    const refused: Ruling[] = [];
    const going = new Set(remove.map(({ file }) => file));
    for (const { file, name, hasRehearsal } of copies.filter(({ file }) => going.has(file))) {
      const removed = await place.writer.remove(name);
      if (hasRehearsal && removed.kind !== 'refused') await place.writer.remove(rehearsalName(name));
      if (removed.kind === 'hidden') hidden.push(file);
      if (removed.kind === 'refused') refused.push({ file, reason: removed.reason });
    }
    return { rotation: { keep, remove, hidden, refused }, unrotated: null };
  } catch (error) {
    if (deadline.aborted) return { rotation: null, unrotated: 'the time was over' };
    if (!(error instanceof Failure)) throw error;
    return { rotation: null, unrotated: error.message };
  }
}

/** What a rotation would keep and remove. */
export function rotationOf(
  local: readonly LocalArchive[],
  copies: readonly FoundCopy[],
  policy: RetentionPolicy,
  now: Date,
): CopyRotation {
  return { ...retainCopies(local, copies, policy, now), hidden: [], refused: [] };
}

import { type Naming, rehearsalName } from '../volume/names.ts';
import type { RetentionPolicy, Ruling } from '../volume/retention.ts';
import { Failure } from '../words/failure.ts';
import { confirmed, type LocalArchive, retainCopies } from './copy-plan.ts';
import { type FoundCopy, findCopies } from './known-copies.ts';
import type { Place } from './open-place.ts';

/** What the retention policy keeps and removes, and what became of it. */
export interface CopyRotation {
  readonly keep: readonly Ruling[];
  readonly remove: readonly Ruling[];
  /** Removed, but the bucket keeps their versions. */
  readonly hidden: readonly string[];
  /** Not removed, with the reason, such as a lock. */
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
 * Removes old copies, and the results of their rehearsals. Nothing is removed if the listing lacks a copy that must be there:
 * in a listing that is not complete, an old copy may look like the newest one.
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
    const going = new Set(remove.map(({ file }) => file));
    const { hidden, refused } = await removeAll(
      place,
      deadline,
      copies.filter(({ name }) => going.has(name)),
    );
    return { rotation: { keep, remove, hidden, refused }, unrotated: null };
  } catch (error) {
    if (deadline.aborted) return { rotation: null, unrotated: TOO_LATE };
    if (!(error instanceof Failure)) throw error;
    return { rotation: null, unrotated: error.message };
  }
}

const TOO_LATE = 'the time was over';

/** Removes copies until the place fails: the others are then not removed for the same reason. */
async function removeAll(
  { writer }: Place,
  deadline: AbortSignal,
  copies: readonly FoundCopy[],
): Promise<Pick<CopyRotation, 'hidden' | 'refused'>> {
  const hidden: string[] = [];
  const refused: Ruling[] = [];
  let tried = 0;
  for (const { name, hasRehearsal } of copies) {
    try {
      const removed = await writer.remove(name);
      tried += 1;
      if (removed.kind === 'hidden') hidden.push(name);
      if (removed.kind === 'refused') refused.push({ file: name, reason: removed.reason });
      else if (hasRehearsal) await writer.remove(rehearsalName(name));
    } catch (error) {
      if (!(error instanceof Failure) && !deadline.aborted) throw error;
      const reason = error instanceof Failure && !deadline.aborted ? error.message : TOO_LATE;
      refused.push(...copies.slice(tried).map((copy) => ({ file: copy.name, reason })));
      break;
    }
  }
  return { hidden, refused };
}

/** What a rotation would do, without doing it. File names are those in the place, with `.age` if a copy is sealed. */
export function rotationOf(
  local: readonly LocalArchive[],
  copies: readonly FoundCopy[],
  policy: RetentionPolicy,
  now: Date,
): CopyRotation {
  // A sealed and an unsealed copy of an archive are two copies.
  const named = copies.map((copy) => ({ ...confirmed(copy, local), file: copy.name }));
  return { ...retainCopies(local, named, policy, now), hidden: [], refused: [] };
}

import type { ObjectChange } from './change.ts';
import { hashedName } from './hashed-name.ts';

/** What a listing tells: an object, or the same change of objects of one name in several projects. */
export type ListingEntry =
  | { readonly kind: 'object'; readonly object: ObjectChange }
  | {
      readonly kind: 'alike';
      readonly object: ObjectChange;
      readonly projects: readonly string[];
      /** The hashes in their names are others in each project; see hashedName. */
      readonly hasOtherNames: boolean;
    }
  /** From here on, the same change may be listed more than once. */
  | { readonly kind: 'limit' };

/** How much is kept until it is known what is alike. */
export interface AlikeLimits {
  readonly objects: number;
  /** Bytes that what has changed takes in memory; see weightOf. */
  readonly size: number;
}

const LIMITS: AlikeLimits = { objects: 20_000, size: 64 * 1024 * 1024 };
/** Fewer are listed one by one. */
const FEWEST = 3;

interface Group {
  readonly object: ObjectChange;
  readonly projects: string[];
  hasOtherNames: boolean;
}

/**
 * Tells the same change of objects of one type and name in three projects or more once,
 * behind everything else: what one project has alone is what people look for.
 *
 * Up to a limit the objects are kept until the last has come. Beyond it they are handed out
 * as they come, but for those that are alike to some that are known; memory is bounded.
 */
export async function* groupAlike(
  objects: AsyncIterable<ObjectChange>,
  limits: AlikeLimits = LIMITS,
): AsyncGenerator<ListingEntry> {
  const groups = new Map<string, Group>();
  let kept: Array<readonly [ObjectChange, Group | null]> = [];
  let size = 0;
  let isKeeping = true;
  function* handOut(): Generator<ListingEntry> {
    for (const [object, group] of kept) if (group === null || isFew(group)) yield { kind: 'object', object };
    kept = [];
    for (const [key, group] of groups) if (isFew(group)) groups.delete(key);
  }
  for await (const object of objects) {
    const key = keyOf(object);
    const known = key === null ? undefined : groups.get(key);
    if (known !== undefined) {
      known.projects.push(object.project ?? '');
      known.hasOtherNames ||= !hasNamesOf(known.object, object);
    }
    if (!isKeeping) {
      if (known === undefined) yield { kind: 'object', object };
      continue;
    }
    const group =
      known ?? (key === null ? null : { object, projects: [object.project ?? ''], hasOtherNames: false });
    if (key !== null && group !== null) groups.set(key, group);
    // Of those that are alike the changes are kept once.
    kept.push([known === undefined ? object : { ...object, changes: known.object.changes }, group]);
    if (known === undefined) size += object.size ?? 0;
    if (kept.length <= limits.objects && size <= limits.size) continue;
    isKeeping = false;
    yield* handOut();
    yield { kind: 'limit' };
  }
  yield* handOut();
  for (const group of groups.values()) yield { kind: 'alike', ...group };
}

function isFew({ projects }: Group): boolean {
  return projects.length < FEWEST;
}

function hasNamesOf(one: ObjectChange, other: ObjectChange): boolean {
  return one.name === other.name && one.renamedFrom === other.renamedFrom;
}

function keyOf({ project, type, name, renamedFrom, change, alike }: ObjectChange): string | null {
  if (project === null || alike === undefined || alike === null) return null;
  // What differs between projects may be in the hash alone.
  const own = renamedFrom === undefined ? name : (hashedName(name)?.stem ?? name);
  return JSON.stringify([type, own, renamedFrom !== undefined, change, alike]);
}

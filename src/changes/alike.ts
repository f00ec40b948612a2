import { hash } from 'node:crypto';
import { memberOf } from '../json/members.ts';
import { skipSpace, stringEnd } from '../json/scan.ts';
import { canonical, isFields, isList, Masked, Raw, type Value } from '../json/value.ts';
import { type Attribution, commonAttribution } from './attribution/attribution.ts';
import type { Change, ObjectChange } from './change.ts';
import { hashedName } from './hashed-name.ts';
import { pathText } from './path.ts';

/** An entry of a listing: an object, or the same change of objects of one name in several projects. */
export type ListingEntry =
  | { readonly kind: 'object'; readonly object: ObjectChange }
  | {
      readonly kind: 'alike';
      readonly object: ObjectChange;
      readonly projects: readonly string[];
      /** The names contain hashes, which differ from project to project; see hashedName. */
      readonly hasOtherNames: boolean;
    }
  /** From here on, the same change may be listed more than once. */
  | { readonly kind: 'limit' };

/** Limits for what is kept until all equal changes are found. */
export interface AlikeLimits {
  /** Objects that are not in a group yet, and groups. */
  readonly objects: number;
  /** Memory that their changes need, in bytes; see memoryOf. */
  readonly size: number;
}

const LIMITS: AlikeLimits = { objects: 20_000, size: 64 * 1024 * 1024 };
/** Smaller groups are listed object by object. */
const FEWEST = 3;
/** Larger objects are not compared with those of other projects: computing their keys would take too long. */
const LARGEST = 1024 * 1024;
/** Memory of a value in addition to its text, in bytes: even an empty object is a Map. */
const EACH = 100;

interface Group {
  readonly object: ObjectChange;
  readonly projects: string[];
  hasOtherNames: boolean;
  /** Who made the change, if it is the same in all projects. */
  attribution: Attribution | null;
  /** Its objects, until there are enough of them for a group. */
  waiting: ObjectChange[];
}

/**
 * If objects of one type and name have the same change in three or more projects, lists it once, after all
 * other changes: people usually look for what changed in a single project.
 *
 * Objects are kept until the last one has been compared; of a group, only the first object and the names of
 * the projects. Beyond a limit, objects are returned immediately, except for those that belong to a known
 * group. So memory is limited.
 */
export async function* groupAlike(
  objects: AsyncIterable<ObjectChange>,
  limits: AlikeLimits = LIMITS,
): AsyncGenerator<ListingEntry> {
  const groups = new Map<string, Group>();
  /** Objects that are not in a group yet, in their order. */
  const kept = new Set<ObjectChange>();
  let together = 0;
  let size = 0;
  let isKeeping = true;
  function* handOut(): Generator<ListingEntry> {
    for (const object of kept) yield { kind: 'object', object };
    kept.clear();
    for (const [key, group] of groups) if (isFew(group)) groups.delete(key);
  }
  for await (const object of objects) {
    const key = keyOf(object);
    const known = key === null ? undefined : groups.get(key);
    if (known !== undefined) {
      known.projects.push(object.project ?? '');
      known.hasOtherNames ||= !hasNamesOf(known.object, object);
      known.attribution = commonAttribution(known.attribution, object.attribution ?? null);
    }
    if (!isKeeping) {
      if (known === undefined) yield { kind: 'object', object };
      continue;
    }
    if (known === undefined) {
      kept.add(object);
      size += object.size ?? 0;
      const group = {
        object,
        projects: [object.project ?? ''],
        hasOtherNames: false,
        attribution: object.attribution ?? null,
        waiting: [object],
      };
      if (key !== null) groups.set(key, group);
    } else if (isFew(known)) {
      // Equal changes are kept once.
      const alike = { ...object, changes: known.object.changes };
      known.waiting.push(alike);
      kept.add(alike);
    } else if (known.waiting.length > 0) {
      for (const waiting of known.waiting) kept.delete(waiting);
      known.waiting = [];
      together += 1;
    }
    if (kept.size + together <= limits.objects && size <= limits.size) continue;
    isKeeping = false;
    yield* handOut();
    yield { kind: 'limit' };
  }
  yield* handOut();
  for (const { object, projects, hasOtherNames, attribution } of groups.values())
    yield { kind: 'alike', object: { ...object, attribution }, projects, hasOtherNames };
}

function isFew({ projects }: Group): boolean {
  return projects.length < FEWEST;
}

function hasNamesOf(one: ObjectChange, other: ObjectChange): boolean {
  return one.name === other.name && one.renamedFrom === other.renamedFrom;
}

function keyOf({ project, type, name, renamedFrom, change, alike }: ObjectChange): string | null {
  if (project === null || alike === undefined || alike === null) return null;
  // Between projects, only the hash may differ.
  const own = renamedFrom === undefined ? name : (hashedName(name)?.stem ?? name);
  return JSON.stringify([type, own, renamedFrom !== undefined, change, alike]);
}

/**
 * A key that is equal for equal changes; null if they are too large for one.
 *
 * @param size of both versions, in bytes
 * @param beingDeletedSince is shown with the changes
 */
export function changesKey(
  changes: readonly Change[],
  size: number,
  beingDeletedSince: string | null,
): string | null {
  if (size > LARGEST) return null;
  const parts = changes.flatMap((change) => [change.kind, pathText(change.path), ...textsOf(change)]);
  // The lengths are included, so that different lists never have the same text.
  const text = [beingDeletedSince ?? '', ...parts].map((part) => `${part.length} ${part}`).join('');
  return hash('sha256', text, 'base64url');
}

function textsOf(change: Change): string[] {
  if (change.kind === 'text') return change.hunks.flatMap(({ lines }) => lines);
  if (change.kind === 'added' || change.kind === 'removed') return [canonical(change.value)];
  return [canonical(change.before), canonical(change.after)];
}

/** A key that is equal for objects that differ in their project only; null if they are too large for one. */
export function contentKey(bytes: Buffer): string | null {
  if (bytes.length > LARGEST) return null;
  const metadata = memberOf(bytes, skipSpace(bytes, 0, bytes.length), 'metadata');
  const at = metadata === null ? null : memberOf(bytes, metadata, 'namespace');
  if (at === null) return hash('sha256', bytes, 'base64url');
  const end = bytes[at] === 0x22 ? stringEnd(bytes, at, bytes.length) : at;
  return hash('sha256', Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]), 'base64url');
}

/** An estimate of the memory of changes, in bytes. */
export function memoryOf(changes: readonly Change[]): number {
  return changes.reduce(
    (total, change) => total + EACH * (1 + change.path.length) + memoryOfChange(change),
    0,
  );
}

function memoryOfChange(change: Change): number {
  switch (change.kind) {
    case 'added':
    case 'removed':
      return memoryOfValue(change.value);
    case 'text':
      return change.hunks.reduce((total, { lines }) => total + EACH + memoryOfValue(lines), 0);
    case 'changed':
    case 'reordered':
      return memoryOfValue(change.before) + memoryOfValue(change.after);
  }
}

function memoryOfValue(value: Value): number {
  if (typeof value === 'string') return EACH + value.length;
  if (value instanceof Raw) return EACH + value.json.length;
  if (value instanceof Masked) return EACH + Masked.textOf(value).length;
  let size = EACH;
  if (isList(value)) for (const each of value) size += memoryOfValue(each);
  else if (isFields(value)) for (const [key, each] of value) size += key.length + memoryOfValue(each);
  return size;
}

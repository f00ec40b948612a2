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
      /** The hashes in their names are others in each project; see hashedName. */
      readonly hasOtherNames: boolean;
    }
  /** From here on, the same change may be listed more than once. */
  | { readonly kind: 'limit' };

/** How much is kept until it is known what is alike. */
export interface AlikeLimits {
  /** Objects that may still be listed one by one, and groups. */
  readonly objects: number;
  /** Bytes that their changes take in memory; see memoryOf. */
  readonly size: number;
}

const LIMITS: AlikeLimits = { objects: 20_000, size: 64 * 1024 * 1024 };
/** Fewer are listed one by one. */
const FEWEST = 3;
/** Larger objects are not compared with those of other projects: their keys would cost too much. */
const LARGEST = 1024 * 1024;
/** What a value costs in memory besides its text: an empty object is a Map all the same. */
const EACH = 100;

interface Group {
  readonly object: ObjectChange;
  readonly projects: string[];
  hasOtherNames: boolean;
  /** Who made the change everywhere. */
  attribution: Attribution | null;
  /** Its objects, as long as they are too few to be listed together. */
  waiting: ObjectChange[];
}

/**
 * Lists the same change of objects of one type and name in three projects or more once,
 * behind everything else: what one project has alone is what people look for.
 *
 * Up to a limit the objects are kept until the last has come; of those that are listed together
 * only the first is, and the names of the projects. Beyond the limit they are handed out as they
 * come, but for those that are alike to some that are known, so that memory is bounded.
 */
export async function* groupAlike(
  objects: AsyncIterable<ObjectChange>,
  limits: AlikeLimits = LIMITS,
): AsyncGenerator<ListingEntry> {
  const groups = new Map<string, Group>();
  /** In their order, those that are not listed together yet. */
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
      // Of those that are alike the changes are kept once.
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
  // What differs between projects may be in the hash alone.
  const own = renamedFrom === undefined ? name : (hashedName(name)?.stem ?? name);
  return JSON.stringify([type, own, renamedFrom !== undefined, change, alike]);
}

/**
 * Equal for the same changes; null where they are too large for a key.
 *
 * @param size of both versions, in bytes
 * @param beingDeletedSince is shown beside the changes
 */
export function changesKey(
  changes: readonly Change[],
  size: number,
  beingDeletedSince: string | null,
): string | null {
  if (size > LARGEST) return null;
  const parts = changes.flatMap((change) => [change.kind, pathText(change.path), ...textsOf(change)]);
  // With their lengths, so that no two lists of texts join to the same one.
  const text = [beingDeletedSince ?? '', ...parts].map((part) => `${part.length} ${part}`).join('');
  return hash('sha256', text, 'base64url');
}

function textsOf(change: Change): string[] {
  if (change.kind === 'text') return change.hunks.flatMap(({ lines }) => lines);
  if (change.kind === 'added' || change.kind === 'removed') return [canonical(change.value)];
  return [canonical(change.before), canonical(change.after)];
}

/** Equal for objects that are the same but for their project; null where they are too large for a key. */
export function contentKey(bytes: Buffer): string | null {
  if (bytes.length > LARGEST) return null;
  const metadata = memberOf(bytes, skipSpace(bytes, 0, bytes.length), 'metadata');
  const at = metadata === null ? null : memberOf(bytes, metadata, 'namespace');
  if (at === null) return hash('sha256', bytes, 'base64url');
  const end = bytes[at] === 0x22 ? stringEnd(bytes, at, bytes.length) : at;
  return hash('sha256', Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]), 'base64url');
}

/** About how much memory changes take, in bytes. */
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

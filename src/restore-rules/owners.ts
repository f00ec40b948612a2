import { type Fields, isFields, isList, type Value } from '../json/value.ts';
import { isApiVersion } from '../types/api-paths.ts';
import { brief } from '../words/names.ts';
import { edited, listAt, textAt, valueAt, withValue } from './edit.ts';
import { type Item, isPathSegment } from './item.ts';
import type { Note } from './rewrite.ts';

/** Each owner is a request; a controller sets one, and garbage collection a few. */
const MOST_OWNERS = 50;
/** Characters of a kind and a name in a note; valid ones are shorter. */
const LONGEST_OWNER = 400;

/** The owner of an object: in the same project, or cluster-scoped. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** An object whose ownerReferences have the uids of the cluster that it is restored to. */
export interface Relinked {
  readonly item: Item;
  readonly notes: readonly Note[];
  /** Owners that do not exist: they are looked up again when everything is restored. */
  readonly dropped: readonly Owner[];
}

/** The ownerReferences of an object as they are, also invalid ones. */
export function ownerReferences(fields: Fields): readonly Fields[] {
  return listAt(fields, 'metadata', 'ownerReferences').filter(isFields);
}

/** The owners of an object whose references are valid, as many as are looked up. */
export function ownersOf(fields: Fields): readonly Owner[] {
  return ownerReferences(fields)
    .slice(0, MOST_OWNERS)
    .flatMap((each) => {
      const owner = ownerOf(each);
      return owner === null ? [] : [owner];
    });
}

/**
 * Gives each ownerReference the uid that its owner has now. Owners that do not exist are removed: if a
 * reference has the uid of an object that is gone, the garbage collector deletes the object that is owned.
 *
 * @see https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents
 */
export function relinkOwners(item: Item, uidOf: (owner: Owner) => string | null): Relinked {
  const dropped: Owner[] = [];
  const notes: Note[] = [];
  let references = 0;
  const relinked = edited(item.fields, 'metadata.ownerReferences[*]', (each): Value | undefined => {
    references += 1;
    if (references > MOST_OWNERS) return undefined;
    const owner = ownerOf(each);
    const uid = owner === null ? null : uidOf(owner);
    if (uid !== null && isFields(each)) {
      return textAt(each, 'uid') === uid ? each : withValue(each, 'uid', uid);
    }
    if (owner !== null) dropped.push(owner);
    const named = owner === null ? 'without a valid name' : ownerText(owner);
    notes.push({ rule: 'owner-gone', text: `owner ${named} removed: it does not exist and is not restored` });
    return undefined;
  });
  if (references > MOST_OWNERS)
    notes.push({
      rule: 'owner-gone',
      text: `${references - MOST_OWNERS} owners removed: only the first ${MOST_OWNERS} are restored`,
    });
  const isEmpty = isEmptyList(valueAt(relinked, 'metadata', 'ownerReferences'));
  const fields = isEmpty ? edited(relinked, 'metadata.ownerReferences', () => undefined) : relinked;
  const { project, type, apiVersion, kind, name } = item;
  return { item: { project, type, apiVersion, kind, name, fields }, notes, dropped };
}

/** `StatefulSet data`, for notes. */
export function ownerText({ kind, name }: Owner): string {
  return brief(`${kind} ${name}`, LONGEST_OWNER);
}

function ownerOf(reference: Value): Owner | null {
  const [apiVersion = '', kind = '', name = ''] = ['apiVersion', 'kind', 'name'].map(
    (key) => textAt(reference, key) ?? '',
  );
  return isApiVersion(apiVersion) && kind && isPathSegment(name) ? { apiVersion, kind, name } : null;
}

function isEmptyList(value: Value | undefined): boolean {
  return isList(value) && value.length === 0;
}

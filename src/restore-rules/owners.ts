import { type Fields, isFields, isList, type Value } from '../json/value.ts';
import { edited, listAt, textAt, withValue } from './edit.ts';
import { type Item, isApiVersion, isPathSegment } from './item.ts';
import type { Note } from './rewrite.ts';

/** Somebody who owns an object: in its project, or cluster-scoped. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** An object whose owners are those of the cluster it is restored to. */
export interface Relinked {
  readonly item: Item;
  readonly notes: readonly Note[];
  /** Owners that are not there: worth another look when everything is restored. */
  readonly dropped: readonly Owner[];
}

/** The ownerReferences of an object, unchecked: with all their fields, also those that name no possible object. */
export function ownerReferences(fields: Fields): readonly Fields[] {
  return listAt(fields, 'metadata', 'ownerReferences').filter(isFields);
}

/** The owners of an object whose references are valid. */
export function ownersOf(fields: Fields): readonly Owner[] {
  return ownerReferences(fields).flatMap((each) => {
    const owner = ownerOf(each);
    return owner === null ? [] : [owner];
  });
}

/**
 * Gives each owner the uid that it has now. One that is not there is dropped: with the
 * uid of an object that is gone the garbage collector would delete what it owns.
 *
 * @see https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents
 */
export function relinkOwners(item: Item, uidOf: (owner: Owner) => string | null): Relinked {
  const dropped: Owner[] = [];
  const notes: Note[] = [];
  const relinked = edited(item.fields, 'metadata.ownerReferences[*]', (each): Value | undefined => {
    const owner = ownerOf(each);
    const uid = owner === null ? null : uidOf(owner);
    if (uid !== null && isFields(each)) {
      return textAt(each, 'uid') === uid ? each : withValue(each, 'uid', uid);
    }
    if (owner !== null) dropped.push(owner);
    const named = owner === null ? 'without a name' : `${owner.kind} ${owner.name}`;
    notes.push({ rule: 'owner-gone', text: `owner ${named} dropped: it is neither restored nor there` });
    return undefined;
  });
  const references = relinked.get('metadata');
  const isEmpty = isFields(references) && isEmptyList(references.get('ownerReferences'));
  const fields = isEmpty ? edited(relinked, 'metadata.ownerReferences', () => undefined) : relinked;
  const { project, type, apiVersion, kind, name } = item;
  return { item: { project, type, apiVersion, kind, name, fields }, notes, dropped };
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

import { ApiError } from '../cluster/api-error.ts';
import { type Fields, isFields, type List, Raw } from '../json/value.ts';
import { textAt, valueAt, withValue } from '../restore-rules/edit.ts';
import { ownedAt, ownsAnyOf } from '../restore-rules/managed-fields.ts';
import { printFields } from '../restore-rules/print.ts';
import type { Note } from '../restore-rules/rewrite.ts';
import type { Sending } from './sending.ts';
import { failureText } from './server-messages.ts';
import type { ClusterAccess } from './settings.ts';

/** The archived managers of an object that was created by server-side apply. */
export interface Managers {
  /** The body of a merge patch that puts them back. */
  readonly patch: Buffer;
  /** The manager if there is only one: an object that is created under its name belongs to it. */
  readonly sole: string | null;
}

/** No object has this resourceVersion, so that an apply with it creates the object or is refused. */
const NO_VERSION = '1';
/** Applied bodies are parsed as YAML, which is slow for large ones. */
const LARGEST_APPLIED = 256 * 1024;
/** Characters that YAML requires to be escaped. */
const UNPRINTABLE = /[\u007f-\u009f\ufeff\ufffe\uffff]/g;

/**
 * The archived managers of an object's fields, where one of them applied it: with a server-side
 * apply, a manager cannot remove a field that we own, too. Null if no manager used it: then ownership
 * has no effect.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function managersOf(managedFields: List, fields: Fields): Managers | null {
  const entries = managedFields.filter((each) => isFields(each) && textAt(each, 'subresource') !== 'status');
  if (!entries.some((each) => textAt(each, 'operation') === 'Apply')) return null;
  // A manager that owns none of the restored fields is not needed: it will write its fields again.
  const [only, ...others] = entries.filter((each) => ownsAnyOf(each, fields));
  // Scaled by a client without an entry: the manager would own, and could remove, a field that it never applied.
  const replicas = valueAt(fields, 'spec', 'replicas');
  const isScaled =
    replicas instanceof Raw && replicas.json !== '1' && ownedAt(entries, 'spec', 'replicas').length === 0;
  return {
    patch: printFields(new Map([['metadata', new Map([['managedFields', entries]])]])),
    sole:
      others.length === 0 && !isScaled && textAt(only, 'operation') === 'Apply'
        ? textAt(only, 'manager')
        : null,
  };
}

/**
 * The body of an apply that creates an object under the name of its only manager; null if that is not
 * possible.
 */
export function appliedBody({ item, managers }: Sending): Buffer | null {
  if (managers === null || managers.sole === null) return null;
  const body = printFields(withValue(item.fields, 'metadata.resourceVersion', NO_VERSION));
  if (body.length > LARGEST_APPLIED) return null;
  const text = body.toString('utf8');
  const escaped = text.replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped === text ? body : Buffer.from(escaped);
}

/**
 * Gives the fields of an object that was written the managers that they had in the archive: a
 * server makes us the manager of all that we send, and a patch of managedFields puts back others.
 *
 * @returns notes for the report if that failed
 * @throws ConnectionError
 */
export async function restoreManagers(
  { writer }: ClusterAccess,
  { item, path, managers }: Sending,
): Promise<readonly Note[]> {
  if (managers === null) return [];
  try {
    await writer.merge(path, managers.patch);
    return [];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const text = `its field managers were not restored: ${failureText(error, item)}`;
    return [{ rule: 'field-managers', text }];
  }
}

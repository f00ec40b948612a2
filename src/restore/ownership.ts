import { ApiError } from '../cluster/api-error.ts';
import { isFields, type List } from '../json/value.ts';
import { textAt } from '../restore-rules/edit.ts';
import { printFields } from '../restore-rules/print.ts';
import type { Note } from '../restore-rules/rewrite.ts';
import type { Sending } from './sending.ts';
import { failureText } from './server-messages.ts';
import type { ClusterAccess } from './settings.ts';

/**
 * The archived managers of an object's fields as the body of a merge patch, where one of them
 * applied it: it could not take a field away that belongs to us, too. Null where no manager did:
 * then nothing depends on who owns what.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function managersPatch(managedFields: List): Buffer | null {
  const managers = managedFields.filter((each) => isFields(each) && textAt(each, 'subresource') !== 'status');
  if (!managers.some((each) => textAt(each, 'operation') === 'Apply')) return null;
  return printFields(new Map([['metadata', new Map([['managedFields', managers]])]]));
}

/**
 * Gives the fields of an object that was written the managers that they had in the archive: a
 * server makes us the manager of all that we send, and a patch of managedFields puts back others.
 *
 * @returns what is to be reported, since it is not as somebody would expect
 * @throws ConnectionError
 */
export async function restoreManagers(
  { writer }: ClusterAccess,
  { item, path, managers }: Sending,
): Promise<readonly Note[]> {
  if (managers === null) return [];
  try {
    await writer.merge(path, managers);
    return [];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const text = `its field managers are not those of the archive: ${failureText(error, item)}`;
    return [{ rule: 'field-managers', text }];
  }
}

import { type Fields, isFields, isList, type Value } from '../json/value.ts';
import type { Item } from '../restore-rules/item.ts';
import { printFields } from '../restore-rules/print.ts';
import type { Note } from '../restore-rules/rewrite.ts';
import { archivedStatus } from '../restore-rules/rules/server.ts';
import type { MissingPermissions } from './missing-permissions.ts';
import type { Sending } from './sending.ts';
import type { ClusterAccess } from './settings.ts';

/** The archived status of an object as the body of a merge patch; null where it has none. */
export function statusPatch(item: Item): Buffer | null {
  const status = archivedStatus(item);
  return saysNothing(status) || status === undefined ? null : printFields(new Map([['status', status]]));
}

/** Whether an object of the cluster has no status yet, or one of empty lists and objects. */
export function lacksStatus(live: Fields): boolean {
  return saysNothing(live.get('status'));
}

/**
 * Writes the archived status through the subresource.
 *
 * @returns what is to be reported, since it is not as somebody would expect
 * @throws ApiError, ConnectionError where it is refused
 */
export async function writeStatus(
  { writer }: ClusterAccess,
  permissions: MissingPermissions,
  { item, served, path, status }: Sending,
): Promise<readonly Note[]> {
  if (status === null) return [];
  // Without a subresource the status came with the object.
  if (!served.hasStatus) return [];
  const missing = permissions.reason(item, 'patch', 'status');
  if (missing !== null) return [noteOf(`not written: ${missing}`)];
  await writer.merge(`${path}/status`, status);
  return [];
}

function noteOf(text: string): Note {
  return { rule: 'status', text };
}

function saysNothing(value: Value | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (isFields(value)) return [...value.values()].every(saysNothing);
  return isList(value) && value.length === 0;
}

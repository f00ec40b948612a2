import { ApiError } from '../cluster/api-error.ts';
import { type Fields, isFields, isList, same, type Value } from '../json/value.ts';
import { tagsPatch, withoutImageTags } from '../restore-rules/image-streams.ts';
import type { Item } from '../restore-rules/item.ts';
import { printFields } from '../restore-rules/print.ts';
import type { Note } from '../restore-rules/rewrite.ts';
import { archivedStatus } from '../restore-rules/rules/server.ts';
import type { MissingPermissions } from './missing-permissions.ts';
import type { Sending } from './sending.ts';
import { failureText } from './server-messages.ts';
import type { ClusterAccess } from './settings.ts';

/** The archived status of an object; null if it has none, or only empty values. */
export function statusOf(item: Item): Value | null {
  const status = archivedStatus(item);
  return hasNoValues(status) || status === undefined ? null : status;
}

/** Whether the archived status is to be restored and differs from that of the live object. */
export function hasOtherStatus({ status }: Sending, live: Fields): boolean {
  return status !== null && !isWithin(status, live.get('status') ?? null);
}

/** Whether merging a value into another one changes nothing. */
function isWithin(value: Value, whole: Value): boolean {
  if (!isFields(value) || !isFields(whole)) return same(value, whole);
  return [...value].every(([key, each]) => isWithin(each, whole.get(key) ?? null));
}

/**
 * Writes the archived status through the subresource.
 *
 * @returns notes for the report if that failed
 * @throws ApiError, ConnectionError where it is refused
 */
export async function writeStatus(
  { writer }: ClusterAccess,
  permissions: MissingPermissions,
  { item, served, path, status }: Sending,
): Promise<readonly Note[]> {
  // Without the subresource, status is sent with the object.
  if (status === null || !served.hasStatus) return [];
  const missing = permissions.reason(item, 'patch', 'status');
  if (missing !== null) return [noteOf(`not written: ${missing}`)];
  await writer.merge(`${path}/status`, printFields(new Map([['status', status]])));
  return [];
}

function noteOf(text: string): Note {
  return { rule: 'status', text };
}

function hasNoValues(value: Value | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (isFields(value)) return [...value.values()].every(hasNoValues);
  return isList(value) && value.length === 0;
}

/**
 * Completes an ImageStream that was created without tags that name images: its status, then these tags.
 *
 * @returns notes for the report if that failed
 * @throws ConnectionError
 */
export async function completeStream(
  { writer }: ClusterAccess,
  { item, path, served, streamStatus: status }: Sending,
): Promise<readonly Note[]> {
  try {
    if (status !== null && served.hasStatus)
      await writer.merge(`${path}/status`, printFields(new Map([['status', status]])));
    if (withoutImageTags(item.fields) !== item.fields)
      await writer.merge(path, printFields(tagsPatch(item.fields)));
    return [];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const text = `its images, and the tags that refer to them, were not restored: ${failureText(error, item)}`;
    return [{ rule: 'image-stream', text }];
  }
}

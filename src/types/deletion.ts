import { memberOf, textAt } from '../json/members.ts';
import { skipSpace } from '../json/scan.ts';

/**
 * The field of metadata that the API server sets when an object is deleted that a finalizer or
 * a grace period still keeps.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
 */
export const DELETION = 'deletionTimestamp';

/** How API servers write a time (`metav1.Time`, RFC 3339 in UTC). */
const SERVER_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const QUOTED = Buffer.from(`"${DELETION}"`);

/** A time as an API server writes it; null for any other text. */
export function serverTime(text: string): Date | null {
  const time = new Date(SERVER_TIME.test(text) ? text : '');
  return Number.isNaN(time.getTime()) ? null : time;
}

/** Whether bytes contain the name of the field: a fast check before parsing. */
export function mentionsDeletion(bytes: Buffer): boolean {
  return bytes.includes(QUOTED);
}

/**
 * Since when an object is being deleted, as the server wrote it; null if it is not, or if the
 * value is not a time. The document must be valid (see documentMistake).
 */
export function deletionTime(object: Buffer): string | null {
  if (!mentionsDeletion(object)) return null;
  const metadata = memberOf(object, skipSpace(object, 0, object.length), 'metadata');
  if (metadata === null) return null;
  const text = textAt(object, memberOf(object, metadata, DELETION));
  return text === null || serverTime(text) === null ? null : text;
}

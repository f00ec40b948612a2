import { DateTime } from 'luxon';
import { type Duration, parseDuration } from './duration.ts';

/** From when on something is wanted: for so long until now, or from a moment on. */
export type Since =
  | { readonly kind: 'for'; readonly duration: Duration }
  | { readonly kind: 'from'; readonly time: Date };

const DATE = /^\d{4}(-\d{2}-\d{2}|\d{4})(T[\d:.]+(Z|[+-][\d:]+)?)?$/;

/**
 * Reads a stretch of time (`7d`, `36h`), or a date (`2026-11-01`, `20261101`), which may
 * have a time behind it (`2026-11-01T08:30`).
 *
 * @param zone IANA zone of a date that tells none
 * @throws Error where it is neither
 */
export function parseSince(text: string, zone: string): Since {
  if (DATE.test(text)) {
    const date = DateTime.fromISO(text, { zone });
    if (date.isValid) return { kind: 'from', time: date.toJSDate() };
    throw new Error('is no date that there is');
  }
  try {
    return { kind: 'for', duration: parseDuration(text) };
  } catch {
    throw new Error('must be a time such as 7d or 36h, or a date such as 2026-11-01 or 20261101');
  }
}

/** The moment that it stands for. */
export function startOf(since: Since, now: Date): Date {
  return since.kind === 'from' ? since.time : new Date(now.getTime() - since.duration.milliseconds);
}

import { DateTime } from 'luxon';

/** `2026-09-11 00:15 UTC` in an IANA zone. */
export function clock(time: Date, zone: string): string {
  return DateTime.fromJSDate(time, { zone }).setLocale('en').toFormat('yyyy-MM-dd HH:mm ZZZZ');
}

/** `3 hours ago`, `in 2 days`. */
export function age(time: Date, now: Date): string {
  if (Math.abs(now.getTime() - time.getTime()) < 1000) return 'now';
  const base = DateTime.fromJSDate(now);
  return DateTime.fromJSDate(time).setLocale('en').toRelative({ base }) ?? '';
}

import { DateTime } from 'luxon';

/** Formats an ISO 8601 time for a person. */
export type Clock = (time: string) => string;

/** `2026-09-11 00:15 UTC` in an IANA zone. */
export function clock(time: Date, zone: string): string {
  return format(time, zone, 'yyyy-MM-dd HH:mm ZZZZ');
}

/** `2026-09-11 00:15` in an IANA zone. */
export function minute(time: Date, zone: string): string {
  return format(time, zone, 'yyyy-MM-dd HH:mm');
}

/** `2026-11-26 14:02:11` in an IANA zone. */
export function second(time: Date, zone: string): string {
  return format(time, zone, 'yyyy-MM-dd HH:mm:ss');
}

/** Formats the times of archives: to the minute, or to the second if two of them share a minute. */
export function clockFor(times: readonly string[], zone: string): Clock {
  const minutes = new Set(times.map((time) => Math.floor(Date.parse(time) / 60_000)));
  if (minutes.size === times.length) return (time) => clock(new Date(time), zone);
  return (time) => format(new Date(time), zone, 'yyyy-MM-dd HH:mm:ss ZZZZ');
}

/** `3 hours ago`, `in 2 days`. */
export function age(time: Date, now: Date): string {
  if (Math.abs(now.getTime() - time.getTime()) < 1000) return 'now';
  const base = DateTime.fromJSDate(now);
  return DateTime.fromJSDate(time).setLocale('en').toRelative({ base }) ?? '';
}

function format(time: Date, zone: string, as: string): string {
  return DateTime.fromJSDate(time, { zone }).setLocale('en').toFormat(as);
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A number of bytes for a person: `999 B`, `1.4 MiB`, `23 GiB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  let unit = '';
  for (const next of UNITS) {
    value /= 1024;
    unit = next;
    // 1000 KiB would be a digit wider than 0.98 MiB: move on as soon as rounding gets there.
    if (value < 999.5) break;
  }
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** `1 project`, `2 projects`, `3 policies`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

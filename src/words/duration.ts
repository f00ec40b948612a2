import { DateTime } from 'luxon';

/** A duration that a user wrote. */
export interface Duration {
  readonly text: string;
  readonly milliseconds: number;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/**
 * Reads `25h`, `90m`, `7d`, `1d12h`.
 *
 * @throws Error if it is invalid or zero
 */
export function parseDuration(text: string): Duration {
  const parts = [...text.matchAll(/(\d{1,6})([smhd])/g)];
  const milliseconds = parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS.get(unit) ?? 0),
    0,
  );
  if (parts.map(([part]) => part).join('') !== text || milliseconds === 0) {
    throw new Error('must be a duration such as 25h, 90m, 7d or 1d12h');
  }
  return { text, milliseconds };
}

/** A start time: a duration before now, or a date. */
export type Since =
  | { readonly kind: 'for'; readonly duration: Duration }
  | { readonly kind: 'from'; readonly date: string };

const DATE = /^\d{4}(-\d{2}-\d{2}|\d{4})(T[\d:.]+(Z|[+-][\d:]+)?)?$/;

/** Whether a text has the form of a date, valid or not. */
export function isDate(text: string): boolean {
  return DATE.test(text);
}

/**
 * Reads a duration (`7d`, `36h`), or a date (`2026-11-01`, `20261101`), which a time may
 * follow (`2026-11-01T08:30`).
 *
 * @throws Error if it is neither
 */
export function parseSince(text: string): Since {
  if (isDate(text)) {
    if (DateTime.fromISO(text, { zone: 'UTC' }).isValid) return { kind: 'from', date: text };
    throw new Error('is not a valid date');
  }
  try {
    return { kind: 'for', duration: parseDuration(text) };
  } catch {
    throw new Error('must be a duration such as 7d or 36h, or a date such as 2026-11-01 or 20261101');
  }
}

/**
 * The point in time that it means.
 *
 * @param zone IANA zone of a date that names none
 */
export function startOf(since: Since, now: Date, zone: string): Date {
  if (since.kind === 'for') return new Date(now.getTime() - since.duration.milliseconds);
  return DateTime.fromISO(since.date, { zone }).toJSDate();
}

/**
 * The point in time after that duration, or the beginning of the date.
 *
 * @param zone IANA zone of a date that names none
 */
export function endOf(span: Since, now: Date, zone: string): Date {
  if (span.kind === 'for') return new Date(now.getTime() + span.duration.milliseconds);
  return DateTime.fromISO(span.date, { zone }).toJSDate();
}

/** A span of calendar time that a user wrote: a month is as long as the calendar month that it covers. */
export interface CalendarSpan {
  readonly text: string;
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly hours: number;
}

const PART = /(\d{1,6})([ymdh])/g;

/**
 * Reads `7d`, `1y6m`, `2y5m7d3h`, with its units in any order, as restic does: here, m is a month.
 *
 * @throws Error if it is invalid, has a unit twice, or is zero
 */
export function parseCalendarSpan(text: string): CalendarSpan {
  const parts = [...text.matchAll(PART)];
  const counts = new Map(parts.map(([, count, unit]) => [unit, Number(count)]));
  const of = (unit: string) => counts.get(unit) ?? 0;
  const span = { text, years: of('y'), months: of('m'), days: of('d'), hours: of('h') };
  const whole = parts.map(([part]) => part).join('') === text && counts.size === parts.length;
  if (!whole || span.years + span.months + span.days + span.hours === 0)
    throw new Error('must be a time such as 7d, 6m or 1y6m12d3h (years, months, days, hours)');
  return span;
}

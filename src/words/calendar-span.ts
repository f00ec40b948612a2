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

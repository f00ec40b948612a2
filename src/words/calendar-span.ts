/** A span of calendar time as a person wrote it: a month is as long as the month that it goes back over. */
export interface CalendarSpan {
  readonly text: string;
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly hours: number;
}

/**
 * Reads `7d`, `1y6m`, `2y5m7d3h`, as restic does: here, m is a month.
 *
 * @throws Error where it is none, or of no length
 */
export function parseCalendarSpan(text: string): CalendarSpan {
  const match = /^(?:(\d{1,4})y)?(?:(\d{1,4})m)?(?:(\d{1,4})d)?(?:(\d{1,4})h)?$/.exec(text);
  const [years = 0, months = 0, days = 0, hours = 0] = (match?.slice(1) ?? []).map((count) =>
    Number(count ?? 0),
  );
  if (years + months + days + hours === 0)
    throw new Error('must be a time such as 7d, 6m or 1y6m12d3h (years, months, days, hours)');
  return { text, years, months, days, hours };
}

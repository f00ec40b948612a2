import { DateTime } from 'luxon';
import type { CalendarSpan } from '../words/duration.ts';

/** What `--keep-…` asks for, each in restic's sense; Infinity keeps one for every period, 0 none. */
export interface KeepRules {
  /** Back from the newest archive, not from now: nothing is lost while backups fail. */
  readonly within: CalendarSpan | null;
  readonly last: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
}

/** What the rules need to know about an archive. */
export interface TimedArchive {
  readonly file: string;
  readonly time: Date;
  readonly complete: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Period = 'day' | 'week' | 'month' | 'year';

const FORMATS: Readonly<Record<Period, string>> = {
  day: 'yyyyMMdd',
  week: 'kkkkWW',
  month: 'yyyyMM',
  year: 'yyyy',
};

/** restic's word for the one that is kept of a period. */
const ADVERBS: Readonly<Record<Period, string>> = {
  day: 'daily',
  week: 'weekly',
  month: 'monthly',
  year: 'yearly',
};

/**
 * Which archives the rules keep, by file name, with the reasons that restic gives: `daily archive`.
 *
 * For each period, the newest complete archive is kept, or the newest one if none is complete. If the
 * archives span less time than the rules, the oldest one is kept as well, so that the history can
 * grow. If all archives are complete, `restic forget` (its ApplyPolicy) would keep the same ones.
 *
 * @param archives the newest first
 * @param zone the IANA zone whose days, weeks, months and years count
 */
export function keptByRules(
  archives: readonly TimedArchive[],
  rules: KeepRules,
  zone: string,
): ReadonlyMap<string, readonly string[]> {
  const reasons = new Map<string, string[]>();
  const keep = (archive: TimedArchive, reason: string) =>
    reasons.set(archive.file, [...(reasons.get(archive.file) ?? []), reason]);

  for (const archive of keptWithin(archives, rules.within, zone))
    keep(archive, `within ${rules.within?.text}`);
  for (const archive of lastOnes(archives, rules.last)) keep(archive, 'last archive');

  const counts = { day: rules.daily, week: rules.weekly, month: rules.monthly, year: rules.yearly };
  for (const period of ['day', 'week', 'month', 'year'] as const) {
    const groups = groupsOf(archives, period, zone).slice(0, counts[period]);
    const best = groups.flatMap((group) => group.find(({ complete }) => complete) ?? group.slice(0, 1));
    for (const archive of best) keep(archive, `${ADVERBS[period]} archive`);
    const oldest = archives.at(-1);
    if (oldest !== undefined && groups.length < counts[period] && !best.includes(oldest))
      keep(oldest, `oldest ${ADVERBS[period]} archive`);
  }
  return reasons;
}

function keptWithin(
  archives: readonly TimedArchive[],
  within: CalendarSpan | null,
  zone: string,
): readonly TimedArchive[] {
  const [newest] = archives;
  if (within === null || newest === undefined) return [];
  const since = before(newest.time, within, zone);
  return archives.filter(({ time }) => time.getTime() > since);
}

/**
 * The time a span before, in the calendar of a zone, as Go's Time.AddDate computes it for restic: a day
 * that the month does not have counts on into the next (a month before 31 March is 3 March), and
 * a time that the clocks leave out has the offset of the time an hour away.
 */
function before(time: Date, { years, months, days, hours }: CalendarSpan, zone: string): number {
  const offset = (at: number) => DateTime.fromMillis(at, { zone }).offset * MINUTE;
  const clock = new Date(time.getTime() + offset(time.getTime()));
  clock.setUTCFullYear(
    clock.getUTCFullYear() - years,
    clock.getUTCMonth() - months,
    clock.getUTCDate() - days,
  );
  const local = clock.getTime();
  return local - offset(local - offset(local)) - hours * HOUR;
}

/** The newest complete ones; if these are too few, also the newest of the others. */
function lastOnes(archives: readonly TimedArchive[], count: number): readonly TimedArchive[] {
  const complete = archives.filter((archive) => archive.complete);
  return [...complete, ...archives.filter((archive) => !archive.complete)].slice(0, count);
}

/** The archives of each period, the newest first. */
function groupsOf(archives: readonly TimedArchive[], period: Period, zone: string): TimedArchive[][] {
  const groups = new Map<string, TimedArchive[]>();
  for (const archive of archives) {
    const key = DateTime.fromJSDate(archive.time, { zone }).toFormat(FORMATS[period]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(archive);
  }
  return [...groups.values()];
}

import { DateTime } from 'luxon';
import { type KeepRules, keptByRules } from './keep-rules.ts';

/** Clocks that are right differ by less than this; Kerberos allows as much. */
const TOLERANCE = 5 * 60 * 1000;

/**
 * Whether an archive's time lies in the future, so that a clock was wrong, now or then. Its
 * age is unknown: it is no proof of a backup, and it is the latest only if there is no other.
 */
export function isInFuture(time: Date, now: Date): boolean {
  return time.getTime() - now.getTime() > TOLERANCE;
}

/** What the policy needs to know of an archive. */
export interface DatedArchive {
  readonly file: string;
  /** See timeOf. */
  readonly time: Date;
  /** False for incomplete and for damaged ones. */
  readonly complete: boolean;
  /** Until when it is kept regardless of the policy; null if it is not held. */
  readonly heldUntil: Date | 'forever' | null;
  /** From when it is removed regardless of the policy; null if it does not expire. */
  readonly expires: Date | null;
}

/** An archive stays where any part of the policy keeps it. */
export interface RetentionPolicy {
  /** Archives are kept for this number of days; 0 keeps all; null keeps none because of its age. */
  readonly days: number | null;
  /** So many of the newest complete archives stay whatever their age; the newest one always does. */
  readonly min: number;
  /** null: not asked for. */
  readonly rules: KeepRules | null;
  /** IANA zone of the rules' days, weeks, months and years, and of the days in reasons. */
  readonly zone: string;
}

/** One archive and the sentence that says why it stays or goes. */
export interface Ruling {
  readonly file: string;
  readonly reason: string;
}

/** Every archive is in one of the two lists, the newest first. */
export interface Retention {
  readonly keep: readonly Ruling[];
  readonly remove: readonly Ruling[];
}

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/**
 * The retention policy as a pure function: nothing is read, nothing is removed.
 *
 * An archive of the future is kept, since its age is unknown (a clock was
 * wrong once). It does not count as one of the newest complete archives: else
 * a single night in 2099 would leave all real ones without that protection.
 */
export function applyRetention(
  archives: readonly DatedArchive[],
  policy: RetentionPolicy,
  now: Date,
): Retention {
  const sorted = [...archives].sort(newestFirst);
  const present = sorted.filter(({ time }) => !isInFuture(time, now));
  const counted = present.filter((archive) => !isExpired(archive, now));
  const newest = present.find(({ complete }) => complete);
  const protectedOnes = new Set(counted.filter(({ complete }) => complete).slice(0, policy.min));
  const byRules: ReadonlyMap<string, readonly string[]> =
    policy.rules === null ? new Map() : keptByRules(counted, policy.rules, policy.zone);

  const exception = (archive: DatedArchive): string | null => {
    if (archive === newest) return 'newest complete archive';
    if (isExpired(archive, now)) return null;
    if (archive.heldUntil === 'forever') return 'held forever';
    if (archive.heldUntil !== null && archive.heldUntil > now)
      return `held until ${dayOf(archive.heldUntil, policy.zone)}`;
    if (protectedOnes.has(archive)) return `one of the ${policy.min} newest complete archives`;
    return byAge(archive, policy.days, now);
  };
  const whyKept = (archive: DatedArchive): string | null => {
    if (isInFuture(archive.time, now)) return 'its time is in the future';
    const first = exception(archive);
    const reasons = [...(first === null ? [] : [first]), ...(byRules.get(archive.file) ?? [])];
    return reasons.length === 0 ? null : reasons.join(', ');
  };
  const keep: Ruling[] = [];
  const remove: Ruling[] = [];
  for (const archive of sorted) {
    const { file } = archive;
    const reason = whyKept(archive);
    if (reason !== null) keep.push({ file, reason });
    else remove.push({ file, reason: whyRemoved(archive, policy, now) });
  }
  return { keep, remove };
}

function byAge({ time }: DatedArchive, days: number | null, now: Date): string | null {
  if (days === null) return null;
  if (days === 0) return 'all archives are kept (0 days)';
  const age = now.getTime() - time.getTime();
  return age > days * DAY ? null : `${ageText(age)} old, not older than ${count(days, 'day')}`;
}

function whyRemoved({ time, complete, expires }: DatedArchive, policy: RetentionPolicy, now: Date): string {
  if (expires !== null && expires <= now) return `expired on ${dayOf(expires, policy.zone)}`;
  const state = complete ? '' : ', not complete';
  const age = `${ageText(now.getTime() - time.getTime())} old`;
  const limit = policy.days === null ? '' : `, older than ${count(policy.days, 'day')}`;
  return `${age}${limit}${policy.rules === null ? '' : ', no --keep rule applies'}${state}`;
}

function isExpired({ expires }: DatedArchive, now: Date): boolean {
  return expires !== null && expires <= now;
}

/** By time, then by name, which ends in the run's number. */
function newestFirst(a: DatedArchive, b: DatedArchive): number {
  return b.time.getTime() - a.time.getTime() || (a.file < b.file ? 1 : -1);
}

function dayOf(time: Date, zone: string): string {
  return DateTime.fromJSDate(time, { zone }).toFormat('yyyy-MM-dd');
}

/** Whole days, with the hours as long as the days alone would read like a contradiction. */
function ageText(age: number): string {
  const days = Math.floor(age / DAY);
  const hours = Math.floor((age % DAY) / HOUR);
  if (days === 0) return hours === 0 ? 'less than an hour' : count(hours, 'hour');
  if (hours === 0) return age % DAY === 0 ? count(days, 'day') : `just over ${count(days, 'day')}`;
  return `${count(days, 'day')} ${count(hours, 'hour')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

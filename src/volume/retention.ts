/** Clocks that are right differ by less than this; Kerberos allows as much. */
const TOLERANCE = 5 * 60 * 1000;

/**
 * Whether an archive's time lies in the future, so that a clock was wrong, now or then. Its
 * age cannot be told: it is no proof of a backup, and it is the latest only where there is no other.
 */
export function isInFuture(time: Date, now: Date): boolean {
  return time.getTime() - now.getTime() > TOLERANCE;
}

/** What the rule needs to know of an archive. */
export interface DatedArchive {
  readonly file: string;
  /** See timeOf. */
  readonly time: Date;
  /** False for incomplete and for damaged ones. */
  readonly complete: boolean;
}

export interface RetentionPolicy {
  /** Archives older than so many days go; 0 keeps all. */
  readonly days: number;
  /** So many of the newest complete archives stay whatever their age. */
  readonly min: number;
}

/** One archive and the sentence that says why it stays or goes. */
export interface Ruling {
  readonly file: string;
  readonly reason: string;
}

/** Every archive stands in one of the two, the newest first. */
export interface Retention {
  readonly keep: readonly Ruling[];
  readonly remove: readonly Ruling[];
}

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/**
 * The retention policy as a pure function: nothing is read, nothing is removed.
 *
 * An archive of the future is kept, since its age cannot be told (a clock was
 * wrong once). It does not count as one of the newest complete archives: else
 * a single night in 2099 would leave all real ones without that protection.
 */
export function applyRetention(
  archives: readonly DatedArchive[],
  policy: RetentionPolicy,
  now: Date,
): Retention {
  const keep: Ruling[] = [];
  const remove: Ruling[] = [];
  let protectedOnes = 0;
  for (const { file, time, complete } of [...archives].sort(newestFirst)) {
    const age = now.getTime() - time.getTime();
    if (policy.days === 0) {
      keep.push({ file, reason: 'all archives are kept (0 days)' });
    } else if (isInFuture(time, now)) {
      keep.push({ file, reason: 'its time lies in the future' });
    } else if (complete && protectedOnes < policy.min) {
      protectedOnes += 1;
      keep.push({ file, reason: newestReason(policy.min) });
    } else if (age > policy.days * DAY) {
      const state = complete ? '' : ', not complete';
      remove.push({ file, reason: `${ageText(age)} old, older than ${count(policy.days, 'day')}${state}` });
    } else {
      keep.push({ file, reason: `${ageText(age)} old, not older than ${count(policy.days, 'day')}` });
    }
  }
  return { keep, remove };
}

/** By time, then by name, which ends in the run's number. */
function newestFirst(a: DatedArchive, b: DatedArchive): number {
  return b.time.getTime() - a.time.getTime() || (a.file < b.file ? 1 : -1);
}

function newestReason(min: number): string {
  return min === 1 ? 'newest complete archive' : `one of the ${min} newest complete archives`;
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

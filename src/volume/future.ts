/** Clocks that are right differ by less than this; Kerberos allows as much. */
const TOLERANCE = 5 * 60 * 1000;

/**
 * Whether an archive's time lies in the future, so that a clock was wrong, now or then. Its
 * age cannot be told: it is no proof of a backup, and it is the latest only where there is no other.
 */
export function isInFuture(time: Date, now: Date): boolean {
  return time.getTime() - now.getTime() > TOLERANCE;
}

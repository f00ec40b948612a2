import type { Attribution } from './attribution/attribution.ts';
import type { Change, ObjectName } from './change.ts';
import type { Compared } from './comparison.ts';
import type { Unknown, VersionSpan } from './version-spans.ts';

/** What happened to an object, and the archives that show the outcome. */
export interface HistoryEvent extends VersionSpan {
  /** From the version in `comparedWith` to this one. */
  readonly changes: readonly Change[];
  /** Who made it; missing if that is not known. */
  readonly attribution?: Attribution | null;
}

/**
 * What several archives tell about one object; what every form of output is made from.
 * The events come one after the other, so that memory does not follow their number.
 */
export interface History {
  readonly object: ObjectName;
  /** Number of archives that were looked into. */
  readonly archives: number;
  /** Number of versions that are not the same. */
  readonly versions: number;
  /** Sentences about what makes the archives less alike than they should be. */
  readonly notes: readonly string[];
  /** The archives that do not tell whether the object was there, the newest first. */
  readonly unknown: readonly Unknown[];
  /** The newest first: what people want to know is what changed last. Can be walked once. */
  readonly events: AsyncIterable<HistoryEvent>;
}

/** Archives that do not tell, one after the other, and for one reason. */
export interface UnknownRun {
  /** The newest first. */
  readonly archives: readonly Compared[];
  readonly reason: string;
}

/** Neighbours of one reason together: a right that was missing for a month is one fact. */
export function unknownRuns(unknown: readonly Unknown[]): UnknownRun[] {
  const runs: Array<{ archives: Compared[]; reason: string }> = [];
  for (const { archive, reason } of unknown) {
    const last = runs.at(-1);
    if (last?.reason === reason) last.archives.push(archive);
    else runs.push({ archives: [archive], reason });
  }
  return runs;
}

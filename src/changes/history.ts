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
 * The history of one object in several archives, from which all output formats are made.
 * Events are produced one by one, so that memory does not depend on their number.
 */
export interface History {
  readonly object: ObjectName;
  /** Number of archives that were searched. */
  readonly archives: number;
  /** Number of different versions. */
  readonly versions: number;
  /** Sentences about differences between the archives that affect the whole history. */
  readonly notes: readonly string[];
  /** The archives that do not show whether the object existed, newest first. */
  readonly unknown: readonly Unknown[];
  /** Newest first, since the question is what changed last. Can be iterated once. */
  readonly events: AsyncIterable<HistoryEvent>;
}

/** Consecutive archives that give no information, for the same reason. */
export interface UnknownRun {
  /** Newest first. */
  readonly archives: readonly Compared[];
  readonly reason: string;
}

/** Groups consecutive archives with the same reason: a permission that was missing for a month is one entry. */
export function unknownRuns(unknown: readonly Unknown[]): UnknownRun[] {
  const runs: Array<{ archives: Compared[]; reason: string }> = [];
  for (const { archive, reason } of unknown) {
    const last = runs.at(-1);
    if (last?.reason === reason) last.archives.push(archive);
    else runs.push({ archives: [archive], reason });
  }
  return runs;
}

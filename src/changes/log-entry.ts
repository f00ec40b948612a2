import type { ListingEntry } from './alike.ts';
import {
  type Attribution,
  type Author,
  isSameAuthors,
  isWithin,
  type Period,
} from './attribution/attribution.ts';
import type { Change, ObjectChange } from './change.ts';
import type { Compared } from './comparison.ts';

/** Two archives between which something changed, the older one first. */
export interface Interval {
  readonly before: Compared;
  readonly after: Compared;
}

/** What the same managers did to an object at the same time, or the same in several projects. */
export interface LogEntry {
  /** With the changes of this entry alone, and their authors. */
  readonly object: ObjectChange;
  /** The projects in which the same happened; null for a single object. */
  readonly projects: readonly string[] | null;
  /** See ListingEntry. */
  readonly hasOtherNames: boolean;
  readonly interval: Interval;
  /** When it happened, ISO 8601 in whole seconds; null if only the interval is known. */
  readonly time: string | null;
  /** The managers that did it, the last writer first; empty if nobody can be named. */
  readonly authors: readonly Author[];
}

/** An object of a comparison, or the same change of several. */
export type Listed = Exclude<ListingEntry, { kind: 'limit' }>;

/**
 * The entries of an object: one for its creation, or one for each set of managers that changed it.
 *
 * @param period times outside of it are not believed; null if no time is known
 */
export function logEntries(listed: Listed, interval: Interval, period: Period | null): LogEntry[] {
  const { object } = listed;
  const own =
    listed.kind === 'alike'
      ? { projects: listed.projects, hasOtherNames: listed.hasOtherNames, interval }
      : { projects: null, hasOtherNames: false, interval };
  const attribution = object.attribution ?? null;
  if (attribution === null) return [{ ...own, object, time: null, authors: [] }];
  if (isCreation(object, attribution)) {
    const time = believed(attribution.created, period);
    return [{ ...own, object, time, authors: attribution.by }];
  }
  return groupsOf(object.changes, attribution).map(({ changes, authors }) => ({
    ...own,
    object: {
      ...object,
      changes,
      attribution: { ...attribution, changes: changes.map(() => authors) },
      // What the whole object took is divided among its entries.
      size: Math.ceil(((object.size ?? 0) * changes.length) / Math.max(object.changes.length, 1)),
    },
    time: believed(authors[0]?.time ?? null, period),
    authors,
  }));
}

/** The latest time at which it can have happened, in milliseconds. */
export function latestTime({ time, interval }: LogEntry): number {
  return Date.parse(time ?? interval.after.time);
}

/** The earliest time at which it can have happened, in milliseconds. */
export function earliestTime({ time, interval }: LogEntry): number {
  return Date.parse(time ?? interval.before.time);
}

/** A new object, also one that another object of the same or a similar name was before. */
function isCreation({ change, renamedFrom }: ObjectChange, { isRecreated }: Attribution): boolean {
  return change === 'added' || renamedFrom !== undefined || isRecreated;
}

interface Group {
  readonly authors: readonly Author[];
  readonly changes: Change[];
}

/** Changes by their authors, in the order in which these first come. */
function groupsOf(changes: readonly Change[], attribution: Attribution): Group[] {
  const groups: Group[] = [];
  for (const [at, change] of changes.entries()) {
    const authors = attribution.changes[at] ?? [];
    const group = groups.find((each) => isSameAuthors(each.authors, authors));
    if (group === undefined) groups.push({ authors, changes: [change] });
    else group.changes.push(change);
  }
  return groups;
}

function believed(time: string | null, period: Period | null): string | null {
  return time !== null && period !== null && isWithin(time, period) ? time : null;
}

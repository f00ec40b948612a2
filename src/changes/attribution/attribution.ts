import { isFields, isList, Raw, type Value } from '../../json/value.ts';
import { serverTime } from '../../types/deletion.ts';
import type { Change } from '../change.ts';
import { Elements } from './elements.ts';
import type { Element } from './field-set.ts';
import type { ManagerEntry, ObjectMetadata } from './managers.ts';

/** A field manager that wrote something: the name of a client, not of a user. */
export interface Author {
  readonly manager: string;
  readonly operation: ManagerEntry['operation'];
  readonly subresource: string | null;
  /**
   * When it last wrote, as the API server wrote it; for a new object, when that was created. Null if
   * that is not known, and if it wrote several objects at different times.
   */
  readonly time: string | null;
}

/** Who made a change of an object, as far as managedFields prove it. */
export interface Attribution {
  /** When a new object was created, as the API server wrote it; null for any other, or if that is not known. */
  readonly created: string | null;
  /** Whether another object had the same name before. */
  readonly isRecreated: boolean;
  /** Who created a new object. Empty if nobody can be named, as every list here. */
  readonly by: readonly Author[];
  /** Who made each change, in the order of the changes; the last writer first. */
  readonly changes: ReadonlyArray<readonly Author[]>;
}

/** From when until when a comparison looks: ISO 8601. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** What the server wrote down about two versions of an object. */
export interface MetadataPair {
  /** Null if there was no such object, or it is not known. */
  readonly before: ObjectMetadata | null;
  readonly after: ObjectMetadata;
  /** Whether the object was not in the archive before. */
  readonly isNew: boolean;
}

/** What was compared, before and after; see VersionChanges. */
export type VersionPair = readonly [before: Value, after: Value];

/**
 * The times of managedFields are from the API server, in whole seconds; those of a period are from the
 * machine that made the archives. An entry that is in both archives with the same time is never counted, so
 * that nobody is named for an earlier change because of this tolerance.
 */
const TOLERANCE = 5_000;

/** A creation may wait this long for admission webhooks, after the server has noted manager and time. */
const LONGEST_ADMISSION = 30_000;

const ONE_SECOND = 1_000;

/**
 * Changes times managers. Anyone who can write an object can give it hundreds of managers and thousands of fields.
 * Beyond this limit, which takes about a second, nobody is named for the changes.
 */
const MOST_LOOKUPS = 250_000;

/**
 * Who created an object, or made the changes from one version of it to the next.
 *
 * @param period the time between the two archives
 */
export function attributionOf(
  changes: readonly Change[],
  metadata: MetadataPair,
  versions: VersionPair,
  period: Period,
): Attribution {
  const { before, after, isNew } = metadata;
  const isRecreated =
    before !== null && before.uid !== null && after.uid !== null && before.uid !== after.uid;
  const isCreated = isNew || isRecreated;
  const lookups = changes.length * Math.max(before?.managers.length ?? 0, after.managers.length);
  const finder =
    lookups > MOST_LOOKUPS ? null : new AuthorFinder(isCreated ? null : before, after, versions, period);
  // Most changes have the same authors, which are kept once.
  const known = new Map<string, readonly Author[]>();
  return {
    created: isCreated ? after.creationTimestamp : null,
    isRecreated,
    by: isCreated ? creatorsOf(after) : [],
    changes: changes.map((change) => {
      const authors = finder?.find(change) ?? [];
      const key = JSON.stringify(authors);
      if (!known.has(key)) known.set(key, authors);
      return known.get(key) ?? authors;
    }),
  };
}

/**
 * Whether attributionOf may need the metadata of the older version; otherwise, it can be null. Most changes are made by managers that wrote after the older archive was complete, to an object that
 * was created before that began.
 *
 * @param exported when the older archive was made: ISO 8601
 */
export function needsMetadataBefore(
  changes: readonly Change[],
  { creationTimestamp, managers }: ObjectMetadata,
  exported: { readonly startedAt: string; readonly finishedAt: string },
): boolean {
  const mayBeRecreated = !(
    millisecondsOf(creationTimestamp) + ONE_SECOND <
    Date.parse(exported.startedAt) - TOLERANCE
  );
  // An object without changes is shown only because it was recreated.
  if (mayBeRecreated || changes.length === 0) return true;
  if (changes.some(({ kind }) => kind === 'removed')) return true;
  // Such an entry may be in both archives with the same time.
  return managers.some(({ time }) => {
    if (time === null) return true;
    const at = millisecondsOf(time);
    const isOlder = at + ONE_SECOND <= Date.parse(exported.startedAt) - TOLERANCE;
    return !isOlder && at <= Date.parse(exported.finishedAt) + TOLERANCE;
  });
}

class AuthorFinder {
  readonly #before: ObjectMetadata | null;
  readonly #after: ObjectMetadata;
  readonly #elementsBefore: Elements;
  readonly #elementsAfter: Elements;
  /** The entries of the newer version that were written in the period. */
  readonly #recent: readonly ManagerEntry[];

  /** @param before null if it is not known, or was another object */
  constructor(before: ObjectMetadata | null, after: ObjectMetadata, versions: VersionPair, period: Period) {
    this.#before = before;
    this.#after = after;
    this.#elementsBefore = new Elements(versions[0], 'before');
    this.#elementsAfter = new Elements(versions[1], 'after');
    const known = new Set((before?.managers ?? []).map(writing));
    this.#recent = after.managers.filter((entry) => {
      // An entry without a time: the owner of a value that has changed must have written it since.
      if (entry.time === null) return true;
      return isWithin(entry.time, period) && !known.has(writing(entry));
    });
  }

  find(change: Change): Author[] {
    const elements = this.#elementsAfter;
    if (change.kind !== 'removed') return newestFirst(ownersIn(this.#after, this.#recent, elements, change));
    // For a removed field: the managers that own the list or map around it as a whole.
    const whole = ownersIn(this.#after, this.#after.managers, elements, change, true);
    if (whole.length > 0) return newestFirst(whole.filter((entry) => this.#recent.includes(entry)));
    return newestFirst(this.#formerOwners(change));
  }

  /** The managers that owned a removed field before and have written since. */
  #formerOwners(change: Change): ManagerEntry[] {
    if (this.#before === null) return [];
    const { managers } = this.#before;
    return ownersIn(this.#before, managers, this.#elementsBefore, change).flatMap((owner) =>
      this.#recent.filter(
        (entry) =>
          identity(entry) === identity(owner) && millisecondsOf(entry.time) > millisecondsOf(owner.time),
      ),
    );
  }
}

/**
 * The managers that own what changed. A field below one that is owned as a whole belongs to its owner,
 * if no manager owns parts of that: an empty map that somebody applied is not all that others put there.
 *
 * Entries of another API version count, too: a path that is the same in both is the same field.
 *
 * @param wanted the managers that may be returned
 * @param elements of the version in which the managers own something
 * @param wholeOnly only those that own a list or map around the field as a whole
 */
function ownersIn(
  { managers }: ObjectMetadata,
  wanted: readonly ManagerEntry[],
  elements: Elements,
  change: Change,
  wholeOnly = false,
): ManagerEntry[] {
  if (wanted.length === 0) return [];
  const path = elements.of(change.path);
  const reached = wanted.map((entry) => ({ entry, reach: entry.fields().reach(path) }));
  // The fields of other managers are read only if it matters what they own.
  const hasWhole = reached.some(({ reach: { end } }) => end === 'leaf');
  const partsBelow = hasWhole ? depthOfParts(managers, path) : -1;
  return reached.flatMap(({ entry, reach: { depth, end, hasChildren } }) => {
    if (end === 'leaf') return depth > partsBelow ? [entry] : [];
    if (end !== 'at' || wholeOnly) return [];
    return hasChildren && isRearranged(change) ? [] : [entry];
  });
}

/** The number of steps of a path below which some manager owns parts; -1 if none does. */
function depthOfParts(managers: readonly ManagerEntry[], path: readonly Element[]): number {
  const depths = managers.map((entry) => {
    const { depth, hasChildren } = entry.fields().reach(path);
    return hasChildren ? depth : depth - 1;
  });
  return Math.max(...depths, -1);
}

/**
 * Who created an object: the managers that wrote it no later than it was created, but not long before
 * (a restored object may have older entries). A creator that has written again since then cannot be
 * distinguished from other managers, and is not named.
 */
function creatorsOf({ creationTimestamp, managers }: ObjectMetadata): Author[] {
  const created = creationTimestamp === null ? null : serverTime(creationTimestamp);
  if (created === null) return [];
  const isCreator = ({ time, subresource }: ManagerEntry) => {
    const since = millisecondsOf(time) - created.getTime();
    return subresource === null && since <= ONE_SECOND && since >= -LONGEST_ADMISSION;
  };
  return newestFirst(managers.filter(isCreator)).map((each) => ({ ...each, time: creationTimestamp }));
}

/** Whether a time of an API server, which cuts it to the second, lies in a period. */
export function isWithin(time: string, { from, to }: Period): boolean {
  const at = millisecondsOf(time);
  return at + ONE_SECOND > Date.parse(from) - TOLERANCE && at <= Date.parse(to) + TOLERANCE;
}

/** The same for entries of one client. Server-side apply and updates are told apart, as the API server does. */
function identity({ manager, operation, subresource }: ManagerEntry | Author): string {
  return JSON.stringify([manager, operation, subresource]);
}

function writing(entry: ManagerEntry): string {
  return `${identity(entry)} ${entry.time}`;
}

/** Whether two lists name the same clients at the same times. */
export function isSameAuthors(own: readonly Author[], others: readonly Author[]): boolean {
  return (
    own === others || (isSameClients(own, others) && own.every(({ time }, at) => time === others[at]?.time))
  );
}

function isSameClients(own: readonly Author[], others: readonly Author[]): boolean {
  const [one, other] = [own, others].map((authors) => authors.map(identity).sort());
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Who made the same change of several objects: clients that made it everywhere, and no time where that
 * is not the same. Where other clients made it, nobody is named.
 */
export function commonAttribution(own: Attribution | null, other: Attribution | null): Attribution | null {
  if (own === null || other === null) return null;
  return {
    created: own.created === other.created ? own.created : null,
    isRecreated: own.isRecreated && other.isRecreated,
    by: commonAuthors(own.by, other.by),
    changes: own.changes.map((authors, at) => commonAuthors(authors, other.changes[at] ?? [])),
  };
}

function commonAuthors(own: readonly Author[], others: readonly Author[]): readonly Author[] {
  if (isSameAuthors(own, others)) return own;
  if (!isSameClients(own, others)) return [];
  const times = new Map(others.map((each) => [identity(each), each.time]));
  return own.map((each) => (times.get(identity(each)) === each.time ? each : { ...each, time: null }));
}

function newestFirst(entries: readonly ManagerEntry[]): Author[] {
  const authors = new Map<string, Author>();
  const sorted = [...entries].sort(
    // Times of API servers have one form, so that their texts sort as they do.
    (a, b) => compareTexts(b.time ?? '', a.time ?? '') || compareTexts(a.manager, b.manager),
  );
  for (const { manager, operation, subresource, time } of sorted) {
    const author = { manager, operation, subresource, time };
    // One client may have an entry for each API version.
    if (!authors.has(identity(author))) authors.set(identity(author), author);
  }
  return [...authors.values()];
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** NaN if the time is not known: then no comparison with it is true. */
function millisecondsOf(time: string | null): number {
  return time === null ? Number.NaN : (serverTime(time)?.getTime() ?? Number.NaN);
}

/**
 * Whether a list or map was rearranged or shown as a whole. The owner of one of its parts need not have changed it:
 * managedFields contain neither the order of items nor which part of a value has changed.
 */
function isRearranged(change: Change): boolean {
  return change.kind === 'reordered' || (change.kind === 'changed' && isContainer(change.before));
}

function isContainer(value: Value): boolean {
  // What is too large to be compared stays text.
  return isFields(value) || isList(value) || (value instanceof Raw && /^[[{]/.test(value.json));
}

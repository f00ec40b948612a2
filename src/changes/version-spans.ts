import { serverTime } from '../types/deletion.ts';
import type { LabelMatcher } from '../types/selector.ts';
import type { Compared } from './comparison.ts';

/** What an archive shows about one object. */
export type Observation =
  | {
      readonly kind: 'present';
      readonly archive: Compared;
      /** A text that is equal for equal versions. */
      readonly version: string;
      /** The same, ignoring whether the object is being deleted. */
      readonly content: string;
      /** Since when it is being deleted; null if it is not, undefined if the archive does not show it. */
      readonly beingDeletedSince: string | null | undefined;
      readonly labels: ReadonlyMap<string, string>;
      /** Identifies the cluster of the archive. */
      readonly cluster: string;
      /** Identifies the object in its cluster: a recreated one has another uid. Null if the archive does not show it. */
      readonly uid: string | null;
    }
  | {
      readonly kind: 'absent';
      readonly archive: Compared;
      /** The `--selector` of the archive; null if there was none. */
      readonly selects: LabelMatcher | null;
    }
  | ({ readonly kind: 'unknown' } & Unknown);

/** An archive that does not show whether the object existed. */
export interface Unknown {
  readonly archive: Compared;
  readonly reason: string;
}

/** Consecutive archives in which the object is the same, or does not exist. A recreated object starts a new span. */
export interface VersionSpan {
  /** `first`: it existed already in the oldest archive that shows it. */
  readonly event: 'first' | 'created' | 'changed' | 'deleted';
  /** The number of the version, from the oldest; null if the object does not exist. A version that returns keeps its number. */
  readonly version: number | null;
  /** The last archive before this event. */
  readonly notYet: Compared | null;
  /** Oldest first. */
  readonly archives: readonly [Compared, ...Compared[]];
  /** The last archive of the previous version; the object may have been deleted in between. */
  readonly comparedWith: Compared | null;
  /** Since when the object is being deleted; null if it is not, or if that is not known. */
  readonly beingDeletedSince: string | null;
  /** The last archive that had the same version earlier, if the object was different or missing in between. */
  readonly sameAs: Compared | null;
}

interface OpenSpan extends VersionSpan {
  readonly archives: [Compared, ...Compared[]];
  readonly id: string | null;
  /** The last one that is known; null if none is, and if the object does not exist. */
  identity: Identity | null;
}

type Identity = Pick<Present, 'cluster' | 'uid'>;

/**
 * Derives what happened to an object from what archives show. Archives without information
 * are skipped: a change then happened between the archives around them.
 *
 * @param observations oldest first
 * @returns oldest first; that the object did not exist before its creation is not an event
 */
export function versionSpans(observations: readonly Observation[]): VersionSpan[] {
  const spans: OpenSpan[] = [];
  const numbers = new Map<string, number>();
  let missing: Compared | null = null;
  for (const observation of observations) {
    if (observation.kind === 'unknown') continue;
    const { archive } = observation;
    const id = observation.kind === 'present' ? observation.version : null;
    const open = spans.at(-1);
    const identity = identityOf(observation) ?? (id === null ? null : (open?.identity ?? null));
    const isRecreated = isOther(open?.identity ?? null, identity);
    if (open?.id === id && !isRecreated) {
      open.archives.push(archive);
      open.identity = identity;
    } else if (open === undefined && id === null) missing = archive;
    else {
      if (id !== null) numbers.set(id, numbers.get(id) ?? numbers.size + 1);
      const present = spans.findLast((each) => each.id !== null);
      const same = id === null || open?.id === id ? undefined : spans.findLast((each) => each.id === id);
      spans.push({
        event: eventOf(open, id, missing),
        version: id === null ? null : (numbers.get(id) ?? null),
        notYet: open?.archives.at(-1) ?? missing,
        archives: [archive],
        comparedWith: id === null ? null : (present?.archives.at(-1) ?? null),
        beingDeletedSince: observation.kind === 'present' ? (observation.beingDeletedSince ?? null) : null,
        sameAs: same?.archives.at(-1) ?? null,
        id,
        identity,
      });
    }
  }
  return spans.map(({ id: _, identity: __, ...span }) => span);
}

function identityOf(observation: Observation): Identity | null {
  return isPresent(observation) && observation.uid !== null ? observation : null;
}

/** Whether another object has the same name in the same cluster: the first one was deleted. */
function isOther(before: Identity | null, after: Identity | null): boolean {
  return before !== null && after !== null && before.cluster === after.cluster && before.uid !== after.uid;
}

function eventOf(
  open: OpenSpan | undefined,
  id: string | null,
  missing: Compared | null,
): VersionSpan['event'] {
  if (id === null) return 'deleted';
  if (open === undefined) return missing === null ? 'first' : 'created';
  return open.id === null ? 'created' : 'changed';
}

/**
 * An archive with a `--selector` and without the object gives no information, unless the
 * selector matches the labels that the object had before and after.
 *
 * @param observations in order, oldest or newest first
 */
export function withoutUnselected(observations: readonly Observation[]): Observation[] {
  return observations.map((observation, at) => {
    if (observation.kind !== 'absent' || observation.selects === null) return observation;
    const { archive, selects } = observation;
    const neighbours = [
      observations.slice(0, at).findLast(isPresent),
      observations.slice(at).find(isPresent),
    ];
    const taken = neighbours.every((each) => each === undefined || selects(each.labels));
    return taken ? observation : { kind: 'unknown', archive, reason: 'left out by --selector' };
  });
}

/**
 * An archive without `_metadata` does not show whether the object was being deleted. It was if
 * it was in the previous archive and is otherwise the same, or if the next archive shows that
 * the deletion had already begun.
 *
 * @param observations the oldest first
 */
export function withDeletions(observations: readonly Observation[]): Observation[] {
  const completed: Observation[] = [];
  for (const [at, observation] of observations.entries()) {
    const isUnknown = isPresent(observation) && observation.beingDeletedSince === undefined;
    const like = isUnknown
      ? sameContent(observation, completed.findLast(isKnown), observations.slice(at + 1).find(isKnown))
      : null;
    completed.push(
      !isUnknown || like === null
        ? observation
        : { ...observation, version: like.version, beingDeletedSince: like.beingDeletedSince },
    );
  }
  return completed;
}

function sameContent(
  { content, archive }: Present,
  before: Observation | undefined,
  after: Observation | undefined,
): Present | null {
  const isSame = (each: Observation | undefined): each is Present =>
    each !== undefined && isPresent(each) && each.content === content;
  if (isSame(before)) return before;
  const since = isSame(after) ? serverTime(after.beingDeletedSince ?? '') : null;
  return isSame(after) && since !== null && since <= new Date(archive.time) ? after : null;
}

function isKnown({ kind }: Observation): boolean {
  return kind !== 'unknown';
}

type Present = Extract<Observation, { kind: 'present' }>;

function isPresent(observation: Observation): observation is Present {
  return observation.kind === 'present';
}

import { serverTime } from '../types/deletion.ts';
import type { LabelMatcher } from '../types/selector.ts';
import type { Compared } from './comparison.ts';

/** What an archive tells about one object. */
export type Observation =
  | {
      readonly kind: 'present';
      readonly archive: Compared;
      /** The same text for versions that are the same. */
      readonly version: string;
      /** The same text also for versions of which one is being deleted, and the other is not. */
      readonly content: string;
      /** Since when it is being deleted; null where it is not, undefined where the archive does not tell. */
      readonly beingDeletedSince: string | null | undefined;
      readonly labels: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: 'absent';
      readonly archive: Compared;
      /** What `--selector` let into the archive; null where there was none. */
      readonly selects: LabelMatcher | null;
    }
  | ({ readonly kind: 'unknown' } & Unknown);

/** An archive that tells neither that the object was there nor that it was not. */
export interface Unknown {
  readonly archive: Compared;
  readonly reason: string;
}

/** Archives one after the other in which the object is the same, or is missing. */
export interface VersionSpan {
  /** `first`: it was there already in the oldest archive that tells of it. */
  readonly event: 'first' | 'created' | 'changed' | 'deleted';
  /** Counts the versions from the oldest on; null where the object is missing. One that comes back keeps its number. */
  readonly version: number | null;
  /** The last archive in which this had not happened yet. */
  readonly notYet: Compared | null;
  /** The oldest first. */
  readonly archives: readonly [Compared, ...Compared[]];
  /** The last archive of the version before, which may have been deleted meanwhile. */
  readonly comparedWith: Compared | null;
  /** Since when the object is being deleted; null where it is not, or where that is not known. */
  readonly beingDeletedSince: string | null;
  /** The last archive that had this very version before another one, or none, came between. */
  readonly sameAs: Compared | null;
}

interface OpenSpan extends VersionSpan {
  readonly archives: [Compared, ...Compared[]];
  readonly id: string | null;
}

/**
 * Joins what archives tell about an object to what happened to it. Archives that do not
 * tell are passed over: a change is then known to lie between the ones around them.
 *
 * @param observations the oldest first
 * @returns the oldest first; that it was missing before it was created is no event
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
    if (open?.id === id) open.archives.push(archive);
    else if (open === undefined && id === null) missing = archive;
    else {
      if (id !== null) numbers.set(id, numbers.get(id) ?? numbers.size + 1);
      const present = spans.findLast((each) => each.id !== null);
      const same = id === null ? undefined : spans.findLast((each) => each.id === id);
      spans.push({
        event: eventOf(open, id, missing),
        version: id === null ? null : (numbers.get(id) ?? null),
        notYet: open?.archives.at(-1) ?? missing,
        archives: [archive],
        comparedWith: id === null ? null : (present?.archives.at(-1) ?? null),
        beingDeletedSince: observation.kind === 'present' ? (observation.beingDeletedSince ?? null) : null,
        sameAs: same?.archives.at(-1) ?? null,
        id,
      });
    }
  }
  return spans.map(({ id: _, ...span }) => span);
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
 * An archive made with `--selector` that lacks the object tells nothing, unless the
 * selector would have taken it with the labels that it had before and after.
 *
 * @param observations in their order, one way or the other
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
 * An archive without `_metadata` does not tell whether the object was being deleted. It was, where
 * it was in the archive before and is otherwise the same, or where the next archive tells that it
 * had begun by then.
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

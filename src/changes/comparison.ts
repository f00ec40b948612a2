import type { ObjectChange } from './change.ts';
import type { NotComparable } from './coverage.ts';
import type { Tally } from './tally.ts';

/** One of the two that are compared. */
export interface Compared {
  /** File name of the archive, or the address of the cluster. */
  readonly name: string;
  /** When its export began, as ISO 8601 in UTC. */
  readonly time: string;
}

/**
 * All that comparing two archives finds; what every form of output is made from.
 * The objects come one after the other, so that memory does not follow their number.
 */
export interface Comparison {
  readonly before: Compared;
  readonly after: Compared;
  /** Sentences about what makes the two less alike than they should be. */
  readonly notes: readonly string[];
  readonly notComparable: readonly NotComparable[];
  /** By project (cluster-scoped ones first), type and name. Can be walked once. */
  readonly objects: AsyncIterable<ObjectChange>;
  /** Counts the objects that have been handed out so far, and those that were passed over. */
  readonly tally: Tally;
}

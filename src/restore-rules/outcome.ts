import type { Change } from '../changes/change.ts';
import type { Reach } from './reach/reach.ts';
import type { Note } from './rewrite.ts';

/** What became of an object; in a dry run, what would become of it. */
export type Result =
  | 'created'
  | 'updated'
  /** It was there, equal. */
  | 'existed'
  /** It was there, different, and left as it is. */
  | 'differs'
  | 'excluded'
  | 'failed';

/** One row of a restore's report. */
export interface Outcome {
  readonly result: Result;
  /** Where it is restored; null for cluster-scoped objects. */
  readonly project: string | null;
  readonly type: string;
  readonly kind: string;
  readonly name: string;
  /** The project in the archive, where that is another one. */
  readonly from: string | null;
  /** What excluded it: a rule's name, or `preference`; null for all that is not excluded. */
  readonly rule: string | null;
  /** Why it was excluded, has failed, or was left as it is; null where there is nothing to say. */
  readonly reason: string | null;
  readonly notes: readonly Note[];
  /** What of it reaches beyond the restored projects, and whether it was restored. */
  readonly reach: readonly Reach[];
  /** From what is there to what was sent; in an update, to what came of it. */
  readonly changes: readonly Change[];
}

/** A permission that is missing, told before anything is written. */
export interface MissingVerb {
  readonly type: string;
  /** Null: in the whole cluster. */
  readonly project: string | null;
  readonly verb: string;
  /** `status`, or null for the object itself. */
  readonly subresource: string | null;
}

/** An object of a restored project that exists in the cluster and not in the archive. */
export interface Extra {
  readonly project: string;
  readonly type: string;
  readonly kind: string;
  readonly name: string;
  /** What --prune did with it, or would do. */
  readonly outcome: 'left' | 'removed' | 'failed';
  /** Why --prune left it, or failed; else null. */
  readonly reason: string | null;
}

/** What a restore leaves in the projects that it restores as a whole. */
export interface Extras {
  readonly objects: readonly Extra[];
  /** Number of such objects that are not among `objects`, since they are too many. */
  readonly more?: number;
  /** Types that may not be listed, so that nothing is known of them. */
  readonly unknown: readonly string[];
}

/** How many objects of an archive there are by what became of them, named as k8s-snap does. */
export interface Counters {
  readonly numSnapshotContents: number;
  readonly numCreated: number;
  readonly numUpdated: number;
  /** Equal or not: `numDiffering` of them are not. */
  readonly numAlreadyExisted: number;
  readonly numDiffering: number;
  /** By a rule. */
  readonly numExcluded: number;
  /** By the preference file. */
  readonly numPreferenceExcluded: number;
  readonly numFailed: number;
}

/** What excluded an object that a preference file leaves out. */
export const BY_PREFERENCE = 'preference';

/** Counts outcomes. */
export class Count {
  readonly #counts = new Map<string, number>();

  add({ result, rule }: Outcome): void {
    const key = rule === BY_PREFERENCE ? BY_PREFERENCE : result;
    this.#counts.set(key, this.#of(key) + 1);
  }

  /** Failures of what the archive does not have. */
  addFailed(failures: number): void {
    this.#counts.set('failed', this.#of('failed') + failures);
  }

  /** @param contents number of objects in the archive */
  counters(contents: number): Counters {
    return {
      numSnapshotContents: contents,
      numCreated: this.#of('created'),
      numUpdated: this.#of('updated'),
      numAlreadyExisted: this.#of('existed') + this.#of('differs'),
      numDiffering: this.#of('differs'),
      numExcluded: this.#of('excluded'),
      numPreferenceExcluded: this.#of(BY_PREFERENCE),
      numFailed: this.#of('failed'),
    };
  }

  #of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }
}

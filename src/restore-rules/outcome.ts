import type { Change } from '../changes/change.ts';
import type { Reach } from './reach/reach.ts';
import type { Note } from './rewrite.ts';

/** The result for an object; in a dry run, the result that --apply would have. */
export type Result =
  | 'created'
  | 'updated'
  /** It exists and is equal. */
  | 'existed'
  /** It exists, differs, and was not changed. */
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
  /** The project in the archive, if it is restored as another one. */
  readonly from: string | null;
  /** Why it is excluded: the name of a rule, or `preference`; null if it is not. */
  readonly rule: string | null;
  /** Why it was excluded, has failed, or was not changed; else null. */
  readonly reason: string | null;
  readonly notes: readonly Note[];
  /** Its parts that reach beyond the restored projects, and whether they were restored. */
  readonly reach: readonly Reach[];
  /** From the live object to the one that was sent; after an update, to its result. */
  readonly changes: readonly Change[];
}

/** A missing permission, reported before anything is written. */
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
  /** The action of --prune, or what it would be. */
  readonly outcome: 'left' | 'removed' | 'failed';
  /** Why --prune left it, or failed; else null. */
  readonly reason: string | null;
}

/** Objects that are not in the archive, in projects that are restored as a whole. */
export interface Extras {
  readonly objects: readonly Extra[];
  /** Number of such objects that are not among `objects`, since they are too many. */
  readonly more?: number;
  /** Types that could not be listed. */
  readonly unknown: readonly string[];
}

/** Number of objects by result, with the names of k8s-snap. */
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

  /** Failures of objects that are not in the archive. */
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

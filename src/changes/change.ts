import type { List, Value } from '../json/value.ts';
import type { Attribution } from './attribution/attribution.ts';
import type { Path } from './path.ts';
import type { Hunk } from './text-hunks.ts';

/** One difference inside an object. All output formats are made from these. */
export type Change =
  | { readonly kind: 'added'; readonly path: Path; readonly at: number | null; readonly value: Value }
  | { readonly kind: 'removed'; readonly path: Path; readonly at: number | null; readonly value: Value }
  | { readonly kind: 'changed'; readonly path: Path; readonly before: Value; readonly after: Value }
  /** A text of several lines, as a unified diff. */
  | { readonly kind: 'text'; readonly path: Path; readonly hunks: readonly Hunk[] }
  /**
   * A list whose items have another order: their names if all of them have one, otherwise the items
   * themselves. Items that were added, removed or changed are separate changes.
   */
  | {
      readonly kind: 'reordered';
      readonly path: Path;
      readonly before: List;
      readonly after: List;
      /** The positions from 0, before and after, of the items that are in both, in their new order. */
      readonly moved: ReadonlyArray<readonly [before: number, after: number]>;
    };

/** Identifies an object in an archive. */
export interface ObjectName {
  /** Null for objects of cluster-scoped types. */
  readonly project: string | null;
  /** `deployments.apps` */
  readonly type: string;
  /** `Deployment` */
  readonly kind: string;
  readonly name: string;
}

/** An object that differs between two archives. */
export interface ObjectChange extends ObjectName {
  readonly change: 'added' | 'removed' | 'changed';
  /** Its previous name, if the name contains a hash of the content. */
  readonly renamedFrom?: string;
  /** Empty for one that was added or removed, or for one of which the name alone changed. */
  readonly changes: readonly Change[];
  /**
   * Since when its newest version is being deleted, as the API server wrote it; null where it is
   * not, or where that is not known.
   */
  readonly beingDeletedSince: string | null;
  /** Who made the changes; missing if that is not known, as for every object that was removed. */
  readonly attribution?: Attribution | null;
  /**
   * Equal for the same change of objects of one type and name, so that it can be listed
   * once. For comparing alone: it is made of values that nobody may see.
   */
  readonly alike?: string | null;
  /** An estimate of the memory of the changes, in bytes. */
  readonly size?: number;
}

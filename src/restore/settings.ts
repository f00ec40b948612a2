import type { Client } from '../cluster/client.ts';
import type { ServedTypes } from '../cluster/served.ts';
import type { Writer } from '../cluster/write.ts';
import type { RewriteOptions } from '../restore-rules/rewrite.ts';
import type { Preference } from '../restore-rules/selection/preference.ts';
import type { Selection } from '../restore-rules/selection/selection.ts';
import type { ObjectFilter } from './filtered.ts';

/** What to do with an existing object that differs. */
export type Existing = 'skip' | 'update' | 'replace' | 'fail';

/** How to restore, as selected by options. */
export interface RestoreOptions {
  /** False: a dry run. */
  readonly apply: boolean;
  readonly selection: Selection;
  readonly rewriting: RewriteOptions;
  readonly preference: Preference | null;
  /** Changes or drops objects before the rules see them. */
  readonly filter: ObjectFilter | null;
  /** Delete objects of whole projects that are not in the archive. */
  readonly prune: boolean;
  readonly existing: Existing;
  /** Whether the status of objects of a type is written, too. */
  readonly hasStatus: (type: string) => boolean;
  /** Milliseconds to wait for deletions, definitions and volumes. */
  readonly wait: number;
}

/** The cluster that a restore writes to. */
export interface ClusterAccess {
  readonly client: Client;
  readonly writer: Writer;
  readonly types: ServedTypes;
  readonly signal: AbortSignal;
}

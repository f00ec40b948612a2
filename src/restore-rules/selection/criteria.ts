import type { Preference } from './preference.ts';

/** A single object: `myproject/deployments.apps/web`. */
export interface SingleObject {
  readonly project: string | null;
  /** The full name of its type. */
  readonly type: string;
  readonly name: string;
}

/** What somebody chose of an archive. */
export interface Criteria {
  /** Globs; none means all. */
  readonly projects: readonly string[];
  readonly excludeProjects: readonly string[];
  /** Globs and words as kubectl takes them; none means all. */
  readonly resources: readonly string[];
  readonly excludeResources: readonly string[];
  readonly selector: string | null;
  /** None means all. */
  readonly objects: readonly SingleObject[];
  readonly clusterResources: 'auto' | 'yes' | 'no';
  /** What a preference leaves out needs no roles either. */
  readonly preference: Preference | null;
  /** As in RewriteOptions. */
  readonly rebindStorageClasses: readonly string[];
}

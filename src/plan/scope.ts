import { globMatcher, type Matcher } from '../words/glob.ts';

/** What a user asked to have in the backup; permissions narrow it further. */
export interface Scope {
  /** Globs of projects; none means all. */
  readonly projects: readonly string[];
  readonly excludeProjects: readonly string[];
  /** Globs of resource types; none means all but the default exclusions. */
  readonly resources: readonly string[];
  readonly excludeResources: readonly string[];
  /** Globs of resource types that are added, although they are left out by default. */
  readonly include: readonly string[];
  readonly clusterResources: 'auto' | 'yes' | 'no';
  readonly selector: string | null;
  readonly secrets: boolean;
  readonly includeDefaultExcluded: boolean;
}

/** Which projects `--project` and `--exclude-project` let in; without a `--project` all that are not excluded. */
export function projectChoice({
  projects,
  excludeProjects,
}: Pick<Scope, 'projects' | 'excludeProjects'>): Matcher {
  const included = globMatcher(projects);
  const excluded = globMatcher(excludeProjects);
  return (name) => (projects.length === 0 || included(name)) && !excluded(name);
}

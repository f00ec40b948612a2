import { globMatcher, type Matcher } from '../words/glob.ts';

/** The scope that the user chose for the backup; permissions may narrow it further. */
export interface Scope {
  /** Globs for projects; none means all. */
  readonly projects: readonly string[];
  readonly excludeProjects: readonly string[];
  /** Globs for resource types; none means all except the default exclusions. */
  readonly resources: readonly string[];
  readonly excludeResources: readonly string[];
  /** Globs for resource types that are added although they are excluded by default. */
  readonly include: readonly string[];
  readonly clusterResources: 'auto' | 'yes' | 'no';
  readonly selector: string | null;
  readonly secrets: boolean;
  readonly includeDefaultExcluded: boolean;
}

/** Which projects `--project` and `--exclude-project` select; without `--project`, all that are not excluded. */
export function projectChoice({
  projects,
  excludeProjects,
}: Pick<Scope, 'projects' | 'excludeProjects'>): Matcher {
  const included = globMatcher(projects);
  const excluded = globMatcher(excludeProjects);
  return (name) => (projects.length === 0 || included(name)) && !excluded(name);
}

import { globMatcher, type Matcher } from '../words/glob.ts';
import type { Scope } from './scope.ts';

/** Which projects `--project` and `--exclude-project` let in; without a `--project` all that are not excluded. */
export function projectChoice({
  projects,
  excludeProjects,
}: Pick<Scope, 'projects' | 'excludeProjects'>): Matcher {
  const included = globMatcher(projects);
  const excluded = globMatcher(excludeProjects);
  return (name) => (projects.length === 0 || included(name)) && !excluded(name);
}

import type { Manifest } from '../archive/format/manifest.ts';
import type { Config } from '../config.ts';
import { projectChoice } from '../plan/project-choice.ts';
import type { Criteria } from '../restore-rules/selection/criteria.ts';
import { projectExcludedBy } from '../restore-rules/selection/preferred.ts';
import { CLUSTER } from '../types/cluster-folder.ts';
import { typeChoice } from '../types/type-choice.ts';
import { closeNames } from '../words/close-names.ts';
import { Failure } from '../words/failure.ts';
import { globMatcher } from '../words/glob.ts';

/**
 * The words of a restore that mean nothing in an archive, a sentence each. A mistyped
 * `--exclude-resource` would bring back what was to be left out, without a word.
 */
export function emptyWords({ scope, restore }: Config, { projects, resourceTypes }: Manifest): string[] {
  const names = projects.map(({ name }) => name);
  const types = resourceTypes.map(({ name }) => name);
  const isProject = (word: string) => [...names, CLUSTER].some(globMatcher([word]));
  const isType = (word: string) => types.some(typeChoice([word], resourceTypes));
  const ofProjects = told('project', names, isProject);
  const ofTypes = told('resource type', types, isType);
  return [
    ...ofProjects('--project', scope.projects),
    ...ofProjects('--exclude-project', scope.excludeProjects),
    ...ofProjects('--map', [...restore.mapping.keys()]),
    ...ofTypes('--resource', scope.resources),
    ...ofTypes('--exclude-resource', scope.excludeResources),
    ...ofTypes('--status', restore.status),
  ];
}

function told(what: string, names: readonly string[], means: (word: string) => boolean) {
  return (flag: string, words: readonly string[]): string[] =>
    words
      .filter((word) => !means(word))
      .map((word) => {
        const close = closeNames(word, names);
        const meant = close.length === 0 ? '' : `; there is ${close.join(', ')}`;
        return `${flag} ${word} matches no ${what} in this archive${meant}`;
      });
}

/**
 * Looks for words that exclude each other.
 *
 * @throws Failure: a named object that other words leave out, projects that would become one
 */
export function checkWords(
  criteria: Criteria,
  mapping: ReadonlyMap<string, string>,
  manifest: Manifest,
): void {
  const { objects, excludeResources, preference } = criteria;
  const hasProject = projectChoice(criteria);
  const isExcluded = typeChoice(excludeResources, manifest.resourceTypes);
  for (const { project, type, name } of objects) {
    const leftOut =
      project !== null && !hasProject(project) ? '--project' : isExcluded(type) ? '--exclude-resource' : null;
    if (leftOut === null) continue;
    const word = `${project ?? CLUSTER}/${type}/${name}`;
    throw new Failure(`${word} is named, but left out by ${leftOut}`, `leave out one of the two`, 'usage');
  }
  const sources = new Map<string, string>();
  for (const { name } of manifest.projects) {
    const isNamed = objects.length === 0 || objects.some(({ project }) => project === name);
    if (
      !isNamed ||
      !hasProject(name) ||
      (preference !== null && projectExcludedBy(preference, name) !== null)
    )
      continue;
    const target = mapping.get(name) ?? name;
    const other = sources.get(target);
    if (other !== undefined) {
      const hint = 'restore one of them alone (-p), or map them to different projects';
      throw new Failure(`${other} and ${name} would both be restored to ${target}`, hint, 'usage');
    }
    sources.set(target, name);
  }
}

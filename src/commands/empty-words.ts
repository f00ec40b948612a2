import type { Manifest } from '../archive/format/manifest.ts';
import type { Config } from '../config.ts';
import { CLUSTER } from '../types/archive-paths.ts';
import { typeChoice } from '../types/type-words.ts';
import { globMatcher } from '../words/glob.ts';
import { didYouMean } from '../words/names.ts';

/**
 * A sentence for each value of an option that matches nothing in the archives. Without this warning,
 * a mistyped `--project` would make a comparison find no difference, and a mistyped
 * `--exclude-resource` would restore what should be left out.
 *
 * @param where how messages refer to the archives: `this archive`
 */
export function emptyWords(
  { scope, restore }: Config,
  { projects, resourceTypes }: Pick<Manifest, 'projects' | 'resourceTypes'>,
  where: string,
): string[] {
  const names = projects.map(({ name }) => name);
  const types = resourceTypes.map(({ name }) => name);
  const isProject = (word: string) => [...names, CLUSTER].some(globMatcher([word]));
  const isType = (word: string) => types.some(typeChoice([word], resourceTypes));
  const ofProjects = unmatched('project', names, isProject, where);
  const ofTypes = unmatched('resource type', types, isType, where);
  return [
    ...ofProjects('--project', scope.projects),
    ...ofProjects('--exclude-project', scope.excludeProjects),
    ...ofProjects('--map', [...restore.mapping.keys()]),
    ...ofTypes('--resource', scope.resources),
    ...ofTypes('--exclude-resource', scope.excludeResources),
    ...ofTypes('--status', restore.status),
  ];
}

function unmatched(what: string, names: readonly string[], means: (word: string) => boolean, where: string) {
  return (flag: string, words: readonly string[]): string[] =>
    words
      .filter((word) => !means(word))
      .map((word) => `${flag} ${word} matches no ${what} in ${where}${didYouMean(word, names)}`);
}

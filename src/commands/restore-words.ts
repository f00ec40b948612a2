import type { Manifest } from '../archive/format/manifest.ts';
import { projectChoice } from '../plan/scope.ts';
import { projectExcludedBy } from '../restore-rules/selection/preference.ts';
import type { Selection } from '../restore-rules/selection/selection.ts';
import { CLUSTER } from '../types/places.ts';
import { typeChoice } from '../types/type-words.ts';
import { Failure } from '../words/failure.ts';

/**
 * Looks for words that exclude each other.
 *
 * @throws Failure: a named object that other words leave out, projects that would become one
 */
export function checkWords(
  selection: Selection,
  mapping: ReadonlyMap<string, string>,
  manifest: Manifest,
): void {
  const { objects, excludeResources, preference } = selection;
  const hasProject = projectChoice(selection);
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

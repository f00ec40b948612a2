import type { Manifest } from '../archive/format/manifest.ts';
import type { Config } from '../config.ts';
import { RESTORE } from '../options/restore.ts';
import { projectChoice } from '../plan/scope.ts';
import type { RestoreOptions } from '../restore/settings.ts';
import { parsePreference, projectExcludedBy, reboundClasses } from '../restore-rules/selection/preference.ts';
import type { Selection } from '../restore-rules/selection/selection.ts';
import { objectPath } from '../types/archive-paths.ts';
import { type KnownType, typeChoice } from '../types/type-words.ts';
import { Failure } from '../words/failure.ts';

/**
 * The settings of a restore, from options and the preference file.
 *
 * @param chosen the objects named by arguments, and the projects selected by options
 * @param types the types of the archive
 * @throws Failure if the preference file is invalid
 */
export function restoreOptions(
  config: Config,
  { objects, projects }: Pick<Selection, 'objects' | 'projects'>,
  types: readonly KnownType[],
  filter: RestoreOptions['filter'],
): RestoreOptions {
  const { scope, restore, apply } = config;
  const preference = restore.preference === null ? null : parsePreference(restore.preference);
  if (preference instanceof Failure) throw preference;
  const rebindStorageClasses = [
    ...restore.rebindStorageClasses,
    ...(preference === null ? [] : reboundClasses(preference)),
  ];
  const existing = config.given.has(RESTORE.existing)
    ? restore.existing
    : (preference?.existing ?? restore.existing);
  const { excludeProjects, resources, excludeResources, clusterResources } = scope;
  const { selectors } = restore;
  const isPart =
    resources.length + selectors.length + objects.length > 0 || preference !== null || filter !== null;
  if (restore.prune && isPart) {
    const hint = 'what was not selected would be missing, too; use it with --project alone';
    throw new Failure('--prune needs whole projects', hint, 'usage');
  }
  return {
    apply,
    selection: {
      projects,
      excludeProjects,
      resources,
      excludeResources: scope.secrets ? excludeResources : [...excludeResources, 'secrets'],
      selectors: restore.selectors,
      objects,
      clusterResources,
      rebindStorageClasses,
      copiedProjects: new Set(restore.mapping.keys()),
      storageClasses: restore.storageClasses,
      preference,
    },
    rewriting: {
      mapping: restore.mapping,
      replacements: restore.replacements,
      overrides: {
        storageClasses: restore.storageClasses,
        images: restore.images,
        labels: restore.labels,
      },
      preserveNodePorts: restore.preserveNodePorts,
      suspend: restore.suspend,
      rebindStorageClasses,
    },
    preference,
    filter,
    prune: restore.prune,
    existing,
    hasStatus: typeChoice(restore.status, types),
    wait: restore.wait,
  };
}

/**
 * Looks for arguments and options that contradict each other.
 *
 * @throws Failure if an option leaves out a named object, or two projects would be restored to the same one
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
    const word = objectPath(project, type, name);
    throw new Failure(`${word} is named, but left out by ${leftOut}`, 'remove one of the two', 'usage');
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

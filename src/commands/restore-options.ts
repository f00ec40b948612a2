import type { Config } from '../config.ts';
import { RESTORE } from '../options/restore.ts';
import type { RestoreOptions } from '../restore/settings.ts';
import { parsePreference, reboundClasses } from '../restore-rules/selection/preference.ts';
import type { SingleObject } from '../restore-rules/selection/selection.ts';
import { type KnownType, typeChoice } from '../types/type-words.ts';
import { Failure } from '../words/failure.ts';

/**
 * How a restore goes, by options and preference file.
 *
 * @param types of the archive, which words can mean
 * @throws Failure where the preference file is none
 */
export function restoreOptions(
  config: Config,
  objects: readonly SingleObject[],
  types: readonly KnownType[],
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
  if (restore.forceConflicts && existing !== 'update') {
    const hint = `with ${existing} nothing is updated, so that nothing is in conflict`;
    throw new Failure('--force-conflicts needs --existing update', hint, 'usage');
  }
  const { projects, excludeProjects, resources, excludeResources, clusterResources, selector } = scope;
  return {
    apply,
    selection: {
      projects,
      excludeProjects,
      resources,
      excludeResources: scope.secrets ? excludeResources : [...excludeResources, 'secrets'],
      selector,
      objects,
      clusterResources,
      rebindStorageClasses,
      preference,
    },
    rewriting: {
      mapping: restore.mapping,
      replacements: restore.replacements,
      preserveNodePorts: restore.preserveNodePorts,
      suspend: restore.suspend,
      rebindStorageClasses,
    },
    preference,
    existing,
    forceConflicts: restore.forceConflicts,
    hasStatus: typeChoice(restore.status, types),
    wait: restore.wait,
  };
}

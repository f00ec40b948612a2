import type { Manifest } from '../archive/format/manifest.ts';
import { Coverage } from '../changes/coverage.ts';
import { entryName } from '../types/archive-paths.ts';
import type { ObjectsIn } from './compare.ts';
import type { Side } from './side.ts';

/** The objects of a type in a project; of `namespaces`, the Namespace object of the project. */
export interface Part {
  /** Null for cluster-scoped types. */
  readonly project: string | null;
  readonly type: string;
}

const NAMESPACES = 'namespaces';

/** The parts of a cluster that an archive covers, so that what it does not have did not exist. */
export class CoveredParts {
  readonly #coverage: Coverage;
  readonly #fingerprints: Side['fingerprints'] | null;
  readonly #partial: ReadonlySet<string>;

  /** @param fingerprints of the archive; null: it counts as covering what it may have objects of */
  constructor(manifest: Manifest, fingerprints: Side['fingerprints'] | null) {
    this.#coverage = new Coverage(manifest);
    this.#fingerprints = fingerprints;
    this.#partial = partialTypes(manifest);
  }

  covers({ project, type }: Part): boolean {
    if (this.#coverage.typeGap(type) !== null) return false;
    if (project === null) return !this.#partial.has(type);
    if (this.#coverage.projectGap(type, project, false) === null) return true;
    // It is looked up only where it matters: a large cluster has a quarter of a million parts.
    const hasObjects = this.#fingerprints?.has(entryName(project, '', type)) ?? true;
    return hasObjects && this.#coverage.projectGap(type, project, true) === null;
  }

  /** Whether it was made of the whole cluster: then it covers every project of each type that it covers. */
  get isOfAllProjects(): boolean {
    return this.#coverage.hasAllProjects;
  }
}

/** Cluster-scoped types of which an archive has only what its projects depend on. */
export function partialTypes({ resourceTypes }: Manifest): ReadonlySet<string> {
  return new Set(resourceTypes.flatMap(({ name, dependenciesOnly }) => (dependenciesOnly ? [name] : [])));
}

/** What several archives have or may have: the places in which changes can be. */
export interface Extent {
  readonly projects: readonly string[];
  readonly types: ReadonlyArray<{ readonly name: string; readonly isInProjects: boolean }>;
}

/** All projects and types that any of these archives names. */
export function extentOf(manifests: readonly Manifest[]): Extent {
  const types = manifests.flatMap(({ resourceTypes }) =>
    resourceTypes.map(({ name, namespaced }) => [name, namespaced || name === NAMESPACES] as const),
  );
  const projects = manifests.flatMap((manifest) => manifest.projects.map(({ name }) => name));
  return {
    projects: [...new Set(projects)],
    types: [...new Map(types)]
      .filter(([name]) => !name.startsWith('*'))
      .map(([name, isInProjects]) => ({ name, isInProjects })),
  };
}

/**
 * What one archive covers and an older one does not: changes in it must be looked for in archives that are
 * older still.
 */
export function uncoveredParts(after: CoveredParts, before: CoveredParts, extent: Extent): Part[] {
  const isWhole = before.isOfAllProjects;
  return extent.types.flatMap(({ name: type, isInProjects }): Part[] => {
    if (isInProjects && isWhole && before.covers({ project: null, type })) return [];
    const parts: Part[] = isInProjects
      ? extent.projects.map((project) => ({ project, type }))
      : [{ project: null, type }];
    return parts.filter((part) => after.covers(part) && !before.covers(part));
  });
}

/** Which objects in a file belong to some parts; null for none. See ComparisonScope. */
export function objectsOf(parts: readonly Part[]): ObjectsIn {
  const keys = new Set(parts.map(keyOf));
  return (project, type) => {
    if (project === null && type === NAMESPACES) return (name) => keys.has(keyOf({ project: name, type }));
    return keys.has(keyOf({ project, type })) ? () => true : null;
  };
}

function keyOf({ project, type }: Part): string {
  return `${project ?? ''}/${type}`;
}

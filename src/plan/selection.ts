import { DEFAULT_EXCLUSIONS } from '../types/default-exclusions.ts';
import { knownType, type ResourceType } from '../types/resource-type.ts';
import { typeChoice } from '../types/type-words.ts';
import { globMatcher, isLiteral } from '../words/glob.ts';
import { NOT_ASKED_FOR, reachesGroup } from './group-choice.ts';
import { projectChoice, type Scope } from './scope.ts';

/** The reason for a cluster-scoped type if a backup of some projects contains only what they depend on. */
export const NOT_OF_PROJECTS =
  'cluster-scoped, and --project narrows the scope; --cluster-resources yes adds it';

/** Which types and projects a scope selects, before permissions are checked. */
export interface Selection {
  /** Why a type is excluded, or null if it is selected. */
  whyExcluded(type: ResourceType): string | null;
  hasProject(project: string): boolean;
  /** Whether options select projects. */
  readonly narrowsProjects: boolean;
}

/** @param types all types of the cluster, which words can mean (see typeChoice) */
export function selectionOf(scope: Scope, types: readonly ResourceType[]): Selection {
  const known = types.map(knownType);
  const asked = typeChoice(scope.resources, known);
  const excluded = typeChoice(scope.excludeResources, known);
  const named = typeChoice(scope.resources.filter(isLiteral), known);
  const included = typeChoice(scope.include, known);
  const defaults = DEFAULT_EXCLUSIONS.map((row) => ({ ...row, matches: globMatcher([row.pattern]) }));
  const withoutCluster =
    scope.clusterResources === 'no' || (scope.clusterResources === 'auto' && scope.projects.length > 0);

  return {
    narrowsProjects: scope.projects.length > 0 || scope.excludeProjects.length > 0,
    hasProject: projectChoice(scope),
    whyExcluded(type) {
      if (type.name === 'secrets' && !scope.secrets) return 'by --no-secrets';
      if (excluded(type.name)) return 'by --exclude-resource';
      const isIncluded = included(type.name);
      if (scope.resources.length > 0 && !asked(type.name) && !isIncluded) return NOT_ASKED_FOR;
      if (!scope.includeDefaultExcluded && !isIncluded && !named(type.name)) {
        const row = defaults.find((each) => each.matches(type.name));
        if (row !== undefined) return `by default: ${row.reason}; --include ${type.name} adds it`;
      }
      if (
        !type.namespaced &&
        withoutCluster &&
        !(type.name === 'namespaces' && scope.clusterResources === 'auto')
      ) {
        return scope.clusterResources === 'no' ? 'by --cluster-resources no' : NOT_OF_PROJECTS;
      }
      return null;
    },
  };
}

/**
 * Values of --resource, --exclude-resource and --include that match none of the types, for a warning: they may be
 * mistyped. Values that may refer to a broken group are not reported, since its types are unknown.
 */
export function unmatchedPatterns(
  scope: Scope,
  types: readonly ResourceType[],
  brokenGroups: readonly string[],
): string[] {
  const known = types.map(knownType);
  return [...scope.resources, ...scope.excludeResources, ...scope.include].filter((pattern) => {
    const means = typeChoice([pattern], known);
    return (
      !types.some(({ name }) => means(name)) && !brokenGroups.some((group) => reachesGroup(pattern, group))
    );
  });
}

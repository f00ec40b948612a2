import { DEFAULT_EXCLUSIONS } from './default-exclusions.ts';
import { globMatcher, isLiteral } from './glob.ts';
import type { ResourceType } from './resource-type.ts';
import type { Scope } from './scope.ts';

/** The reason of every type that --resource does not name. */
export const NOT_ASKED_FOR = 'not among --resource';

/** Which types and projects a scope lets in, before anybody asks for permissions. */
export interface Selection {
  /** Why a type is left out, or null where it is let in. */
  whyExcluded(type: ResourceType): string | null;
  /** Why the types of an API group are left out that could not be named, or null. */
  whyGroupExcluded(group: string): string | null;
  hasProject(project: string): boolean;
  /** Whether projects are narrowed at all. */
  readonly narrowsProjects: boolean;
}

/**
 * `--resource` takes what kubectl takes: the full name, the plural, the singular,
 * a short name; globs are held against the full name.
 */
export function selectionOf(scope: Scope): Selection {
  const include = typeMatcher(scope.resources);
  const exclude = typeMatcher(scope.excludeResources);
  const named = typeMatcher(scope.resources.filter(isLiteral));
  const project = globMatcher(scope.projects);
  const notProject = globMatcher(scope.excludeProjects);
  const defaults = DEFAULT_EXCLUSIONS.map((row) => ({ ...row, matches: globMatcher([row.pattern]) }));
  const withoutCluster =
    scope.clusterResources === 'no' || (scope.clusterResources === 'auto' && scope.projects.length > 0);

  return {
    narrowsProjects: scope.projects.length > 0 || scope.excludeProjects.length > 0,
    hasProject: (name) => (scope.projects.length === 0 || project(name)) && !notProject(name),
    whyGroupExcluded(group) {
      if (scope.excludeResources.some((pattern) => coversGroup(pattern, group)))
        return 'by --exclude-resource';
      const reached = scope.resources.some((pattern) => reachesGroup(pattern, group));
      return scope.resources.length > 0 && !reached ? NOT_ASKED_FOR : null;
    },
    whyExcluded(type) {
      if (type.name === 'secrets' && !scope.secrets) return 'by --no-secrets';
      if (exclude(type)) return 'by --exclude-resource';
      if (scope.resources.length > 0 && !include(type)) return NOT_ASKED_FOR;
      if (!scope.includeDefaultExcluded && !named(type)) {
        const row = defaults.find((each) => each.matches(type.name));
        if (row !== undefined) return `by default: ${row.reason}; --resource ${row.pattern} takes it in`;
      }
      if (
        !type.namespaced &&
        withoutCluster &&
        !(type.name === 'namespaces' && scope.clusterResources === 'auto')
      ) {
        return scope.clusterResources === 'no'
          ? 'by --cluster-resources no'
          : 'cluster-scoped, and --project narrows the scope; --cluster-resources yes takes it in';
      }
      return null;
    },
  };
}

/**
 * Patterns of --resource and --exclude-resource that match none of the types; worth
 * a warning, for it may be a slip. Of a group whose types cannot be named nobody knows.
 */
export function unmatchedPatterns(
  scope: Scope,
  types: readonly ResourceType[],
  brokenGroups: readonly string[],
): string[] {
  return [...scope.resources, ...scope.excludeResources].filter(
    (pattern) =>
      !types.some(typeMatcher([pattern])) && !brokenGroups.some((group) => reachesGroup(pattern, group)),
  );
}

/** Whether a pattern covers every name that a type of the group could have. */
function coversGroup(pattern: string, group: string): boolean {
  return globMatcher([pattern])(`any-type-at-all.${group}`);
}

/** Whether a pattern may mean a type of the group. */
function reachesGroup(pattern: string, group: string): boolean {
  return coversGroup(pattern, group) || pattern.endsWith(`.${group}`);
}

function typeMatcher(patterns: readonly string[]): (type: ResourceType) => boolean {
  const byName = globMatcher(patterns);
  const literals = new Set(patterns.filter(isLiteral).map((pattern) => pattern.toLowerCase()));
  return (type) =>
    byName(type.name) ||
    [type.resource, type.singular, ...type.shortNames].some((name) => literals.has(name));
}

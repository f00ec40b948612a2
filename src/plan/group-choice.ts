import { DEFAULT_EXCLUSIONS, TYPES_OF_GROUP } from '../types/default-exclusions.ts';
import { globMatcher, isLiteral } from '../words/glob.ts';
import { canEndIn } from '../words/glob-pattern.ts';
import type { Scope } from './scope.ts';

/** The reason for types that --resource does not name. */
export const NOT_ASKED_FOR = 'not among --resource';

/** Why all types of an API group are excluded, including unknown ones; or null. */
export type GroupChoice = (group: string) => string | null;

/**
 * Whether a scope excludes whole API groups. The types of a server that is down are unknown.
 * If all of them are excluded anyway, by an option or by default, nothing is missing.
 */
export function groupChoice(scope: Scope): GroupChoice {
  const defaults = scope.includeDefaultExcluded ? [] : DEFAULT_EXCLUSIONS;
  return (group) => {
    if (isCovered(scope.excludeResources, group)) return 'by --exclude-resource';
    // `--include leases.*` does not refer to a group that happens to be down.
    const isIncluded = scope.include.some((pattern) => namesGroup(pattern, group));
    const reached = isIncluded || scope.resources.some((pattern) => reachesGroup(pattern, group));
    if (scope.resources.length > 0 && !reached) return NOT_ASKED_FOR;
    // A user who names one of its types, and not a pattern for many, wants what is missing.
    const isNamed =
      isIncluded || scope.resources.some((pattern) => isLiteral(pattern) && reachesGroup(pattern, group));
    const patterns = defaults.map(({ pattern }) => pattern);
    if (isNamed || !isCovered([...scope.excludeResources, ...patterns], group)) return null;
    const row = defaults.find(({ pattern }) => namesGroup(pattern, group));
    return `by default: ${row?.reason ?? 'left out type by type'}; --include "*.${group}" adds it`;
  };
}

/**
 * Whether a pattern may refer to a type of the group: a glob that could match a name in it, or
 * a word with the group, its beginning, or version and group, as in kubectl. A word without a
 * group does not; if no known type has this name, there is a warning.
 */
export function reachesGroup(pattern: string, group: string): boolean {
  if (!isLiteral(pattern)) return canEndIn(pattern, `.${group}`);
  const [, rest = ''] = /^[^.]+\.(.+)$/.exec(pattern.toLowerCase()) ?? [];
  return rest !== '' && (group.startsWith(rest) || rest.endsWith(`.${group}`));
}

/** Whether a pattern covers the group, or names it with some of its types. */
function namesGroup(pattern: string, group: string): boolean {
  if (coversGroup(pattern, group) || pattern.endsWith(`.${group}`)) return true;
  return isLiteral(pattern) && reachesGroup(pattern, group);
}

/** Whether the patterns cover every type of a group: any name, or all names that it is known to have. */
function isCovered(patterns: readonly string[], group: string): boolean {
  if (patterns.some((pattern) => coversGroup(pattern, group))) return true;
  const matches = globMatcher(patterns);
  const known = TYPES_OF_GROUP[group] ?? [];
  return known.length > 0 && known.every((resource) => matches(`${resource}.${group}`));
}

/** Whether a pattern covers every possible name of a type in the group. */
function coversGroup(pattern: string, group: string): boolean {
  return globMatcher([pattern])(`any-type-at-all.${group}`);
}

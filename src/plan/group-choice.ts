import { DEFAULT_EXCLUSIONS, TYPES_OF_GROUP } from '../types/default-exclusions.ts';
import { globMatcher, isLiteral } from '../words/glob.ts';
import { canEndIn } from '../words/glob-pattern.ts';
import type { Scope } from './scope.ts';

/** The reason of every type that --resource does not name. */
export const NOT_ASKED_FOR = 'not among --resource';

/** Why all types of an API group are left out, also those that nobody can name; or null. */
export type GroupChoice = (group: string) => string | null;

/**
 * What a scope says of whole API groups. A server that is down cannot name its types; where
 * all of them are left out anyway, by an option or by default, nothing is missing.
 */
export function groupChoice(scope: Scope): GroupChoice {
  const defaults = scope.includeDefaultExcluded ? [] : DEFAULT_EXCLUSIONS;
  return (group) => {
    if (isCovered(scope.excludeResources, group)) return 'by --exclude-resource';
    // `--include leases.*` is not meant for a group that happens to be down.
    const isIncluded = scope.include.some((pattern) => namesGroup(pattern, group));
    const reached = isIncluded || scope.resources.some((pattern) => reachesGroup(pattern, group));
    if (scope.resources.length > 0 && !reached) return NOT_ASKED_FOR;
    // Whoever asks for one of its types, and not for a hundred by a pattern, means what it would have been.
    const isNamed =
      isIncluded || scope.resources.some((pattern) => isLiteral(pattern) && reachesGroup(pattern, group));
    const patterns = defaults.map(({ pattern }) => pattern);
    if (isNamed || !isCovered([...scope.excludeResources, ...patterns], group)) return null;
    const row = defaults.find(({ pattern }) => namesGroup(pattern, group));
    return `by default: ${row?.reason ?? 'left out type by type'}; --include "*.${group}" adds it`;
  };
}

/**
 * Whether a pattern may mean a type of the group: a glob that any name in it could match, or a
 * word with the group, its beginning, or version and group, as kubectl takes them. A word alone
 * says nothing of a group; where no known type has it, there is a warning.
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

/** Whether the patterns cover every type of a group: whatever their names, or those that it is known to have. */
function isCovered(patterns: readonly string[], group: string): boolean {
  if (patterns.some((pattern) => coversGroup(pattern, group))) return true;
  const matches = globMatcher(patterns);
  const known = TYPES_OF_GROUP[group] ?? [];
  return known.length > 0 && known.every((resource) => matches(`${resource}.${group}`));
}

/** Whether a pattern covers every name that a type of the group could have. */
function coversGroup(pattern: string, group: string): boolean {
  return globMatcher([pattern])(`any-type-at-all.${group}`);
}

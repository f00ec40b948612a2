import { compile, PatternMistake, type Test } from './glob-pattern.ts';

/** Whether a text matches at least one pattern; without patterns, false. */
export type Matcher = Test;

/** Names in Kubernetes have at most 253 characters. */
const LONGEST_NAME = 253;
/** Limit for all patterns with wildcards together; usual patterns have a few dozen characters. */
const MOST_WILDCARDS = 4096;
const MOST_PATTERNS = 2000;

/**
 * `*`, `?`, `[a-z]`, `{a,b}` for names of projects and resource types, ignoring case.
 *
 * @throws Error if checkGlobs finds a mistake
 */
export function globMatcher(patterns: readonly string[]): Matcher {
  const names = new Set(patterns.filter(isLiteral).map((each) => each.toLowerCase()));
  const globs = patterns.filter((each) => !isLiteral(each)).map(compile);
  if (globs.length === 0) return (text) => names.has(text.toLowerCase());
  return (text) => names.has(text.toLowerCase()) || globs.some((matches) => matches(text));
}

/** Whether a pattern is a plain name, without wildcards. */
export function isLiteral(pattern: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(pattern);
}

/** The patterns in the value of an option: commas inside {…} belong to a pattern; others separate patterns. */
export function splitGlobs(text: string): string[] {
  const patterns: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    else if (text[at] === ',' && depth <= 0) {
      patterns.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...patterns, text.slice(from)].map((each) => each.trim());
}

/**
 * The errors in the patterns of an option, one sentence each; [] if there are none. Then they
 * are also few and short enough to be matched with every project of a large cluster.
 */
export function checkGlobs(patterns: readonly string[]): string[] {
  if (patterns.length > MOST_PATTERNS)
    return [`${patterns.length} patterns exceed the limit of ${MOST_PATTERNS}`];
  const wildcards = patterns.filter((each) => !isLiteral(each)).join('').length;
  if (wildcards > MOST_WILDCARDS)
    return [`patterns with wildcards may have ${MOST_WILDCARDS} characters together, but have ${wildcards}`];
  return patterns.flatMap((pattern) => mistakeIn(pattern) ?? []);
}

function mistakeIn(pattern: string): string | null {
  if (pattern === '') return 'an empty pattern';
  if (isLiteral(pattern)) {
    if (pattern.length <= LONGEST_NAME) return null;
    return `"${pattern.slice(0, 40)}…" has more than the ${LONGEST_NAME} characters of the longest name`;
  }
  if (!/^[A-Za-z0-9._*?[\]{},:^-]+$/.test(pattern))
    return `${JSON.stringify(shortened(pattern))} is not a valid pattern of names (letters, digits, . - and the wildcards * ? [ ] { })`;
  try {
    compile(pattern);
    return null;
  } catch (error) {
    if (error instanceof PatternMistake) return `"${shortened(pattern)}" ${error.message}`;
    throw error;
  }
}

function shortened(pattern: string): string {
  return pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern;
}

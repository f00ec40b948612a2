import picomatch from 'picomatch';

/** Tells whether a text matches at least one pattern. No pattern matches nothing. */
export type Matcher = (text: string) => boolean;

/** `*`, `?`, `[a-z]`, `{a,b}` over names of projects and resource types. */
export function globMatcher(patterns: readonly string[]): Matcher {
  return patterns.length === 0
    ? () => false
    : picomatch([...patterns], { nocase: true, nonegate: true, dot: true });
}

/** True where a pattern is a plain name, without anything that matches more than itself. */
export function isLiteral(pattern: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(pattern);
}

/** What is wrong with patterns, a sentence each; [] when all are fine. */
export function checkGlobs(patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    if (pattern === '') return ['an empty pattern'];
    if (!/^[A-Za-z0-9._*?[\]{},:^-]+$/.test(pattern))
      return [`"${pattern}" is no pattern of names (letters, digits, . - and the wildcards * ? [ ] { })`];
    const alone = /[[\]{}]/.test(pattern.replace(/\[[^[\]]+\]/g, '').replace(/\{[^{}]+\}/g, ''));
    return alone ? [`"${pattern}" has a bracket without its partner`] : [];
  });
}

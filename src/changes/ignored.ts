import { typeChoice } from '../types/type-words.ts';
import { checkGlobs } from '../words/glob.ts';
import { type PatternStep, parsePattern } from './path.ts';

/** A field that a user wants to ignore: `TYPE:PATH` of --ignore. */
export interface Ignored {
  /** As it was written. */
  readonly text: string;
  /** Called with the full name of a type. */
  readonly hasType: (type: string) => boolean;
  readonly pattern: readonly PatternStep[];
}

const VERSION = /^([^.]+)\.v\d+(?:(?:alpha|beta)\d+)?(?=\.)/i;

/**
 * Reads `deployments.apps:spec.template.spec.containers[name=web].image`: a type as in
 * kubectl, or a glob for full names; then a path as diff prints it.
 *
 * @throws Error with what is wrong
 */
export function parseIgnored(text: string): Ignored {
  const colon = text.indexOf(':');
  if (colon < 0) throw new Error('must be TYPE:PATH, like deployments.apps:spec.replicas');
  const [type, path] = [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
  const [mistake] = type === '' ? ['a type is missing before the colon'] : checkGlobs([type]);
  if (mistake !== undefined) throw new Error(mistake);
  return { text: `${type}:${path}`, hasType: typeMatcher(type), pattern: parsePattern(path) };
}

/** A version in the type (`deployments.v1.apps`) is ignored: an archive has one version of each type. */
function typeMatcher(word: string): (name: string) => boolean {
  const words = [word, word.replace(VERSION, '$1')];
  return (name) => typeChoice(words, [{ name, apiVersion: '', kind: '', singular: singularOf(name) }])(name);
}

/** Derived from the plural in the full name, since discovery is not available here. */
function singularOf(name: string): string {
  const [plural = ''] = name.split('.', 1);
  return plural
    .replace(/ies$/, 'ys')
    .replace(/(ss|x|ch|sh|us|dns)es$/, '$1s')
    .replace(/s$/, '');
}

/**
 * Splits the values of --ignore at commas and line ends, except for those in brackets or
 * quotes, which belong to a path.
 */
export function splitIgnored(text: string): string[] {
  const parts = [''];
  let [depth, isQuoted, isEscaped] = [0, false, false];
  for (const character of text) {
    if (character === '"' && !isEscaped) isQuoted = !isQuoted;
    isEscaped = isQuoted && character === '\\' && !isEscaped;
    if (!isQuoted && character === '[') depth += 1;
    if (!isQuoted && character === ']') depth -= 1;
    const separates = character === '\n' || (character === ',' && depth <= 0 && !isQuoted);
    if (separates) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${character}`);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

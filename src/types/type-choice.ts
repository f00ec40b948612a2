import { globMatcher, isLiteral, type Matcher } from '../words/glob.ts';
import { type KnownType, typesOf } from './type-words.ts';

/**
 * Which types the values of an option mean: globs are held against full names
 * (`deployments.apps`), a plain word means what it means to kubectl (see typesOf).
 *
 * @param types all types that a word can mean
 * @returns takes the full name of a type
 */
export function typeChoice(words: readonly string[], types: readonly KnownType[]): Matcher {
  const byName = globMatcher(words);
  const meant = new Set(
    words.filter(isLiteral).flatMap((word) => typesOf(word, types).map(({ name }) => name)),
  );
  return (name) => meant.has(name) || byName(name);
}

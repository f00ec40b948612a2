import { globMatcher, isLiteral, type Matcher } from '../words/glob.ts';
import { SHORT_NAMES } from './short-names.ts';

/** A type in an archive. */
export interface KnownType {
  /** `deployments.apps` */
  readonly name: string;
  /** `apps/v1`; '' if unknown. */
  readonly apiVersion: string;
  /** '' if unknown. */
  readonly kind: string;
  /** Known from a server, but not from an archive. */
  readonly singular?: string;
  readonly shortNames?: readonly string[];
}

/** The ways in which a word can name a type, in the order of kubectl. */
const RANKS: ReadonlyArray<(type: KnownType) => readonly string[]> = [
  ({ name }) => [pluralOf(name)],
  ({ kind, singular = '' }) => [kind.toLowerCase(), singular].filter((word) => word !== ''),
  ({ name, shortNames = [] }) => [...shortNames, ...(SHORT_NAMES.get(name) ?? [])],
];

/**
 * The types to which a word refers, as in kubectl: plural, singular or short name in any case,
 * alone or with the group (`deploy.apps`), the beginning of the group, or version and group
 * (`deployments.v1.apps`). A type of the core group has priority.
 *
 * @returns none, one, or several if the word is ambiguous
 */
export function typesOf<T extends KnownType>(word: string, types: readonly T[]): readonly T[] {
  const lower = word.toLowerCase();
  const exact = types.filter(({ name }) => name === lower);
  if (exact.length > 0) return exact;
  for (const words of RANKS) {
    const found = types.filter((type) => words(type).some((each) => matches(lower, each, type)));
    const core = found.filter(({ name }) => groupOf(name) === '');
    if (core.length > 0) return core;
    if (found.length > 0) return found;
  }
  return [];
}

function matches(word: string, own: string, { name, apiVersion }: KnownType): boolean {
  if (word === own) return true;
  if (!word.startsWith(`${own}.`)) return false;
  const rest = word.slice(own.length + 1);
  const group = groupOf(name);
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  return (rest !== '' && group.startsWith(rest)) || rest === `${version}.${group}`;
}

function pluralOf(name: string): string {
  return name.split('.', 1)[0] ?? name;
}

/** '' for the core group. */
function groupOf(name: string): string {
  return name.slice(pluralOf(name).length + 1);
}

/**
 * The types to which the values of an option refer: globs match full names
 * (`deployments.apps`), and plain words have the same meaning as in kubectl (see typesOf).
 *
 * @param types all types to which a word can refer
 * @returns a function that takes the full name of a type
 */
export function typeChoice(words: readonly string[], types: readonly KnownType[]): Matcher {
  const byName = globMatcher(words);
  const meant = new Set(
    words.filter(isLiteral).flatMap((word) => typesOf(word, types).map(({ name }) => name)),
  );
  return (name) => meant.has(name) || byName(name);
}

import type { Manifest } from '../archive/format/manifest.ts';
import type { ComparisonScope } from '../comparison/compare.ts';
import type { Config } from '../config.ts';
import { projectChoice } from '../plan/scope.ts';
import { CLUSTER } from '../types/archive-paths.ts';
import { selectorMatcher } from '../types/selector.ts';
import { type KnownType, typeChoice, typesOf } from '../types/type-words.ts';
import { Failure } from '../words/failure.ts';

/**
 * What `diff` compares, narrowed by options and by the arguments `TYPE [NAME]` or `TYPE/NAME`.
 *
 * @param manifests of both archives, whose types an argument can name
 * @throws Failure if the arguments name no type, or an ambiguous one
 */
export function comparisonScope(
  config: Config,
  words: readonly string[],
  manifests: readonly Manifest[],
  usage: string,
): ComparisonScope {
  const known = manifests.flatMap(({ resourceTypes }) => resourceTypes);
  const { type: only, name } = comparedWords(words, manifests, usage);
  const { projects, resources, excludeResources, clusterResources, selector, secrets } = config.scope;
  const hasName = projectChoice(config.scope);
  const oldNames = new Map([...config.restore.mapping].map(([from, to]) => [to, from]));
  // A mapped project can be chosen by both of its names.
  const isChosen = (project: string) => hasName(project) || hasName(oldNames.get(project) ?? project);
  const isAsked = typeChoice([...resources, ...config.scope.include], known);
  const isExcluded = typeChoice(excludeResources, known);
  const { mapping } = config.restore;
  const clusterScoped =
    clusterResources === 'yes' ||
    (clusterResources === 'auto' && projects.length === 0 && mapping.size === 0);
  const isCluster = clusterScoped || projects.includes(CLUSTER);
  return {
    hasProject: (project) => (project === null ? isCluster : isChosen(project)),
    hasNamespace: (name) =>
      (isCluster && oldNames.size === 0) || (clusterResources !== 'no' && isChosen(name)),
    hasType: (type) =>
      (only === null ? resources.length === 0 || isAsked(type) : type === only) &&
      !isExcluded(type) &&
      (secrets || type !== 'secrets'),
    hasName: (each) => name === null || each === name,
    labels: selector === null ? null : selectorMatcher(selector),
    status: config.showStatus,
    noise: config.includeNoise,
    secrets: config.showSecrets,
    ignored: config.ignored,
    details: true,
  };
}

/**
 * The type and the name in `TYPE [NAME]` or `TYPE/NAME`; null for a part that is missing.
 *
 * @throws as comparisonScope
 */
export function comparedWords(
  words: readonly string[],
  manifests: readonly Manifest[],
  usage: string,
): { type: string | null; name: string | null } {
  const [word, ...names] = words.length === 1 ? (words[0] ?? '').split('/') : words;
  if (words.includes('') || names.length > 1 || names.includes('')) {
    throw new Failure(`invalid argument for diff: ${words.join(' ')}`, usage, 'usage');
  }
  const known = manifests.flatMap(({ resourceTypes }) => resourceTypes);
  return { type: word === undefined ? null : oneType(word, known), name: names[0] ?? null };
}

/** The full name of the type that a word stands for. */
function oneType(word: string, known: readonly KnownType[]): string {
  const [only, ...others] = new Set(typesOf(word, known).map(({ name }) => name));
  if (only === undefined) {
    throw new Failure(
      `neither archive has a resource type ${word}`,
      'openshift-backup show ARCHIVE lists the types; projects are given with -p',
      'usage',
    );
  }
  if (others.length === 0) return only;
  throw new Failure(
    `${word} matches several types: ${[only, ...others].join(', ')}`,
    'give the full name',
    'usage',
  );
}

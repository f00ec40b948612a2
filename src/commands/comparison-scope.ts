import type { Manifest } from '../archive/format/manifest.ts';
import type { ComparisonScope, ObjectsIn } from '../comparison/compare.ts';
import type { Config } from '../config.ts';
import { projectChoice } from '../plan/scope.ts';
import { CLUSTER, parseAddress } from '../types/archive-paths.ts';
import { selectorMatcher } from '../types/selector.ts';
import { type KnownType, typeChoice, typesOf } from '../types/type-words.ts';
import { Failure } from '../words/failure.ts';
import { checkGlobs, globMatcher, isLiteral, type Matcher } from '../words/glob.ts';
import { didYouMean } from '../words/names.ts';

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
  const isChosen = chosenProject(config);
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
      (isCluster && mapping.size === 0) || (clusterResources !== 'no' && isChosen(name)),
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
 * Whether the options choose a project, by its name in the newer archive. A mapped project is also chosen, and also
 * excluded, by its name in the older one.
 */
export function chosenProject({ scope, restore }: Pick<Config, 'scope' | 'restore'>): Matcher {
  const isIncluded = projectChoice({ projects: scope.projects, excludeProjects: [] });
  const isLeft = projectChoice({ projects: [], excludeProjects: scope.excludeProjects });
  const oldNames = new Map([...restore.mapping].map(([from, to]) => [to, from]));
  return (project) => {
    const names = [project, oldNames.get(project) ?? project];
    return names.some(isIncluded) && names.every(isLeft);
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

/** How `log` is called. */
export const LOG_USAGE =
  'openshift-backup log [PROJECT[/TYPE[/NAME]]...]; each part may be a glob; cluster-scoped types are under _cluster';

const NAMESPACES = 'namespaces';

/** An argument: which objects it stands for. */
interface Selected {
  readonly isCluster: boolean;
  readonly hasProject: Matcher;
  /** Null for all types. */
  readonly hasType: Matcher | null;
  /** Null for all names. */
  readonly hasName: Matcher | null;
}

/**
 * The objects that the arguments `PROJECT[/TYPE[/NAME]]` stand for, as a part of what the options select; a
 * project includes its Namespace object.
 *
 * @param manifests of all archives, whose types and projects the arguments can name
 * @throws Failure if an argument names a type or project that no archive has
 */
export function objectsOfWords(
  words: readonly string[],
  manifests: readonly Manifest[],
): ObjectsIn | undefined {
  if (words.length === 0) return undefined;
  const types = manifests.flatMap(({ resourceTypes }) => resourceTypes);
  const projects = [...new Set(manifests.flatMap((manifest) => manifest.projects.map(({ name }) => name)))];
  const selected = words.map((word) => selectedBy(word, types, projects));
  return (project, type) => {
    if (project === null && type === NAMESPACES) return namespacesOf(selected);
    const matching = selected.filter(
      ({ isCluster, hasProject, hasType }) =>
        (project === null ? isCluster : !isCluster && hasProject(project)) && (hasType?.(type) ?? true),
    );
    if (matching.length === 0) return null;
    return (name) => matching.some(({ hasName }) => hasName?.(name) ?? true);
  };
}

function namespacesOf(selected: readonly Selected[]): (name: string) => boolean {
  return (name) =>
    selected.some(({ isCluster, hasProject, hasType, hasName }) =>
      isCluster
        ? (hasType?.(NAMESPACES) ?? true) && (hasName?.(name) ?? true)
        : hasType === null && hasProject(name),
    );
}

function selectedBy(word: string, types: readonly KnownType[], projects: readonly string[]): Selected {
  const address = parseAddress(word);
  if (address === null || address.view !== '')
    throw new Failure(`invalid argument for log: ${word}`, LOG_USAGE, 'usage');
  const { project, type, name } = address;
  const hasProject = project === null ? () => false : matcher(word, project);
  const isKnown = project === null || projects.some(hasProject);
  if (!isKnown && project !== null) {
    throw new Failure(
      `no archive has a project ${project}${didYouMean(project, projects)}`,
      `openshift-backup show latest lists the projects; cluster-scoped types are under ${CLUSTER}`,
      'usage',
    );
  }
  const hasType = type === null ? null : typeMatcher(word, type, types);
  return {
    isCluster: project === null,
    hasProject,
    hasType,
    hasName: name === null ? null : matcher(word, name),
  };
}

function typeMatcher(word: string, type: string, types: readonly KnownType[]): Matcher {
  checked(word, type);
  const hasType = typeChoice([type], types);
  if (types.some(({ name }) => hasType(name))) return hasType;
  throw new Failure(
    `no archive has a resource type ${type}`,
    'openshift-backup show latest lists the resource types',
    'usage',
  );
}

/** A name may contain any character: the same text always matches. */
function matcher(word: string, text: string): Matcher {
  const isSame = (each: string) => each === text;
  if (isLiteral(text) || !/[*?[{]/.test(text)) return isSame;
  checked(word, text);
  const matches = globMatcher([text]);
  return (each) => isSame(each) || matches(each);
}

function checked(word: string, pattern: string): void {
  const [mistake] = checkGlobs([pattern]);
  if (mistake !== undefined)
    throw new Failure(`invalid argument for log: ${word}: ${mistake}`, LOG_USAGE, 'usage');
}

import type { Manifest } from '../archive/format/manifest.ts';
import type { ObjectsIn } from '../comparison/compare.ts';
import { CLUSTER, parseAddress } from '../types/archive-paths.ts';
import { type KnownType, typeChoice } from '../types/type-words.ts';
import { Failure } from '../words/failure.ts';
import { checkGlobs, globMatcher, isLiteral, type Matcher } from '../words/glob.ts';
import { closeNames } from '../words/names.ts';

export const USAGE =
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
    throw new Failure(`invalid argument for log: ${word}`, USAGE, 'usage');
  const { project, type, name } = address;
  const hasProject = project === null ? () => false : matcher(word, project);
  const isKnown = project === null || projects.some(hasProject);
  if (!isKnown && project !== null) {
    const close = closeNames(project, projects);
    const meant = close.length === 0 ? '' : `, but ${close.join(', ')}`;
    throw new Failure(
      `no archive has a project ${project}${meant}`,
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
    throw new Failure(`invalid argument for log: ${word}: ${mistake}`, USAGE, 'usage');
}

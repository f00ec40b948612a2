import { load } from 'js-yaml';
import { collectionPath, itemPath } from '../../types/api-paths.ts';
import { Failure } from '../../words/failure.ts';
import { isLiteral } from '../../words/glob.ts';
import { textAt } from '../edit.ts';
import type { Item } from '../item.ts';
import { storageClassOf } from '../rules/storage.ts';

const LISTS = [
  'excludeNamespaces',
  'excludeCRDs',
  'excludeApiPathes',
  'includeNamespaces',
  'includeCRDs',
  'includeApiPathes',
  'restoreAppApiPathes',
  'restoreNfsStorageClasses',
  'restoreOptions',
] as const;
type ListName = (typeof LISTS)[number];
const HEAD = new Set(['apiVersion', 'kind', 'metadata', 'spec']);

/** The meaning of restoreOptions; null for what a restore always does. */
const OPTIONS: ReadonlyMap<string, 'update' | 'exclude' | 'include' | null> = new Map([
  ['overwriteExistingResources', 'update'],
  ['overwriteExisting', 'update'],
  ['excludeContext', 'exclude'],
  ['includeContext', 'include'],
  ['restorePVDifinitions', null],
  ['restorePVCBoundings', null],
  ['restoreUserClusterRolebindings', null],
]);

/** A preference file: what is restored, in the words of k8s-snap. */
export interface Preference {
  /** Names, held against projects exactly. */
  readonly excludeNamespaces: readonly string[];
  readonly includeNamespaces: readonly string[];
  /** Parts of names of CRDs. */
  readonly excludeCRDs: readonly string[];
  readonly includeCRDs: readonly string[];
  /** `prefix` or `prefix,contains` over paths of the API. */
  readonly excludeApiPathes: readonly string[];
  readonly includeApiPathes: readonly string[];
  /** The same; what they name is restored after everything else. */
  readonly restoreAppApiPathes: readonly string[];
  /** Beginnings of names of storage classes: claims keep their volumes; null where the file says nothing. */
  readonly restoreNfsStorageClasses: readonly string[] | null;
  /** What to do with objects that are there already; null where the file says nothing. */
  readonly existing: 'update' | null;
}

/**
 * Reads a preference file: the RestorePreference of k8s-snap as it is, or its `spec` alone.
 *
 * @param text YAML
 * @returns a Failure that says what is wrong and where, for the caller to throw
 * @see https://github.com/ryo-watanabe/k8s-snap#setup-a-restore-preference
 */
export function parsePreference(text: string): Preference | Failure {
  let document: unknown;
  try {
    document = load(text);
  } catch (error) {
    return mistake(
      `is not valid YAML: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`,
    );
  }
  if (!isObject(document)) return mistake('is not a YAML object');
  const spec = 'spec' in document ? document.spec : document;
  if (!isObject(spec)) return mistake('has a spec that is not an object');
  const outside = spec === document ? [] : Object.keys(document).filter((key) => !HEAD.has(key));
  const unknown = [
    ...outside,
    ...Object.keys(spec).filter((key) => !isListName(key) && !(spec === document && HEAD.has(key))),
  ];
  if (unknown.length > 0)
    return mistake(`has the unknown field ${unknown.join(', ')}; there are ${LISTS.join(', ')}`);
  const wrong = LISTS.find((name) => listOf(spec, name) === null);
  if (wrong !== undefined) return mistake(`has in ${wrong} something other than a list of strings`);
  const list = (name: ListName) => listOf(spec, name) ?? [];
  const strange = list('restoreOptions').find((option) => !OPTIONS.has(option));
  if (strange !== undefined) {
    return mistake(`has the unknown restoreOption ${strange}; there are ${[...OPTIONS.keys()].join(', ')}`);
  }
  const pattern = list('restoreNfsStorageClasses').find((each) => !isLiteral(each));
  if (pattern !== undefined)
    return mistake(`has in restoreNfsStorageClasses "${pattern}", which begins the name of no storage class`);
  const options = new Set(list('restoreOptions').map((option) => OPTIONS.get(option)));
  const one = (context: 'exclude' | 'include', name: ListName) =>
    options.has(context) || !(options.has('exclude') || options.has('include')) ? list(name) : [];
  return {
    excludeNamespaces: one('exclude', 'excludeNamespaces'),
    excludeCRDs: one('exclude', 'excludeCRDs'),
    excludeApiPathes: one('exclude', 'excludeApiPathes'),
    includeNamespaces: one('include', 'includeNamespaces'),
    includeCRDs: one('include', 'includeCRDs'),
    includeApiPathes: one('include', 'includeApiPathes'),
    restoreAppApiPathes: list('restoreAppApiPathes'),
    restoreNfsStorageClasses: 'restoreNfsStorageClasses' in spec ? list('restoreNfsStorageClasses') : null,
    existing: options.has('update') ? 'update' : null,
  };
}

/** [] if it is missing or empty, null if it is not a list of non-empty strings. */
function listOf(spec: object, name: ListName): readonly string[] | null {
  const value: unknown = Reflect.get(spec, name) ?? [];
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '')
    ? value
    : null;
}

function isListName(key: string): key is ListName {
  return LISTS.some((name) => name === key);
}

function isObject(value: unknown): value is object & { readonly spec?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mistake(what: string): Failure {
  return new Failure(
    `the preference file ${what}`,
    'correct it; docs/restore.md describes its fields',
    'usage',
  );
}

/**
 * Why a preference leaves an object out, as k8s-snap decides: Namespaces and CRDs by their own lists, everything
 * else by path, project, and storage class. Null if it is restored. Both forms of a claim are treated alike.
 */
export function excludedBy(preference: Preference, item: Item): string | null {
  if (item.type === 'namespaces') return projectExcludedBy(preference, item.name);
  if (item.type === 'customresourcedefinitions.apiextensions.k8s.io')
    return byDefinition(preference, item.name);
  const paths = pathsOf(item);
  const path = preference.excludeApiPathes.find((pattern) => matches(pattern, paths));
  if (path !== undefined) return `excludeApiPathes: ${path}`;
  const { includeApiPathes } = preference;
  if (includeApiPathes.length > 0 && !includeApiPathes.some((pattern) => matches(pattern, paths))) {
    return 'not among includeApiPathes';
  }
  const project = item.project === null ? null : projectExcludedBy(preference, item.project);
  return project ?? byStorageClass(preference, item);
}

/** Whether a preference restores an object after the others, as it does with apps. */
export function isApp(
  preference: Preference,
  item: Pick<Item, 'project' | 'type' | 'apiVersion' | 'name'>,
): boolean {
  const paths = pathsOf(item);
  return preference.restoreAppApiPathes.some((pattern) => matches(pattern, paths));
}

/** Globs of the storage classes that a preference names, as RewriteOptions wants them. */
export function reboundClasses(preference: Preference): readonly string[] {
  return (preference.restoreNfsStorageClasses ?? []).map((prefix) => `${prefix}*`);
}

/** Why a preference leaves a project out, or null. */
export function projectExcludedBy(preference: Preference, project: string): string | null {
  const { excludeNamespaces, includeNamespaces } = preference;
  if (excludeNamespaces.includes(project)) return `excludeNamespaces: ${project}`;
  return includeNamespaces.length === 0 || includeNamespaces.includes(project)
    ? null
    : 'not among includeNamespaces';
}

function byDefinition({ excludeCRDs, includeCRDs }: Preference, name: string): string | null {
  const part = excludeCRDs.find((each) => name.includes(each));
  if (part !== undefined) return `excludeCRDs: ${part}`;
  return includeCRDs.length === 0 || includeCRDs.some((each) => name.includes(each))
    ? null
    : 'not among includeCRDs';
}

function byStorageClass(preference: Preference, item: Item): string | null {
  const { restoreNfsStorageClasses: classes } = preference;
  if (classes === null) return null;
  const isNamed = (storageClass: string | null) => classes.some((prefix) => storageClass?.startsWith(prefix));
  const left = 'not of a storage class among restoreNfsStorageClasses';
  switch (item.type) {
    case 'storageclasses.storage.k8s.io':
      return isNamed(item.name) ? null : left;
    case 'persistentvolumes':
      if (!isNamed(storageClassOf(item.fields))) return left;
      return byClaim(preference, textAt(item.fields, 'spec', 'claimRef', 'namespace'));
    case 'persistentvolumeclaims':
      return isNamed(storageClassOf(item.fields)) ? null : left;
    default:
      return null;
  }
}

/** A volume goes with its claim. */
function byClaim(preference: Preference, project: string | null): string | null {
  return project === null ? 'bound to no claim' : projectExcludedBy(preference, project);
}

/** The path of an object in the API, as k8s-snap has it from selfLink, and as people write it. */
function pathsOf({
  project,
  type,
  apiVersion,
  name,
}: Pick<Item, 'project' | 'type' | 'apiVersion' | 'name'>) {
  const collection = collectionPath(apiVersion, type.split('.', 1)[0] ?? '', project);
  return [itemPath(collection, name), `${collection}/${name}`];
}

/** `prefix` or `prefix,contains`; with more commas nothing, as in k8s-snap. A lone `*` is anything. */
function matches(pattern: string, paths: readonly string[]): boolean {
  const [prefix = '', part = '', ...more] = pattern.split(',');
  if (more.length > 0) return false;
  return paths.some((path) => path.startsWith(prefix) && (part === '*' || path.includes(part)));
}

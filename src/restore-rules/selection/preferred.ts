import { textAt } from '../edit.ts';
import type { Item } from '../item.ts';
import { storageClassOf } from '../rules/storage.ts';
import type { Preference } from './preference.ts';

const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';

/**
 * Why a preference leaves an object out, as k8s-snap decides: Namespaces and CRDs by
 * their own lists alone, everything else by path, project, and storage class. Null
 * where it is restored. Claims are judged alike in either form, clean or bound.
 */
export function excludedBy(preference: Preference, item: Item): string | null {
  if (item.type === 'namespaces') return projectExcludedBy(preference, item.name);
  if (item.type === CRDS) return byDefinition(preference, item.name);
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
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const collection = `${root}${project === null ? '' : `/namespaces/${project}`}/${type.split('.', 1)[0]}`;
  return [`${collection}/${encodeURIComponent(name)}`, `${collection}/${name}`];
}

/** `prefix` or `prefix,contains`; with more commas nothing, as in k8s-snap. A lone `*` is anything. */
function matches(pattern: string, paths: readonly string[]): boolean {
  const [prefix = '', part = '', ...more] = pattern.split(',');
  if (more.length > 0) return false;
  return paths.some((path) => path.startsWith(prefix) && (part === '*' || path.includes(part)));
}

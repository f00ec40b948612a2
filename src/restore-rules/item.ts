import type { Fields, List } from '../json/value.ts';
import { isApiVersion } from '../types/api-paths.ts';
import { isProjectName } from '../types/project-name.ts';
import { brief } from '../words/names.ts';

/** An object of an archive. */
export interface Item {
  /** null: cluster-scoped. */
  readonly project: string | null;
  /** `deployments.apps` */
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly fields: Fields;
  /** The field managers; missing if the archive does not have them. */
  readonly managedFields?: List;
}

/**
 * Whether a name is valid at the end of a URL. With any other, the URL could be that of a collection, a
 * project or a subresource.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names
 */
export function isPathSegment(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/%]/.test(name) && name.isWellFormed();
}

/**
 * Why an object does not match its place in the archive, or null. Selection and rules (which objects are
 * never deleted, which are secret) use the name of its file, so the object must be of that type.
 */
export function identityMistake({
  project,
  type,
  apiVersion,
  name,
}: Omit<Item, 'fields' | 'kind'>): string | null {
  if (project !== null && !isProjectName(project))
    return 'the name of its folder is not a valid project name';
  if (!isPathSegment(name)) return 'its name is not valid';
  if (!isApiVersion(apiVersion)) return `its apiVersion ${JSON.stringify(brief(apiVersion))} is not valid`;
  const group = apiVersion.includes('/') ? apiVersion.split('/', 1)[0] : '';
  const [, ...rest] = type.split('.');
  if (group !== rest.join('.'))
    return `its apiVersion ${brief(apiVersion)} does not match the API group of its file`;
  return null;
}

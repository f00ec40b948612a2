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
  /** Who wrote which field, as the server tells; missing where the archive does not. */
  readonly managedFields?: List;
}

/**
 * Whether a name can end the URL of an object. Others make it the URL of something else:
 * of all objects, of a project, of a subresource.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names
 */
export function isPathSegment(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/%]/.test(name) && name.isWellFormed();
}

/**
 * Why an object cannot be what its place in the archive says, or null. By the name of its
 * file it is chosen and judged: what is never deleted, what is secret; so it has to be one.
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

import type { ResourceType } from './resource-type.ts';

/*
 * Names come from archives, so that each part of a path is encoded, and none leads out of it. Never throws.
 */

/** `v1` or `apps/v1` */
const API_VERSION = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?[a-z0-9]+$/;

/** Whether this can be the version of an API; only such versions are requested. */
export function isApiVersion(text: string): boolean {
  return API_VERSION.test(text);
}

/** The path of an API version: `/api/v1`, `/apis/apps/v1`. */
export function versionPath(apiVersion: string): string {
  const path = apiVersion.split('/').map(segment).join('/');
  return apiVersion.includes('/') ? `/apis/${path}` : `/api/${path}`;
}

/**
 * The path of a type's collection, in one project or (null) in all.
 *
 * @param resource plural: `deployments`
 */
export function collectionPath(apiVersion: string, resource: string, project: string | null): string {
  const scope = project === null ? '' : `/namespaces/${segment(project)}`;
  return `${versionPath(apiVersion)}${scope}/${segment(resource)}`;
}

/** The same for a type from discovery. */
export function collectionOf(
  { group, version, resource }: Pick<ResourceType, 'group' | 'version' | 'resource'>,
  project: string | null,
): string {
  return collectionPath(group === '' ? version : `${group}/${version}`, resource, project);
}

/** The path of one object of a collection. */
export function itemPath(collection: string, name: string): string {
  return `${collection}/${segment(name)}`;
}

/** The path of a project's own object. */
export function namespacePath(project: string): string {
  return itemPath(collectionPath('v1', 'namespaces', null), project);
}

/** One part of a path. A lone surrogate has no encoding, and dots alone would lead to another folder. */
function segment(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed());
  return encoded === '.' || encoded === '..' ? encoded.replaceAll('.', '%2E') : encoded;
}

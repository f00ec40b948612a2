import type { ApiClient } from './api-client.ts';
import { at, listAt, textAt } from './kube-object.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** A resource type that the server serves, in one of its versions. */
export interface ServedType {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespaced: boolean;
  readonly verbs: readonly unknown[];
  /** Whether its status is written apart, through a subresource. */
  readonly hasStatus: boolean;
}

/** All types that the server names in its aggregated discovery. Throws what the client throws. */
export async function servedTypes(client: ApiClient): Promise<readonly ServedType[]> {
  const answers = await Promise.all(
    ['/api', '/apis'].map((path) => client.request('GET', path, undefined, AGGREGATED)),
  );
  return answers.flatMap((answer) =>
    listAt(answer, 'items').flatMap((group) =>
      listAt(group, 'versions').flatMap((version) =>
        listAt(version, 'resources').map((resource) => toType(group, version, resource)),
      ),
    ),
  );
}

/** The path of a type's collection; `namespace` matters only to types that have one (default: `default`). */
export function pathOf(type: ServedType, namespace = 'default'): string {
  const root = type.apiVersion.includes('/') ? '/apis' : '/api';
  const scope = type.namespaced ? `/namespaces/${namespace}` : '';
  return `${root}/${type.apiVersion}${scope}/${type.resource}`;
}

function toType(group: unknown, version: unknown, resource: unknown): ServedType {
  const groupName = at(group, 'metadata', 'name');
  const versionName = textAt(version, 'version');
  return {
    apiVersion:
      typeof groupName === 'string' && groupName !== '' ? `${groupName}/${versionName}` : versionName,
    kind: textAt(resource, 'responseKind', 'kind'),
    resource: textAt(resource, 'resource'),
    namespaced: at(resource, 'scope') === 'Namespaced',
    verbs: listAt(resource, 'verbs'),
    hasStatus: listAt(resource, 'subresources').some((sub) => at(sub, 'subresource') === 'status'),
  };
}

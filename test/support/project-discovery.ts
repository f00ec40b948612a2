import type { JsonObject } from './kube-object.ts';

const GROUP = 'project.openshift.io';
const VERSION = 'v1';

interface ProjectType {
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** OpenShift says that project requests can be listed, although the list is no list: see projectApi. */
const TYPES: readonly ProjectType[] = [
  {
    resource: 'projects',
    singular: 'project',
    kind: 'Project',
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  },
  {
    resource: 'projectrequests',
    singular: 'projectrequest',
    kind: 'ProjectRequest',
    verbs: ['create', 'list'],
  },
];

/** What /apis answers to those who ask for aggregated discovery. */
export function aggregatedDiscovery(): JsonObject {
  const resources = TYPES.map(({ resource, singular, kind, verbs }) => ({
    resource,
    responseKind: { group: GROUP, version: VERSION, kind },
    scope: 'Cluster',
    singularResource: singular,
    verbs,
  }));
  const versions = [{ version: VERSION, resources, freshness: 'Current' }];
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [{ metadata: { name: GROUP }, versions }],
  };
}

/** What /apis answers to all others. */
export function groupList(): JsonObject {
  const version = { groupVersion: `${GROUP}/${VERSION}`, version: VERSION };
  const groups = [{ name: GROUP, versions: [version], preferredVersion: version }];
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** What /apis/project.openshift.io/v1 answers. */
export function resourceList(): JsonObject {
  const resources = TYPES.map(({ resource, singular, kind, verbs }) => ({
    name: resource,
    singularName: singular,
    namespaced: false,
    kind,
    verbs,
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${GROUP}/${VERSION}`, resources };
}

import type { JsonObject, KubeObject } from '../kube-object.ts';
import { clusterObject } from '../sample/object.ts';
import { conditions, owner } from '../sample/workload.ts';
import { object } from './project.ts';

const API = 'fleet.example.com';
const schema = {
  openAPIV3Schema: {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          size: { type: 'integer', default: 1 },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
      status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
  },
};
const version = (name: string, storage: boolean, served = true) => ({
  name,
  served,
  storage,
  schema,
  subresources: { status: {} },
});

/** A type of two served versions and one that is no longer, and one without projects. */
export const fleetDefinitions: readonly KubeObject[] = [
  definition('engines', 'Engine', 'Namespaced', [
    version('v2', true),
    version('v1', false),
    version('v1alpha1', false, false),
  ]),
  definition('fleets', 'Fleet', 'Cluster', [version('v1', true)]),
];

const ofAll = owner(`${API}/v1`, 'Fleet', 'all');
const ofMain = owner(`${API}/v2`, 'Engine', 'main');

/** Custom resources of both versions and scopes; owners of three kinds, a finalizer, and states. */
export const fleet: readonly KubeObject[] = [
  clusterObject(
    `${API}/v1`,
    'Fleet',
    'all',
    { spec: { size: 3 }, status: { engines: 3 } },
    { finalizers: [`${API}/disband`] },
  ),
  object(
    `${API}/v2`,
    'Engine',
    'main',
    {
      spec: { size: 2, free: { ratio: 12.5, empty: {}, none: [], big: 9007199254740991 } },
      status: { phase: 'Running', conditions: conditions('Ready') },
    },
    { finalizers: [`${API}/cool-down`], ownerReferences: [ofAll] },
  ),
  object(
    `${API}/v1`,
    'Engine',
    'spare',
    { spec: {} },
    { ownerReferences: [owner(`${API}/v1`, 'Engine', 'main')] },
  ),
  // Of earlier steps than their owners.
  object('v1', 'ServiceAccount', 'of-engine', {}, { ownerReferences: [ofMain] }),
  object('v1', 'ConfigMap', 'of-engine', {}, { ownerReferences: [ofMain] }),
  clusterObject(
    'rbac.authorization.k8s.io/v1',
    'ClusterRole',
    'of-fleet',
    { rules: [] },
    { ownerReferences: [ofAll] },
  ),
  object(`${API}/v2`, 'Engine', 'documented', {}, { ownerReferences: [owner('v1', 'ConfigMap', 'plain')] }),
];

function definition(
  plural: string,
  kind: string,
  scope: string,
  versions: readonly JsonObject[],
): KubeObject {
  return clusterObject('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `${plural}.${API}`, {
    spec: {
      group: API,
      scope,
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List`, categories: ['all'] },
      conversion: { strategy: 'None' },
      versions,
    },
  });
}

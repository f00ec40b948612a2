import { globMatcher } from '../words/glob.ts';

/**
 * API groups of Kubernetes itself, also those of older versions: what the archive has of them was served by a
 * kube-apiserver, so one that does not serve it refuses it.
 *
 * @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/
 */
const OF_KUBERNETES = globMatcher([
  'apps',
  'autoscaling',
  'batch',
  'extensions',
  'policy',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'auditregistration.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'settings.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
]);

/** API groups that aggregated API servers of OpenShift serve: no definition of them exists. */
const OF_OPENSHIFT = globMatcher([
  '{apps,authorization,build,image,oauth,project,quota,route,security,template,user}.openshift.io',
]);

/** Whether kube-apiserver itself serves a type in some version, and no other server or definition does. */
export function isOfKubernetes(type: string): boolean {
  const group = groupOf(type);
  return group === '' || OF_KUBERNETES(group);
}

/**
 * Why a server that does not have a type at all says nothing about its objects; null if that means that it
 * refuses them.
 */
export function whyUnserved(type: string): string | null {
  if (isOfKubernetes(type)) return null;
  if (OF_OPENSHIFT(groupOf(type)))
    return 'an aggregated API of OpenShift serves this type; a Kubernetes API server does not have it';
  return 'the archive does not define this type: an aggregated API serves it, or its CustomResourceDefinition was not backed up';
}

function groupOf(type: string): string {
  const dot = type.indexOf('.');
  return dot < 0 ? '' : type.slice(dot + 1);
}

/** What a rehearsal cannot show of objects that came back: what would act on them is not there. */
const LIMITS: ReadonlyArray<
  readonly [types: readonly string[], noun: readonly [string, string], text: string]
> = [
  [
    ['{mutating,validating}webhookconfigurations.admissionregistration.k8s.io'],
    ['webhook configuration', 'webhook configurations'],
    'stored and compared, but not called: the Services do not run in a rehearsal',
  ],
  [
    ['{mutating,validating}admissionpolicies.admissionregistration.k8s.io'],
    ['admission policy', 'admission policies'],
    'stored and compared, but not applied to the other objects',
  ],
  [
    ['apiservices.apiregistration.k8s.io'],
    ['APIService', 'APIServices'],
    'stored and compared, but not served: aggregated API servers do not run in a rehearsal',
  ],
  [
    ['resourcequotas'],
    ['ResourceQuota', 'ResourceQuotas'],
    'stored and compared, but not enforced: no controller counts the objects',
  ],
  [
    ['persistentvolumeclaims'],
    ['PersistentVolumeClaim', 'PersistentVolumeClaims'],
    'compared, but not bound: an archive contains no volume data',
  ],
  [
    ['serviceaccounts'],
    ['ServiceAccount', 'ServiceAccounts'],
    'compared, but without tokens, which controllers of the cluster create',
  ],
];

const ROWS = LIMITS.map(([types, noun, text]) => ({ matches: globMatcher(types), noun, text }));

/** @param restored number of objects by type */
export function notesOf(restored: ReadonlyMap<string, number>): readonly string[] {
  return ROWS.flatMap(({ matches, noun: [one, many], text }) => {
    let objects = 0;
    for (const [type, count] of restored) if (matches(type)) objects += count;
    return objects === 0 ? [] : [`${objects} ${objects === 1 ? one : many}: ${text}`];
  });
}

import { type Fields, isFields } from '../../json/value.ts';
import { listAt, textAt, valueAt } from '../edit.ts';
import type { SkipRow } from '../rule.ts';

const OWNERS = 'https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const SLICE_MAKERS = new Set(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']);

/** Objects that a controller makes anew from what is restored. */
export const OWNED: readonly SkipRow[] = [
  {
    rule: 'owned-pod',
    types: ['pods'],
    reason: 'its controller makes it anew; restored besides, it would be one too many',
    source: OWNERS,
    skips: ({ fields }) =>
      controllerOf(fields) !== null || hasLabel(fields, 'openshift.io/deployer-pod-for.name'),
  },
  {
    rule: 'mirror-pod',
    types: ['pods'],
    reason: 'the kubelet of its node makes it from a file',
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/',
    skips: ({ fields }) => hasAnnotation(fields, 'kubernetes.io/config.mirror'),
  },
  {
    rule: 'claim-of-pod',
    types: ['persistentvolumeclaims', 'resourceclaims.resource.k8s.io'],
    reason: 'made for one pod, gone with it, and made anew for the next',
    source: 'https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/',
    skips: ({ fields }) => controllerOf(fields) === 'Pod',
  },
  {
    rule: 'owned-replicas',
    types: ['replicasets.apps', 'replicationcontrollers'],
    reason: 'its Deployment makes it anew',
    source: OWNERS,
    skips: ({ fields }) => controllerOf(fields) !== null,
  },
  {
    rule: 'job-of-cronjob',
    types: ['jobs.batch'],
    reason: 'its CronJob makes the next one when it is time',
    source: OWNERS,
    skips: ({ fields }) => controllerOf(fields) === 'CronJob',
  },
  {
    rule: 'build-of-config',
    types: ['builds.build.openshift.io'],
    reason: 'a run of its BuildConfig, which starts the next one itself',
    source:
      'https://docs.redhat.com/en/documentation/openshift_container_platform/4.15/html/builds_using_buildconfig/basic-build-operations',
    skips: ({ fields }) =>
      ownersOf(fields).some((owner) => textAt(owner, 'kind') === 'BuildConfig') ||
      hasAnnotation(fields, 'openshift.io/build-config.name'),
  },
  {
    rule: 'controller-revision',
    types: ['controllerrevisions.apps'],
    reason: 'its StatefulSet or DaemonSet makes it anew',
    source: OWNERS,
    skips: ({ fields }) => controllerOf(fields) !== null,
  },
  {
    rule: 'made-endpointslice',
    types: ['endpointslices.discovery.k8s.io'],
    reason: 'made by a controller from a Service and its pods, or from Endpoints',
    source: 'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/',
    skips: ({ fields }) => SLICE_MAKERS.has(textAt(fields, 'metadata', 'labels', MANAGED_BY) ?? ''),
  },
  {
    rule: 'endpoints-of-service',
    types: ['endpoints'],
    reason: 'made by a controller from the pods that the Service of this name selects',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/',
    skips: ({ project, name }, { archiveIndex }) => archiveIndex.selectingServices.has(`${project}/${name}`),
  },
];

/** The kind of the owner that controls an object, or null. */
export function controllerOf(fields: Fields): string | null {
  const found = ownersOf(fields).find((owner) => valueAt(owner, 'controller') === true);
  return textAt(found, 'kind');
}

function ownersOf(fields: Fields) {
  return listAt(fields, 'metadata', 'ownerReferences').filter(isFields);
}

function hasAnnotation(fields: Fields, key: string): boolean {
  return valueAt(fields, 'metadata', 'annotations', key) !== undefined;
}

function hasLabel(fields: Fields, key: string): boolean {
  return valueAt(fields, 'metadata', 'labels', key) !== undefined;
}

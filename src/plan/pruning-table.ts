import type { RuleRow } from '../json/pruning-paths.ts';

const TEMPLATED = [
  'daemonsets.apps',
  'deploymentconfigs.apps.openshift.io',
  'deployments.apps',
  'jobs.batch',
  'replicasets.apps',
  'replicationcontrollers',
  'statefulsets.apps',
];
const PVC = ['persistentvolumeclaims'];
const NULL_STAMP = 'null in older API servers, absent in newer ones';

/**
 * The fields pruned from every object of every type: bookkeeping of the server. Fields with `apart`
 * are kept in `_metadata`, in the order of these rows. `status` has no row: it is kept in `_status`.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
export const EVERYWHERE: readonly RuleRow[] = [
  { types: '*', path: 'metadata.uid', apart: true, reason: 'the API server assigns it' },
  { types: '*', path: 'metadata.selfLink', reason: 'a URL of old API servers' },
  { types: '*', path: 'metadata.resourceVersion', reason: 'changes with every write, also of status' },
  { types: '*', path: 'metadata.creationTimestamp', apart: true, reason: 'the API server assigns it' },
  { types: '*', path: 'metadata.generation', apart: true, reason: 'counts writes' },
  { types: '*', path: 'metadata.deletionTimestamp', apart: true, reason: 'a state of the old object' },
  {
    types: '*',
    path: 'metadata.deletionGracePeriodSeconds',
    apart: true,
    reason: 'a state of the old object',
  },
  {
    types: '*',
    path: 'metadata.managedFields',
    apart: true,
    reason: 'who wrote which field when; often longer than the object',
  },
];

/** Further pruned fields, per type. */
export const PER_TYPE: readonly RuleRow[] = [
  {
    types: ['services'],
    path: 'spec.clusterIP',
    unless: '"None"',
    reason: 'assigned by the cluster; None is a choice',
  },
  {
    types: ['services'],
    path: 'spec.clusterIPs',
    unless: '["None"]',
    reason: 'belongs to clusterIP',
  },
  {
    types: ['configmaps', 'endpoints'],
    path: 'metadata.annotations[control-plane.alpha.kubernetes.io/leader]',
    reason: 'a leader election, renewed every few seconds',
  },
  {
    types: ['endpoints'],
    path: 'metadata.annotations[endpoints.kubernetes.io/last-change-trigger-time]',
    reason: 'a time stamp of the controller',
  },
  {
    types: ['deploymentconfigs.apps.openshift.io'],
    path: 'spec.triggers[*].imageChangeParams.lastTriggeredImage',
    reason: 'the image that was deployed last, not the one to deploy',
  },
  {
    types: ['buildconfigs.build.openshift.io'],
    path: 'spec.triggers[*].imageChange.lastTriggeredImageID',
    reason: 'the image that was built last, not the one to build on',
  },
  {
    types: ['buildconfigs.build.openshift.io'],
    path: 'spec.triggers[*].imageChange.lastTriggeredImage',
    reason: 'the same, in the spelling of some clients',
  },
  {
    types: ['imagestreams.image.openshift.io'],
    path: 'metadata.annotations[openshift.io/image.dockerRepositoryCheck]',
    reason: 'when the registry was last queried',
  },
  {
    types: ['imagestreams.image.openshift.io'],
    path: 'spec.tags[*].generation',
    reason: 'counts imports',
  },
  { types: TEMPLATED, path: 'spec.template.metadata.creationTimestamp', only: 'null', reason: NULL_STAMP },
  { types: ['podtemplates'], path: 'template.metadata.creationTimestamp', only: 'null', reason: NULL_STAMP },
  {
    types: ['cronjobs.batch'],
    path: 'spec.jobTemplate.metadata.creationTimestamp',
    only: 'null',
    reason: NULL_STAMP,
  },
  {
    types: ['cronjobs.batch'],
    path: 'spec.jobTemplate.spec.template.metadata.creationTimestamp',
    only: 'null',
    reason: NULL_STAMP,
  },
  {
    types: ['statefulsets.apps'],
    path: 'spec.volumeClaimTemplates[*].metadata.creationTimestamp',
    only: 'null',
    reason: NULL_STAMP,
  },
];

/** The fields that bind a claim to its volume: pruned from its manifest, kept in `_bound/`. */
export const BINDING: readonly RuleRow[] = [
  { types: PVC, path: 'spec.volumeName', reason: 'the volume it was bound to' },
  ...[
    'pv.kubernetes.io/bind-completed',
    'pv.kubernetes.io/bound-by-controller',
    'volume.beta.kubernetes.io/storage-provisioner',
    'volume.kubernetes.io/storage-provisioner',
    'volume.kubernetes.io/selected-node',
  ].map((key) => ({
    types: PVC,
    path: `metadata.annotations[${key}]`,
    reason: 'set when the claim was bound',
  })),
];

import type { RuleRow } from '../snapshot/rules.ts';

const JOBS = ['jobs.batch'];
const OWN_UID = 'the uid of this very Job, as a label';

/**
 * What changes without anybody having changed anything, or repeats what other fields
 * tell: left out of a comparison unless asked for. (What is noise in every respect is
 * not in the archive at all, see housekeeping.ts; the status stands apart in it.)
 */
export const NOISE: readonly RuleRow[] = [
  {
    types: '*',
    path: 'metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]',
    reason: 'a copy of what was applied last; whatever of it took effect stands in the fields themselves',
  },
  {
    types: '*',
    path: 'metadata.annotations[deployment.kubernetes.io/revision]',
    reason: 'counts rollouts',
  },
  {
    types: '*',
    path: 'metadata.annotations[deployment.kubernetes.io/revision-history]',
    reason: 'counts rollbacks',
  },
  {
    types: ['daemonsets.apps'],
    path: 'metadata.annotations[deprecated.daemonset.template.generation]',
    reason: 'counts rollouts',
  },
  { types: '*', path: 'metadata.labels[pod-template-hash]', reason: 'a hash of the template' },
  { types: '*', path: 'metadata.labels[controller-revision-hash]', reason: 'a hash of the template' },
  { types: '*', path: 'metadata.labels[pod-template-generation]', reason: 'counts rollouts' },
  {
    types: '*',
    path: 'metadata.ownerReferences[*].uid',
    reason: 'given anew by the server; kind and name tell the owner',
  },
  ...['controller-uid', 'batch.kubernetes.io/controller-uid'].flatMap((label) => [
    { types: JOBS, path: `metadata.labels[${label}]`, reason: OWN_UID },
    { types: JOBS, path: `spec.selector.matchLabels[${label}]`, reason: OWN_UID },
    { types: JOBS, path: `spec.template.metadata.labels[${label}]`, reason: OWN_UID },
  ]),
  { types: ['persistentvolumes'], path: 'spec.claimRef.uid', reason: 'given anew by the server' },
  { types: ['persistentvolumes'], path: 'spec.claimRef.resourceVersion', reason: 'changes with every write' },
  {
    types: ['serviceaccounts', 'secrets'],
    path: 'metadata.annotations[openshift.io/internal-registry-pull-secret-ref]',
    reason: 'names a generated Secret, which OpenShift makes anew',
  },
  {
    types: ['pods'],
    path: 'metadata.annotations[k8s.v1.cni.cncf.io/network-status]',
    reason: 'a status: the addresses that the network gave',
  },
  {
    types: ['pods'],
    path: 'metadata.annotations[k8s.ovn.org/pod-networks]',
    reason: 'a status: the addresses that the network gave',
  },
];

/** A label that marks objects which a controller derives from others, without owning them. */
export const DERIVED_BY = [
  {
    label: 'endpoints.kubernetes.io/managed-by',
    reason: "the addresses of a Service's pods, kept by the endpoints controller",
  },
  {
    label: 'ipaddress.kubernetes.io/managed-by',
    reason: "the address of a Service, kept by the server's own allocator",
  },
] as const;

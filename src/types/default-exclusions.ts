/** A type that is excluded unless requested: it mirrors other types, or contains no configuration. */
export interface Exclusion {
  /** A glob over full type names. */
  readonly pattern: string;
  readonly reason: string;
}

/** `--include` adds the named ones, `--include-default-excluded` all of them. */
export const DEFAULT_EXCLUSIONS: readonly Exclusion[] = [
  { pattern: 'events', reason: 'a log of what happened, which expires after an hour' },
  { pattern: 'events.events.k8s.io', reason: 'the same events in another API group' },
  { pattern: 'componentstatuses', reason: 'a health report, deprecated since 1.19' },
  { pattern: '*.metrics.k8s.io', reason: 'current measurements' },
  { pattern: '*.custom.metrics.k8s.io', reason: 'current measurements' },
  { pattern: '*.external.metrics.k8s.io', reason: 'current measurements' },
  { pattern: 'leases.coordination.k8s.io', reason: 'heartbeats, renewed every few seconds' },
  { pattern: 'leasecandidates.coordination.k8s.io', reason: 'heartbeats, renewed every few seconds' },
  { pattern: 'endpointslices.discovery.k8s.io', reason: 'created by a controller from Services and Pods' },
  { pattern: 'imagestreamtags.image.openshift.io', reason: 'mirrors imagestreams' },
  { pattern: 'imagetags.image.openshift.io', reason: 'mirrors imagestreams' },
  {
    pattern: 'clusterroles.authorization.openshift.io',
    reason: 'mirrors clusterroles.rbac.authorization.k8s.io',
  },
  {
    pattern: 'clusterrolebindings.authorization.openshift.io',
    reason: 'mirrors clusterrolebindings.rbac.authorization.k8s.io',
  },
  { pattern: 'roles.authorization.openshift.io', reason: 'mirrors roles.rbac.authorization.k8s.io' },
  {
    pattern: 'rolebindings.authorization.openshift.io',
    reason: 'mirrors rolebindings.rbac.authorization.k8s.io',
  },
  { pattern: 'projects.project.openshift.io', reason: 'mirrors namespaces' },
  {
    pattern: 'appliedclusterresourcequotas.quota.openshift.io',
    reason: 'mirrors clusterresourcequotas',
  },
  {
    pattern: 'projectrequests.project.openshift.io',
    reason: 'request-only: it creates projects, and stores no objects',
  },
  {
    pattern: 'oauthaccesstokens.oauth.openshift.io',
    reason: 'a login token, which expires after a day and is as sensitive as a password',
  },
  { pattern: 'oauthauthorizetokens.oauth.openshift.io', reason: 'a login in progress' },
  { pattern: 'useroauthaccesstokens.oauth.openshift.io', reason: 'mirrors oauthaccesstokens' },
  {
    pattern: 'packagemanifests.packages.operators.coreos.com',
    reason: 'the catalog of installable operators',
  },
];

/**
 * All types that a group is known to have, where each of them has a row of its own above. A group whose server is
 * down can only be named as a whole: it cannot fail what is left out anyway. A group with any type that is backed up
 * (authorization.openshift.io has rolebindingrestrictions) does not stand here.
 */
export const TYPES_OF_GROUP: Readonly<Record<string, readonly string[]>> = {
  'project.openshift.io': ['projects', 'projectrequests'],
  'packages.operators.coreos.com': ['packagemanifests'],
};

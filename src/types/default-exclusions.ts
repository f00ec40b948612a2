/** A type that is left out unless somebody asks for it: it mirrors others, or is no configuration at all. */
export interface Exclusion {
  /** A glob over full type names. */
  readonly pattern: string;
  readonly reason: string;
}

/** `--include` adds those that it names, `--include-default-excluded` all of them. */
export const DEFAULT_EXCLUSIONS: readonly Exclusion[] = [
  { pattern: 'events', reason: 'a log of what happened, gone after an hour' },
  { pattern: 'events.events.k8s.io', reason: 'the same events once more' },
  { pattern: 'componentstatuses', reason: 'a health report, deprecated since 1.19' },
  { pattern: '*.metrics.k8s.io', reason: 'measurements of this moment' },
  { pattern: '*.custom.metrics.k8s.io', reason: 'measurements of this moment' },
  { pattern: '*.external.metrics.k8s.io', reason: 'measurements of this moment' },
  { pattern: 'leases.coordination.k8s.io', reason: 'heartbeats, renewed every few seconds' },
  { pattern: 'leasecandidates.coordination.k8s.io', reason: 'heartbeats, renewed every few seconds' },
  { pattern: 'endpointslices.discovery.k8s.io', reason: 'made by a controller from Services and Pods' },
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
    reason: 'mirrors clusterresourcequotas; its objects have no namespace of their own',
  },
  {
    pattern: 'projectrequests.project.openshift.io',
    reason: 'a way to ask for a project; what lists as such is no list',
  },
  {
    pattern: 'oauthaccesstokens.oauth.openshift.io',
    reason: 'a log-in, gone after a day, and as good as a password',
  },
  { pattern: 'oauthauthorizetokens.oauth.openshift.io', reason: 'a log-in that is under way' },
  { pattern: 'useroauthaccesstokens.oauth.openshift.io', reason: 'mirrors oauthaccesstokens' },
  {
    pattern: 'packagemanifests.packages.operators.coreos.com',
    reason: 'the catalogue of installable operators',
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

import type { ReachRow } from './reach.ts';

const DOCS = 'https://kubernetes.io/docs/';

/** Types that projects use by name and that do not affect others, or that have their own rows. */
const OF_USE = [
  '*classes.*',
  'cluster*templates.*',
  'clusterissuers.cert-manager.io',
  '{clustertasks.tekton.dev,clustertriggerbindings.triggers.tekton.dev}',
  'virtualmachinecluster{instancetypes,preferences}.instancetype.kubevirt.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'namespaces',
  'persistentvolumes',
  '{clusterroles,clusterrolebindings}.rbac.authorization.k8s.io',
  'securitycontextconstraints.security.openshift.io',
  '{mutating,validating}webhookconfigurations.admissionregistration.k8s.io',
  'apiservices.apiregistration.k8s.io',
];

const OF_ALL_PROJECTS: readonly ReachRow[] = [
  withheld(
    '*.{config,operator,machineconfiguration,machine,apiserver,console}.openshift.io',
    'configuration of the cluster and its machines',
    'https://docs.okd.io/latest/post_installation_configuration/cluster-tasks.html',
  ),
  withheld(
    '*.{user,oauth}.openshift.io',
    'users, groups and log-ins of the cluster',
    'https://docs.okd.io/latest/authentication/understanding-authentication.html',
  ),
  withheld(
    '{mutating,validating}admissionpolic*.admissionregistration.k8s.io',
    'an admission policy for all projects',
    `${DOCS}reference/access-authn-authz/validating-admission-policy/`,
  ),
  withheld(
    '*.{constraints,templates,config,mutations}.gatekeeper.sh',
    'an admission policy for all projects',
    'https://open-policy-agent.github.io/gatekeeper/website/docs/howto/',
  ),
  withheld(
    '*.{kyverno,policies.kyverno}.io',
    'an admission policy for all projects',
    'https://kyverno.io/docs/policy-types/',
  ),
  withheld(
    '*.flowcontrol.apiserver.k8s.io',
    'which requests to the API server wait for others',
    `${DOCS}concepts/cluster-administration/flow-control/`,
  ),
  withheld(
    'clustertrustbundles.certificates.k8s.io',
    'certificates that pods of all projects trust',
    `${DOCS}reference/access-authn-authz/certificate-signing-requests/#cluster-trust-bundles`,
  ),
  withheld(
    '{adminnetworkpolicies,baselineadminnetworkpolicies,clusternetworkpolicies}.policy.networking.k8s.io',
    'network policies of all projects',
    'https://network-policy-api.sigs.k8s.io/api-overview/',
  ),
  withheld(
    '*.k8s.ovn.org',
    'network settings of all projects',
    'https://docs.okd.io/latest/networking/ovn_kubernetes_network_provider/about-ovn-kubernetes.html',
  ),
];

/**
 * Cluster-scoped objects that are restored because an object of a project refers to them. Any field with `kind` and
 * `name` is such a reference, so that an archive can include any of them; what their controllers do is unknown.
 */
export const CLUSTER_OBJECTS: readonly ReachRow[] = [
  ...OF_ALL_PROJECTS,
  {
    rule: 'reach-cluster-object',
    types: ['*'],
    except: [...OF_USE, ...OF_ALL_PROJECTS.flatMap(({ types }) => types)],
    isClusterScoped: true,
    action: 'reported',
    description: 'any other cluster-scoped object that an object of the project names',
    source: `${DOCS}concepts/overview/working-with-objects/namespaces/#not-all-objects-are-in-a-namespace`,
    reaches: () => ['an object of the whole cluster'],
  },
];

function withheld(types: string, what: string, source: string): ReachRow {
  return {
    rule: 'reach-cluster-settings',
    types: [types],
    isClusterScoped: true,
    action: 'withheld',
    description: what,
    source,
    reaches: () => [what],
  };
}

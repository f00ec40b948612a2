import { isFields, type Value } from '../../../json/value.ts';
import { edited, textAt, valueAt, withValue } from '../../edit.ts';
import type { ChangeRow, RuleContext } from '../../rule.ts';
import { type Tell, withAccounts, withProjects, withSelectors } from './project-names.ts';
import { ADMISSION_MAPPING, REFERENCE_MAPPING } from './references.ts';

const REASON = 'mapped by --map';
const POD_SPECS = ['spec', 'spec.template.spec', 'spec.jobTemplate.spec.template.spec'];
/** Each term of an (anti-)affinity selects namespaces of its own. */
const TERMS = ['podAffinity', 'podAntiAffinity'].flatMap((of) => [
  `affinity.${of}.requiredDuringSchedulingIgnoredDuringExecution[*]`,
  `affinity.${of}.preferredDuringSchedulingIgnoredDuringExecution[*].podAffinityTerm`,
]);

/** References to ServiceAccounts of a mapped project. */
const SUBJECT_MAPPING: readonly ChangeRow[] = [
  {
    rule: 'map-subjects',
    types: ['clusterrolebindings.rbac.authorization.k8s.io', 'rolebindings.rbac.authorization.k8s.io'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects',
    change: (fields, context, note) =>
      edited(fields, 'subjects[*]', (subject) => mapSubject(subject, context, note)),
    shared: { lists: ['subjects'] },
  },
  {
    rule: 'map-scc-users',
    types: ['securitycontextconstraints.security.openshift.io'],
    reason: REASON,
    source: 'https://docs.okd.io/latest/authentication/managing-security-context-constraints.html',
    change: (fields, context, note) => withAccounts(fields, context, note, ['users[*]', 'groups[*]']),
    shared: { lists: ['users', 'groups'] },
  },
  {
    rule: 'map-restrictions',
    types: ['rolebindingrestrictions.authorization.openshift.io'],
    reason: REASON,
    source:
      'https://docs.okd.io/latest/rest_api/role_apis/rolebindingrestriction-authorization-openshift-io-v1.html',
    change: (fields, context, note) => {
      const accounts = 'spec.serviceaccountrestriction';
      const paths = [`${accounts}.namespaces[*]`, `${accounts}.serviceaccounts[*].namespace`];
      const projects = withProjects(fields, context, note, paths);
      const subjects = ['spec.userrestriction.users[*]', 'spec.grouprestriction.groups[*]'];
      return withAccounts(projects, context, note, subjects);
    },
  },
  {
    rule: 'map-flow-subjects',
    types: ['flowschemas.flowcontrol.apiserver.k8s.io'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/flow-control/',
    change: (fields, context, note) => {
      const subject = 'spec.rules[*].subjects[*]';
      const projects = withProjects(fields, context, note, [`${subject}.serviceAccount.namespace`]);
      return withAccounts(projects, context, note, [`${subject}.user.name`, `${subject}.group.name`]);
    },
    // A request must match one of the rules.
    shared: { lists: ['spec.rules'] },
  },
];

/** Selectors that select a project by its name. */
const SELECTOR_MAPPING: readonly ChangeRow[] = [
  {
    rule: 'map-namespace-selector',
    types: ['networkpolicies.networking.k8s.io'],
    reason: REASON,
    source:
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name',
    change: (fields, context, note) =>
      withSelectors(fields, context, note, [
        'spec.ingress[*].from[*].namespaceSelector',
        'spec.egress[*].to[*].namespaceSelector',
      ]),
    shared: { lists: ['spec.ingress', 'spec.egress'] },
  },
  {
    rule: 'map-project-selector',
    types: [
      'clusterresourcequotas.quota.openshift.io',
      '{egressips,egressqoses}.k8s.ovn.org',
      '{adminnetworkpolicies,baselineadminnetworkpolicies}.policy.networking.k8s.io',
    ],
    reason: REASON,
    source: 'https://docs.okd.io/latest/applications/quotas/quotas-setting-across-multiple-projects.html',
    change: (fields, context, note) =>
      withSelectors(fields, context, note, [
        'spec.selector.labels',
        'spec.namespaceSelector',
        'spec.subject.namespaces',
        'spec.subject.pods.namespaceSelector',
      ]),
  },
  {
    rule: 'map-affinity',
    types: ['pods', 'replicationcontrollers', '*.apps', '*.batch', 'deploymentconfigs.apps.openshift.io'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#namespace-selector',
    change: (fields, context, note) => {
      const specs = POD_SPECS.filter((spec) => valueAt(fields, ...spec.split('.'), 'affinity') !== undefined);
      const terms = specs.flatMap((spec) => TERMS.map((term) => `${spec}.${term}`));
      const paths = terms.map((term) => `${term}.namespaces[*]`);
      const selectors = terms.map((term) => `${term}.namespaceSelector`);
      return withSelectors(withProjects(fields, context, note, paths), context, note, selectors);
    },
  },
];

/** References to a mapped project. */
export const MAPPING_RULES: readonly ChangeRow[] = [
  {
    rule: 'map-namespace',
    types: ['*'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/',
    silent: true,
    change: (fields, { item, target }) =>
      item.project === null || textAt(fields, 'metadata', 'namespace') === target(item.project)
        ? fields
        : withValue(fields, 'metadata.namespace', target(item.project)),
  },
  {
    rule: 'map-project',
    types: ['namespaces'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/reference/labels-annotations-taints/',
    silent: true,
    change: (fields, context, note) =>
      withProjects(fields, context, note, ['metadata.name', 'metadata.labels[kubernetes.io/metadata.name]']),
  },
  ...SUBJECT_MAPPING,
  ...SELECTOR_MAPPING,
  ...ADMISSION_MAPPING,
  ...REFERENCE_MAPPING,
];

function mapSubject(subject: Value, context: RuleContext, note: Tell): Value {
  if (!isFields(subject)) return subject;
  return textAt(subject, 'kind') === 'ServiceAccount'
    ? withProjects(subject, context, note, ['namespace'])
    : withAccounts(subject, context, note, ['name']);
}

import { type Fields, isFields, isList, type Value } from '../changes/value.ts';
import { edited, textAt, withValue } from './edit.ts';
import type { ChangeRow, Facts } from './rule.ts';

const REASON = 'by --map';
const RBAC = 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects';
const BINDINGS = ['clusterrolebindings.rbac.authorization.k8s.io', 'rolebindings.rbac.authorization.k8s.io'];
const WEBHOOKS = ['mutating', 'validating'].map(
  (kind) => `${kind}webhookconfigurations.admissionregistration.k8s.io`,
);
const GROUP = 'system:serviceaccounts:';
const USER = 'system:serviceaccount:';

/** Where objects name a project that comes back under another name. */
export const MAPPING_RULES: readonly ChangeRow[] = [
  {
    rule: 'map-namespace',
    types: ['*'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/',
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
    source: 'https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name',
    silent: true,
    change: (fields, facts) =>
      mapped(fields, facts, 'metadata.name', 'metadata.labels[kubernetes.io/metadata.name]'),
  },
  {
    rule: 'map-subjects',
    types: BINDINGS,
    reason: REASON,
    source: RBAC,
    change: (fields, facts, note) =>
      edited(fields, 'subjects[*]', (subject) =>
        isFields(subject) ? mapSubject(subject, facts, note) : subject,
      ),
  },
  {
    rule: 'map-scc-users',
    types: ['securitycontextconstraints.security.openshift.io'],
    reason: REASON,
    source:
      'https://docs.openshift.com/container-platform/latest/authentication/managing-security-context-constraints.html',
    change: (fields, facts, note) =>
      ['users[*]', 'groups[*]'].reduce(
        (left, path) => edited(left, path, (name) => told(name, mapName(name, facts), note)),
        fields,
      ),
  },
  {
    rule: 'map-webhook',
    types: WEBHOOKS,
    reason: REASON,
    source:
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference',
    change: (fields, facts) => mapped(fields, facts, 'webhooks[*].clientConfig.service.namespace'),
  },
  {
    rule: 'map-api-service',
    types: ['apiservices.apiregistration.k8s.io'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/',
    change: (fields, facts) => mapped(fields, facts, 'spec.service.namespace'),
  },
  {
    rule: 'map-conversion-webhook',
    types: ['customresourcedefinitions.apiextensions.k8s.io'],
    reason: REASON,
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/',
    change: (fields, facts) =>
      mapped(fields, facts, 'spec.conversion.webhook.clientConfig.service.namespace'),
  },
  {
    rule: 'map-claim-ref',
    types: ['persistentvolumes'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume',
    change: (fields, facts) => mapped(fields, facts, 'spec.claimRef.namespace'),
  },
  {
    rule: 'map-endpoint-targets',
    types: ['endpoints', 'endpointslices.discovery.k8s.io'],
    reason: REASON,
    source: 'https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoints-v1/',
    change: (fields, facts) =>
      mapped(
        fields,
        facts,
        'subsets[*].addresses[*].targetRef.namespace',
        'subsets[*].notReadyAddresses[*].targetRef.namespace',
        'endpoints[*].targetRef.namespace',
      ),
  },
  {
    rule: 'map-namespace-selector',
    types: ['networkpolicies.networking.k8s.io'],
    reason: REASON,
    source:
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name',
    change: (fields, facts) =>
      mapped(
        fields,
        facts,
        ...['spec.ingress[*].from[*]', 'spec.egress[*].to[*]'].map(
          (peer) => `${peer}.namespaceSelector.matchLabels[kubernetes.io/metadata.name]`,
        ),
      ),
  },
];

/** Fields whose texts at these paths are projects, each as it is called now. */
function mapped(fields: Fields, { target }: Facts, ...paths: readonly string[]): Fields {
  return paths.reduce(
    (left, path) => edited(left, path, (name) => (typeof name === 'string' ? target(name) : name)),
    fields,
  );
}

function mapSubject(subject: Fields, facts: Facts, note: (what: string) => void): Fields {
  const path = textAt(subject, 'kind') === 'ServiceAccount' ? 'namespace' : 'name';
  return edited(subject, path, (before) =>
    told(before, path === 'namespace' ? mapText(before, facts) : mapName(before, facts), note),
  );
}

function mapText(name: Value, { target }: Facts): Value {
  return typeof name === 'string' ? target(name) : name;
}

/** Groups and users that the server makes of ServiceAccounts: `system:serviceaccount:shop:web`. */
function mapName(name: Value, { target }: Facts): Value {
  if (typeof name !== 'string') return name;
  if (name.startsWith(GROUP)) return GROUP + target(name.slice(GROUP.length));
  if (!name.startsWith(USER)) return name;
  const [project = '', ...account] = name.slice(USER.length).split(':');
  return [USER + target(project), ...account].join(':');
}

function told(before: Value, after: Value, note: (what: string) => void): Value {
  if (after !== before && !isList(after)) note(`${before} → ${after}`);
  return after;
}

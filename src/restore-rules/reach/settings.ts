import { type Fields, isFields, type Value } from '../../json/value.ts';
import { keepingValues, labelPath, listAt, textAt, valueAt, without } from '../edit.ts';
import type { ReachRow } from './reach.ts';

const DOCS = 'https://kubernetes.io/docs/';

/** Other settings that concern all projects or the nodes: webhooks, APIs, default classes, node paths, labels of projects. */
export const SETTINGS: readonly ReachRow[] = [
  {
    rule: 'reach-conversion',
    types: ['customresourcedefinitions.apiextensions.k8s.io'],
    action: 'withheld',
    description: 'a CRD whose conversion webhook is outside of the restored projects',
    source: `${DOCS}tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-conversion`,
    reaches: (fields, { isRestored }) => {
      if (textAt(fields, 'spec', 'conversion', 'strategy') !== 'Webhook') return [];
      const client = valueAt(fields, 'spec', 'conversion', 'webhook', 'clientConfig');
      const project = textAt(client, 'service', 'namespace');
      return project !== null && isRestored(project)
        ? []
        : [`objects are converted by ${clientText(client)}`];
    },
  },
  {
    rule: 'reach-webhook',
    types: ['{mutating,validating}webhookconfigurations.admissionregistration.k8s.io'],
    action: 'withheld',
    description: 'an admission webhook sees, changes and refuses objects of all projects',
    source: `${DOCS}reference/access-authn-authz/extensible-admission-controllers/`,
    reaches: (fields) => [
      ...new Set(
        listAt(fields, 'webhooks').map(
          (webhook) => `sends requests to ${clientText(valueAt(webhook, 'clientConfig'))}`,
        ),
      ),
    ],
  },
  {
    rule: 'reach-api',
    types: ['apiservices.apiregistration.k8s.io'],
    action: 'withheld',
    description: 'an APIService answers for an API group in the whole cluster',
    source: `${DOCS}tasks/extend-kubernetes/configure-aggregation-layer/`,
    reaches: (fields) => {
      const service = valueAt(fields, 'spec', 'service');
      const name = `${textAt(fields, 'spec', 'version')}.${textAt(fields, 'spec', 'group')}`;
      return isFields(service) ? [`${name} is served by ${serviceText(service)}`] : [];
    },
  },
  {
    rule: 'reach-node-path',
    types: ['persistentvolumes'],
    action: 'withheld',
    description: 'a volume that is a path of a node',
    source: `${DOCS}concepts/storage/volumes/#hostpath`,
    reaches: (fields) =>
      ['hostPath', 'local'].flatMap((source) => {
        const path = textAt(fields, 'spec', source, 'path');
        return path === null ? [] : [`${source} ${path}`];
      }),
  },
  ...[
    defaultClass('storageclasses.storage.k8s.io', [
      'storageclass.kubernetes.io/is-default-class',
      'storageclass.beta.kubernetes.io/is-default-class',
    ]),
    defaultClass('ingressclasses.networking.k8s.io', ['ingressclass.kubernetes.io/is-default-class']),
    defaultClass('volumesnapshotclasses.snapshot.storage.k8s.io', [
      'snapshot.storage.kubernetes.io/is-default-class',
    ]),
  ],
  {
    rule: 'reach-default-priority',
    types: ['priorityclasses.scheduling.k8s.io'],
    action: 'trimmed',
    description: 'a PriorityClass that is the default of the cluster',
    source: `${DOCS}concepts/scheduling-eviction/pod-priority-preemption/#priorityclass`,
    reaches: (fields) =>
      fields.get('globalDefault') === true ? ['globalDefault, the priority of all pods without a class'] : [],
    trim: (fields) => without(fields, 'globalDefault'),
    keep: (trimmed, live) => keepingValues(trimmed, live, ['globalDefault']),
  },
  namespaceLabel(
    'pod-security.kubernetes.io/enforce',
    (value) => value === 'privileged',
    'Pod Security of the project is privileged: its pods may reach the node',
    `${DOCS}concepts/security/pod-security-standards/#privileged`,
    ['pod-security.kubernetes.io/enforce-version'],
  ),
  namespaceLabel(
    'openshift.io/run-level',
    (value) => value !== '',
    'run level of the project: its pods are admitted without SCCs',
    'https://docs.okd.io/latest/authentication/managing-security-context-constraints.html',
  ),
  namespaceLabel(
    'admission.gatekeeper.sh/ignore',
    () => true,
    'the project is exempt from the policies of Gatekeeper',
    'https://open-policy-agent.github.io/gatekeeper/website/docs/exempt-namespaces/',
  ),
  {
    rule: 'reach-operator-group',
    types: ['operatorgroups.operators.coreos.com'],
    action: 'reported',
    description: 'an OperatorGroup that lets operators of the project act in other projects',
    source: 'https://olm.operatorframework.io/docs/concepts/crds/operatorgroup/',
    reaches: (fields, { isRestored }) => {
      const targets = listAt(fields, 'spec', 'targetNamespaces').filter((name) => typeof name === 'string');
      if (targets.length === 0)
        return ['its operators act in all projects, or in those that a selector matches'];
      const others = targets.filter((name) => !isRestored(name));
      return others.length === 0 ? [] : [`its operators act in ${others.join(', ')}`];
    },
  },
];

function defaultClass(type: string, annotations: readonly string[]): ReachRow {
  const paths = annotations.map((key) => `metadata.annotations[${key}]`);
  return {
    rule: 'reach-default-class',
    types: [type],
    action: 'trimmed',
    description: 'a class that is the default of the cluster',
    source: `${DOCS}concepts/storage/storage-classes/#default-storageclass`,
    reaches: (fields) =>
      annotations.some((key) => textAt(fields, 'metadata', 'annotations', key) === 'true')
        ? ['the default class of the cluster']
        : [],
    trim: (fields) => without(fields, ...paths),
    keep: (trimmed, live) => keepingValues(trimmed, live, paths),
  };
}

/** @param besides labels that have no effect without the first */
function namespaceLabel(
  label: string,
  reaches: (value: string) => boolean,
  description: string,
  source: string,
  besides: readonly string[] = [],
): ReachRow {
  const paths = [label, ...besides].map(labelPath);
  return {
    rule: 'reach-namespace-label',
    types: ['namespaces'],
    action: 'trimmed',
    description,
    source,
    reaches: (fields) => {
      const value = textAt(fields, 'metadata', 'labels', label);
      return value !== null && reaches(value) ? [`label ${label}=${value}`] : [];
    },
    trim: (fields) => without(fields, ...paths),
    keep: (trimmed, live) => keepingValues(trimmed, live, paths),
  };
}

/** `shop/hook:443/convert`, or the URL. */
function clientText(client: Value | undefined): string {
  const service = valueAt(client, 'service');
  return isFields(service)
    ? `Service ${serviceText(service)}`
    : (textAt(client, 'url') ?? 'an unknown address');
}

function serviceText(service: Fields): string {
  return `${textAt(service, 'namespace')}/${textAt(service, 'name')}${textAt(service, 'path') ?? ''}`;
}

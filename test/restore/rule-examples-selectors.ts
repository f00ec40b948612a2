import type { JsonObject } from '../support/kube-object.ts';
import {
  type ChangeExample,
  containers,
  MAPPED,
  NEW,
  OLD,
  object,
  once,
  selector,
  template,
} from './rule-objects.ts';

const NAME = 'kubernetes.io/metadata.name';
const ADMISSION = 'admissionregistration.k8s.io';
const RULE = {
  apiGroups: ['none.example.com'],
  apiVersions: ['v1'],
  resources: ['none'],
  operations: ['CREATE'],
};
const labelled = (project: string) => ({ matchLabels: { [NAME]: project } });
const listed = (...values: string[]) => ({ matchExpressions: [{ key: NAME, operator: 'NotIn', values }] });
const global = (kind: string, name: string, body: JsonObject) =>
  object(`${ADMISSION}/v1`, kind, name, body, {}, null);
const webhook = (namespaceSelector: JsonObject) => ({
  webhooks: [
    {
      name: 'hook.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      namespaceSelector,
      rules: [RULE],
      clientConfig: { url: 'https://192.0.2.1/hook' },
    },
  ],
});
const near = (project: string) => [
  { topologyKey: 'zone', labelSelector: selector, namespaces: [project, 'other'] },
  { topologyKey: 'zone', labelSelector: selector, namespaceSelector: listed(project) },
];
const away = (project: string) => ({
  spec: {
    containers,
    affinity: {
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: near(project) },
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: near(project).map((podAffinityTerm) => ({
          weight: 1,
          podAffinityTerm,
        })),
      },
    },
  },
});
const term = (spec: readonly string[], index: number) => [
  ...spec,
  'affinity',
  'podAffinity',
  'requiredDuringSchedulingIgnoredDuringExecution',
  index,
];
const IN_TEMPLATE = ['spec', 'template', 'spec'];
const preferred = [
  ...IN_TEMPLATE,
  'affinity',
  'podAntiAffinity',
  'preferredDuringSchedulingIgnoredDuringExecution',
];
const peers = (project: string) => ({
  podSelector: {},
  ingress: [{ from: [{ namespaceSelector: labelled(project) }] }],
  egress: [{ to: [{ namespaceSelector: listed(project, 'other') }] }],
  policyTypes: ['Ingress', 'Egress'],
});

export const SELECTORS_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'map-namespace-selector',
    type: 'networkpolicies.networking.k8s.io',
    options: MAPPED,
    object: object('networking.k8s.io/v1', 'NetworkPolicy', 'own', { spec: peers(OLD) }),
    without: [['spec'], peers(OLD)],
    with: [[['spec'], peers(NEW)]],
  },
  {
    rule: 'map-affinity',
    type: 'deployments.apps',
    options: MAPPED,
    object: object('apps/v1', 'Deployment', 'near', {
      spec: { selector, template: { ...template, ...away(OLD) } },
    }),
    without: [
      [...term(IN_TEMPLATE, 0), 'namespaces'],
      [OLD, 'other'],
    ],
    with: [
      [
        [...term(IN_TEMPLATE, 0), 'namespaces'],
        [NEW, 'other'],
      ],
      [[...term(IN_TEMPLATE, 1), 'namespaceSelector'], listed(NEW)],
      [
        [...preferred, 0, 'podAffinityTerm', 'namespaces'],
        [NEW, 'other'],
      ],
      [[...preferred, 1, 'podAffinityTerm', 'namespaceSelector'], listed(NEW)],
    ],
  },
  {
    rule: 'map-affinity',
    type: 'cronjobs.batch',
    options: MAPPED,
    object: object('batch/v1', 'CronJob', 'near', {
      spec: {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: { spec: { ...once.spec, ...away(OLD).spec } } } },
      },
    }),
    without: [
      [...term(['spec', 'jobTemplate', ...IN_TEMPLATE], 0), 'namespaces'],
      [OLD, 'other'],
    ],
    with: [
      [
        [...term(['spec', 'jobTemplate', ...IN_TEMPLATE], 0), 'namespaces'],
        [NEW, 'other'],
      ],
    ],
  },
  ...['Mutating', 'Validating'].map(
    (kind): ChangeExample => ({
      rule: 'map-webhook-selector',
      type: `${kind.toLowerCase()}webhookconfigurations.${ADMISSION}`,
      options: MAPPED,
      object: global(`${kind}WebhookConfiguration`, 'selecting', webhook(labelled(OLD))),
      without: [['webhooks', 0, 'namespaceSelector'], labelled(OLD)],
      with: [[['webhooks', 0, 'namespaceSelector'], labelled(NEW)]],
    }),
  ),
  {
    rule: 'map-policy-selector',
    type: `validatingadmissionpolicies.${ADMISSION}`,
    options: MAPPED,
    object: global('ValidatingAdmissionPolicy', 'selecting', {
      spec: {
        matchConstraints: { namespaceSelector: listed(OLD), resourceRules: [RULE] },
        validations: [{ expression: 'true' }],
      },
    }),
    without: [['spec', 'matchConstraints', 'namespaceSelector'], listed(OLD)],
    with: [[['spec', 'matchConstraints', 'namespaceSelector'], listed(NEW)]],
  },
  {
    rule: 'map-policy-binding',
    type: `validatingadmissionpolicybindings.${ADMISSION}`,
    options: MAPPED,
    object: global('ValidatingAdmissionPolicyBinding', 'selecting', {
      spec: {
        policyName: 'selecting',
        validationActions: ['Warn'],
        paramRef: { name: 'limits', namespace: OLD, parameterNotFoundAction: 'Allow' },
        matchResources: { namespaceSelector: listed(OLD) },
      },
    }),
    without: [['spec', 'matchResources', 'namespaceSelector'], listed(OLD)],
    with: [
      [['spec', 'matchResources', 'namespaceSelector'], listed(NEW)],
      [['spec', 'paramRef', 'namespace'], NEW],
    ],
  },
];

import { annotated, type ChangeExample, object, service, UID } from './rule-objects.ts';

const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const MCS = 'openshift.io/sa.scc.mcs';
const TARGET = { kind: 'Pod', name: 'web-0', namespace: 'rules-old' };
const SYNC = 'security.openshift.io/scc.podSecurityLabelSync';
const LEVEL = 'security.openshift.io/MinimallySufficientPodSecurityStandard';
const PRESERVE = 'x-kubernetes-preserve-unknown-fields';

export const SERVER_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'server-metadata',
    type: 'configmaps',
    object: object(
      'v1',
      'ConfigMap',
      'versioned',
      { data: { a: '1' } },
      { resourceVersion: '7', uid: UID, generation: 9 },
    ),
    without: /resourceVersion should not be set/,
    with: [[['data', 'a'], '1']],
  },
  {
    rule: 'status',
    // A build that has not finished starts again, and its type has no status subresource.
    type: 'builds.build.openshift.io',
    object: object('build.openshift.io/v1', 'Build', 'with-status', {
      spec: {},
      status: { phase: 'Running' },
    }),
    without: [['status', 'phase'], 'Running'],
    with: [[['status'], undefined]],
  },
  {
    rule: 'deletion-finalizer',
    type: 'configmaps',
    object: object(
      'v1',
      'ConfigMap',
      'in-deletion',
      {},
      { finalizers: ['foregroundDeletion', 'example.com/own'] },
    ),
    without: [['metadata', 'finalizers', 0], 'foregroundDeletion'],
    with: [[['metadata', 'finalizers'], ['example.com/own']]],
  },
  {
    rule: 'housekeeping',
    type: 'configmaps',
    object: object('v1', 'ConfigMap', 'leader', {}, annotated({ [LEADER]: '{"holderIdentity":"gone"}' })),
    without: [['metadata', 'annotations', LEADER], '{"holderIdentity":"gone"}'],
    with: [[['metadata', 'annotations'], undefined]],
  },
  {
    rule: 'scc-range',
    type: 'namespaces',
    object: object(
      'v1',
      'Namespace',
      'rules-ranges',
      {},
      annotated({ [MCS]: 's0:c1,c0', team: 'shop' }),
      null,
    ),
    without: [['metadata', 'annotations', MCS], 's0:c1,c0'],
    with: [[['metadata', 'annotations'], { team: 'shop' }]],
  },
  {
    rule: 'reference-identity',
    type: 'endpoints',
    object: object('v1', 'Endpoints', 'by-hand', {
      subsets: [
        { addresses: [{ ip: '192.0.2.1', targetRef: { ...TARGET, uid: UID, resourceVersion: '7' } }] },
      ],
    }),
    without: [['subsets', 0, 'addresses', 0, 'targetRef', 'uid'], UID],
    with: [[['subsets', 0, 'addresses', 0, 'targetRef'], TARGET]],
  },
  {
    rule: 'controller-note',
    type: 'services',
    object: service(
      'signed',
      {},
      annotated({ 'service.beta.openshift.io/serving-cert-signed-by': 'signer@1700000000', team: 'shop' }),
    ),
    without: [
      ['metadata', 'annotations', 'service.beta.openshift.io/serving-cert-signed-by'],
      'signer@1700000000',
    ],
    with: [[['metadata', 'annotations'], { team: 'shop' }]],
  },
  {
    rule: 'pod-security-sync',
    type: 'namespaces',
    object: object(
      'v1',
      'Namespace',
      'rules-synced',
      {},
      {
        labels: { [SYNC]: 'true', 'pod-security.kubernetes.io/audit': 'baseline', team: 'shop' },
        annotations: { [LEVEL]: 'baseline' },
      },
      null,
    ),
    without: [['metadata', 'labels', 'pod-security.kubernetes.io/audit'], 'baseline'],
    with: [
      [['metadata', 'labels', 'team'], 'shop'],
      [['metadata', 'labels', 'pod-security.kubernetes.io/audit'], undefined],
      [['metadata', 'annotations'], undefined],
    ],
  },
  {
    rule: 'definition-unknown-fields',
    type: 'customresourcedefinitions.apiextensions.k8s.io',
    object: object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'olds.example.com',
      {
        spec: {
          group: 'example.com',
          scope: 'Namespaced',
          preserveUnknownFields: true,
          names: { plural: 'olds', kind: 'Old', singular: 'old', listKind: 'OldList' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: {
                openAPIV3Schema: { properties: { spec: { properties: { a: { type: 'string' } } } } },
              },
            },
          ],
        },
      },
      {},
      null,
    ),
    without: /preserveUnknownFields/,
    with: [
      [
        ['spec', 'versions', 0, 'schema', 'openAPIV3Schema'],
        {
          type: 'object',
          [PRESERVE]: true,
          properties: { spec: { type: 'object', [PRESERVE]: true, properties: { a: { type: 'string' } } } },
        },
      ],
    ],
  },
  {
    rule: 'webhook-side-effects',
    type: 'validatingwebhookconfigurations.admissionregistration.k8s.io',
    object: object(
      'admissionregistration.k8s.io/v1',
      'ValidatingWebhookConfiguration',
      'old',
      {
        webhooks: [
          {
            name: 'old.example.com',
            admissionReviewVersions: ['v1beta1'],
            sideEffects: 'Unknown',
            failurePolicy: 'Ignore',
            rules: [
              {
                apiGroups: ['none.example.com'],
                apiVersions: ['v1'],
                resources: ['none'],
                operations: ['CREATE'],
              },
            ],
            clientConfig: { url: 'https://192.0.2.1/hook' },
          },
        ],
      },
      {},
      null,
    ),
    without: /sideEffects: Unsupported value: "Unknown"/,
    with: [[['webhooks', 0, 'sideEffects'], 'NoneOnDryRun']],
  },
];

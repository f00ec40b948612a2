import { annotated, type ChangeExample, object, once, pod, UID } from './rule-objects.ts';

const LABEL = 'batch.kubernetes.io/controller-uid';
const TOKEN_MOUNT = {
  name: 'kube-api-access-old00',
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
};
const PULL_REF = 'openshift.io/internal-registry-pull-secret-ref';

export const WORKLOADS_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'job-selector',
    type: 'jobs.batch',
    object: object('batch/v1', 'Job', 'once', {
      spec: {
        selector: { matchLabels: { [LABEL]: UID } },
        template: { ...once, metadata: { labels: { [LABEL]: UID, 'controller-uid': UID, app: 'x' } } },
      },
    }),
    without: /selector.*not auto-generated/,
    with: [[['spec', 'template', 'metadata', 'labels', 'app'], 'x']],
  },
  {
    rule: 'pod-node',
    type: 'pods',
    object: pod('on-node', { nodeName: 'node-gone' }),
    without: [['spec', 'nodeName'], 'node-gone'],
    with: [[['spec', 'nodeName'], undefined]],
  },
  {
    rule: 'pod-token',
    type: 'pods',
    object: pod('with-token', {
      containers: [{ name: 'main', image: 'main:1', volumeMounts: [TOKEN_MOUNT] }],
      volumes: [{ name: TOKEN_MOUNT.name, secret: { secretName: 'default-token-old00' } }],
    }),
    // Admission leaves a pod alone that has something mounted there.
    without: [['spec', 'volumes', 0, 'secret', 'secretName'], 'default-token-old00'],
    with: [[['spec', 'volumes', 0, 'projected', 'sources', 0, 'serviceAccountToken', 'path'], 'token']],
  },
  {
    rule: 'pod-priority',
    type: 'pods',
    object: pod('with-priority', {
      priorityClassName: 'urgent',
      priority: 9,
      preemptionPolicy: 'PreemptLowerPriority',
    }),
    without: /integer value of priority \(9\) must not be provided/,
    with: [[['spec', 'priority'], 500]],
  },
  {
    rule: 'pod-ephemeral-containers',
    type: 'pods',
    object: pod('debugged', { ephemeralContainers: [{ name: 'debug', image: 'debug:1' }] }),
    without: /ephemeralContainers: Forbidden/,
    with: [[['spec', 'ephemeralContainers'], undefined]],
  },
  {
    rule: 'pod-network',
    type: 'pods',
    object: pod('networked', {}, annotated({ 'k8s.ovn.org/pod-networks': '{}', team: 'shop' })),
    without: [['metadata', 'annotations', 'k8s.ovn.org/pod-networks'], '{}'],
    with: [[['metadata', 'annotations'], { team: 'shop' }]],
  },
  {
    rule: 'pod-pull-secret',
    type: 'pods',
    object: pod('pulls', {
      serviceAccountName: 'default',
      imagePullSecrets: [{ name: 'default-dockercfg-old00' }],
    }),
    without: [['spec', 'imagePullSecrets'], [{ name: 'default-dockercfg-old00' }]],
    with: [[['spec', 'imagePullSecrets'], [{ name: 'default-dockercfg-now00' }]]],
  },
  {
    rule: 'account-secrets',
    type: 'serviceaccounts',
    object: object('v1', 'ServiceAccount', 'web', {
      secrets: [{ name: 'web-token-abc12' }, { name: 'web-dockercfg-abc12' }],
      imagePullSecrets: [{ name: 'web-dockercfg-abc12' }, { name: 'registry-of-ours' }],
    }),
    without: [['secrets', 0, 'name'], 'web-token-abc12'],
    with: [
      [['secrets'], undefined],
      [['imagePullSecrets'], [{ name: 'registry-of-ours' }]],
    ],
  },
  {
    rule: 'account-pull-secret-ref',
    type: 'serviceaccounts',
    object: object('v1', 'ServiceAccount', 'pulls', {}, annotated({ [PULL_REF]: 'pulls-dockercfg-abc12' })),
    without: [['metadata', 'annotations', PULL_REF], 'pulls-dockercfg-abc12'],
    with: [[['metadata', 'annotations'], undefined]],
  },
  {
    rule: 'ca-bundle',
    type: 'configmaps',
    object: object(
      'v1',
      'ConfigMap',
      'openshift-service-ca.crt',
      { data: { 'service-ca.crt': 'of another cluster' } },
      annotated({ team: 'shop' }),
    ),
    without: [['data', 'service-ca.crt'], 'of another cluster'],
    with: [
      [['data'], undefined],
      [['metadata', 'annotations', 'team'], 'shop'],
    ],
  },
  {
    rule: 'token-identity',
    type: 'secrets',
    object: object(
      'v1',
      'Secret',
      'asked-for',
      { type: 'kubernetes.io/service-account-token', data: { token: 'dA==', mine: 'bQ==' } },
      annotated({
        'kubernetes.io/service-account.name': 'default',
        'kubernetes.io/service-account.uid': UID,
      }),
    ),
    without: [['data', 'token'], 'dA=='],
    with: [
      [['data'], { mine: 'bQ==' }],
      [['metadata', 'annotations'], { 'kubernetes.io/service-account.name': 'default' }],
    ],
  },
];

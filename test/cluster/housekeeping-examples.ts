import type { JsonObject, KubeObject } from '../support/kube-object.ts';

export const PROJECT = 'kept-house';

/** An object and what of it is pruned. */
export interface Example {
  readonly type: string;
  readonly object: KubeObject;
  /** Paths that go, which the server must really send. */
  readonly pruned: readonly string[];
  /** Paths that must stay. */
  readonly kept?: readonly string[];
  /** Paths that go where older servers send null there; this one sends none. */
  readonly nulls?: readonly string[];
}

const pod = { containers: [{ name: 'main', image: 'main:1' }], restartPolicy: 'Always' };
const once = { ...pod, restartPolicy: 'Never' };
const selector = { matchLabels: { app: 'x' } };
const template = { metadata: { labels: { app: 'x' } }, spec: pod };
const storage = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

function object(
  apiVersion: string,
  kind: string,
  name: string,
  body: JsonObject,
  annotations?: { readonly [key: string]: string },
): KubeObject {
  const metadata = { name, namespace: PROJECT, ...(annotations === undefined ? {} : { annotations }) };
  return { apiVersion, kind, metadata, ...body };
}

const BINDINGS = [
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/selected-node',
];
const bindings = Object.fromEntries(BINDINGS.map((key) => [key, 'yes']));

const STAMP = 'metadata.creationTimestamp';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const CHANGED = 'endpoints.kubernetes.io/last-change-trigger-time';
const CHECKED = 'openshift.io/image.dockerRepositoryCheck';
const image = 'registry/shop/web@sha256:0123';

/** Objects with a pod template, whose metadata older servers print with a null. */
const TEMPLATED: readonly Example[] = (
  [
    ['daemonsets.apps', 'apps/v1', 'DaemonSet', { selector, template }],
    ['deployments.apps', 'apps/v1', 'Deployment', { selector, template }],
    ['jobs.batch', 'batch/v1', 'Job', { template: { spec: once } }],
    ['replicasets.apps', 'apps/v1', 'ReplicaSet', { selector, template }],
    ['replicationcontrollers', 'v1', 'ReplicationController', { selector: { app: 'x' }, template }],
  ] as const
).map(([type, apiVersion, kind, spec]) => ({
  type,
  object: object(apiVersion, kind, 'templated', { spec }),
  pruned: ['metadata.generation'],
  kept: ['spec.template.metadata.labels'],
  nulls: [`spec.template.${STAMP}`],
}));

/** At least one for each row of the table and each of its types; a test sees to that. */
export const EXAMPLES: readonly Example[] = [
  {
    type: 'configmaps',
    object: object('v1', 'ConfigMap', 'plain', { data: { creationTimestamp: 'mine', uid: 'mine too' } }),
    pruned: ['metadata.uid', 'metadata.resourceVersion', STAMP, 'metadata.managedFields'],
    kept: ['data'],
    nulls: ['metadata.selfLink'],
  },
  {
    type: 'configmaps',
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'on-its-way-out', namespace: PROJECT, finalizers: ['example.com/wait'] },
    },
    pruned: ['metadata.deletionTimestamp', 'metadata.deletionGracePeriodSeconds'],
    kept: ['metadata.finalizers'],
  },
  {
    type: 'configmaps',
    object: object('v1', 'ConfigMap', 'leader', {}, { [LEADER]: '{"holder":"a"}', team: 'shop' }),
    pruned: [`metadata.annotations[${LEADER}]`],
    kept: ['metadata.annotations[team]'],
  },
  {
    type: 'endpoints',
    object: object(
      'v1',
      'Endpoints',
      'leader',
      { subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }] },
      { [LEADER]: '{"holder":"a"}', [CHANGED]: '2026-09-11T00:00:00Z', team: 'shop' },
    ),
    pruned: [`metadata.annotations[${LEADER}]`, `metadata.annotations[${CHANGED}]`],
    kept: ['metadata.annotations[team]', 'subsets'],
  },
  {
    type: 'services',
    object: object('v1', 'Service', 'with-address', { spec: { ports: [{ port: 80 }] } }),
    pruned: ['spec.clusterIP', 'spec.clusterIPs'],
    kept: ['spec.ports', 'spec.ipFamilies', 'spec.type'],
  },
  {
    type: 'services',
    object: object('v1', 'Service', 'headless', { spec: { clusterIP: 'None', ports: [{ port: 80 }] } }),
    pruned: [],
    kept: ['spec.clusterIP', 'spec.clusterIPs'],
  },
  {
    type: 'persistentvolumeclaims',
    object: object(
      'v1',
      'PersistentVolumeClaim',
      'bound',
      { spec: { ...storage, volumeName: 'pv-0001' } },
      { ...bindings, team: 'payments' },
    ),
    pruned: ['spec.volumeName', ...BINDINGS.map((key) => `metadata.annotations[${key}]`)],
    kept: ['metadata.annotations[team]', 'spec.resources', 'spec.accessModes'],
  },
  {
    type: 'persistentvolumeclaims',
    object: object('v1', 'PersistentVolumeClaim', 'bare', { spec: storage }, bindings),
    pruned: ['metadata.annotations'],
  },
  {
    type: 'deploymentconfigs.apps.openshift.io',
    object: object('apps.openshift.io/v1', 'DeploymentConfig', 'triggered', {
      spec: {
        template: { metadata: { creationTimestamp: null, labels: { app: 'x' } }, spec: pod },
        triggers: [
          { type: 'ConfigChange' },
          { type: 'ImageChange', imageChangeParams: { automatic: true, lastTriggeredImage: image } },
        ],
      },
    }),
    pruned: [
      'spec.triggers[*].imageChangeParams.lastTriggeredImage',
      'spec.template.metadata.creationTimestamp',
    ],
    kept: ['spec.triggers[*].type', 'spec.triggers[*].imageChangeParams.automatic', 'spec.template.spec'],
  },
  {
    type: 'buildconfigs.build.openshift.io',
    object: object('build.openshift.io/v1', 'BuildConfig', 'triggered', {
      spec: {
        triggers: [
          { type: 'ImageChange', imageChange: { lastTriggeredImageID: image, paused: true } },
          { type: 'ImageChange', imageChange: { lastTriggeredImage: image } },
          { type: 'ConfigChange' },
        ],
      },
    }),
    pruned: [
      'spec.triggers[*].imageChange.lastTriggeredImageID',
      'spec.triggers[*].imageChange.lastTriggeredImage',
    ],
    kept: ['spec.triggers[*].type', 'spec.triggers[*].imageChange.paused'],
  },
  ...['DeploymentConfig', 'BuildConfig'].flatMap((kind) =>
    [
      { spec: { test: false } },
      { spec: { test: false, triggers: null } },
      { spec: { test: false, triggers: [] } },
    ].map(
      (body, index): Example => ({
        type:
          kind === 'BuildConfig' ? 'buildconfigs.build.openshift.io' : 'deploymentconfigs.apps.openshift.io',
        object: object(
          kind === 'BuildConfig' ? 'build.openshift.io/v1' : 'apps.openshift.io/v1',
          kind,
          `without-triggers-${index}`,
          body,
        ),
        pruned: [],
        kept: index === 0 ? ['spec.test'] : ['spec.test', 'spec.triggers'],
      }),
    ),
  ),
  {
    type: 'imagestreams.image.openshift.io',
    object: object(
      'image.openshift.io/v1',
      'ImageStream',
      'imported',
      {
        spec: {
          tags: [
            { name: 'latest', generation: 2 },
            { name: 'stable', generation: null },
          ],
        },
      },
      { [CHECKED]: '2026-09-11T00:00:00Z' },
    ),
    pruned: [`metadata.annotations[${CHECKED}]`, 'spec.tags[*].generation'],
    kept: ['spec.tags[*].name'],
  },
  ...TEMPLATED,
  {
    type: 'statefulsets.apps',
    object: object('apps/v1', 'StatefulSet', 'templated', {
      spec: {
        selector,
        serviceName: 'x',
        template,
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: storage }],
      },
    }),
    pruned: [],
    kept: ['spec.template.metadata.labels', 'spec.volumeClaimTemplates[*].metadata.name'],
    nulls: [`spec.template.${STAMP}`, `spec.volumeClaimTemplates[*].${STAMP}`],
  },
  {
    type: 'podtemplates',
    object: object('v1', 'PodTemplate', 'templated', { template }),
    pruned: [],
    kept: ['template.metadata.labels'],
    nulls: [`template.${STAMP}`],
  },
  {
    type: 'cronjobs.batch',
    object: object('batch/v1', 'CronJob', 'templated', {
      spec: {
        schedule: '0 0 * * *',
        jobTemplate: { metadata: { labels: { app: 'x' } }, spec: { template: { ...template, spec: once } } },
      },
    }),
    pruned: [],
    kept: ['spec.jobTemplate.metadata.labels', 'spec.jobTemplate.spec.template.metadata.labels'],
    nulls: [`spec.jobTemplate.${STAMP}`, `spec.jobTemplate.spec.template.${STAMP}`],
  },
];

const TOKEN = 'kubernetes.io/service-account-token';

/** The examples with what stands around them: secrets of three types, and a project that has only tokens. */
export function houseObjects(): KubeObject[] {
  const secret = (
    namespace: string,
    name: string,
    type: string,
    data: JsonObject,
    annotations: { readonly [key: string]: string } = {},
  ) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      annotations: { 'kubernetes.io/service-account.name': 'default', ...annotations },
    },
    type,
    data,
  });
  const inProject = (namespace: string, apiVersion: string, kind: string, name: string) => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
  });
  const password = { username: 'dQ==', password: 'cA==' };
  return [
    ...[PROJECT, 'only-tokens', 'shop-of-images'].flatMap((namespace) => [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      inProject(namespace, 'v1', 'ServiceAccount', 'default'),
      secret(namespace, 'default-token-x7k2p', TOKEN, { token: 'dG9rZW4=' }),
      secret(
        namespace,
        'default-token',
        TOKEN,
        { token: 'dG9rZW4=' },
        { 'kubernetes.io/created-by': 'openshift.io/create-dockercfg-secrets' },
      ),
    ]),
    secret(
      PROJECT,
      'asked-for',
      TOKEN,
      { token: 'dG9rZW4=', 'ca.crt': 'Y2E=', namespace: 'bmFtZXNwYWNl', mine: 'bWluZQ==' },
      {
        'kubernetes.io/service-account.uid': '6d3f9e0c-1111-4222-8333-444455556666',
        'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"token":"dG9rZW4="}}',
      },
    ),
    inProject('only-tokens', 'v1', 'ConfigMap', 'beside'),
    secret(PROJECT, 'opaque', 'Opaque', { type: 'a3ViZXJuZXRlcy5pbw==' }),
    secret(PROJECT, 'basic', 'kubernetes.io/basic-auth', password),
    ...EXAMPLES.map((example) => example.object),
  ];
}

import type { RewriteOptions } from '../../src/restoration/rewrite.ts';
import type { JsonObject, KubeObject } from '../support/kube-object.ts';

export const OLD = 'rules-old';
export const NEW = 'rules-new';
export const MAPPED: Partial<RewriteOptions> = { mapping: new Map([[OLD, NEW]]) };

/** Where in an object, and what is there; undefined: nothing. */
export type Place = readonly [path: readonly (string | number)[], value: unknown];

/** An object that one rule is about. */
export interface ChangeExample {
  readonly rule: string;
  readonly type: string;
  readonly object: KubeObject;
  readonly options?: Partial<RewriteOptions>;
  /** What the server says to the object when all other rules have been applied, or what it keeps of it. */
  readonly without: RegExp | Place;
  /** What it serves when this rule, too, has been applied. */
  readonly with: readonly Place[];
}

/** An object that a rule leaves out. */
export interface SkipExample {
  readonly rule: string;
  readonly type: string;
  readonly object: KubeObject;
  readonly options?: Partial<RewriteOptions>;
  /** What the server says to it; where nothing is told it takes it, so that there would be one too many. */
  readonly refused?: RegExp;
  /** Types that this server does not serve. */
  readonly unserved?: true;
}

type Metadata = { readonly [key: string]: unknown };

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  body: JsonObject = {},
  metadata: Metadata = {},
  namespace: string | null = OLD,
): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === null ? {} : { namespace }), ...metadata },
    ...body,
  };
}

export const containers = [{ name: 'main', image: 'main:1' }];
export const template = { metadata: { labels: { app: 'x' } }, spec: { containers } };
export const selector = { matchLabels: { app: 'x' } };
export const storage = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
export const owner = (apiVersion: string, kind: string, name = 'owner') => ({
  ownerReferences: [
    { apiVersion, kind, name, uid: '0a3d0b5e-1111-4222-8333-444455556666', controller: true },
  ],
});
const UID = '6d3f9e0c-1111-4222-8333-444455556666';

const service = (name: string, spec: JsonObject, metadata?: Metadata, namespace?: string) =>
  object('v1', 'Service', name, { spec: { ports: [{ port: 80 }], ...spec } }, metadata, namespace);
const pod = (name: string, spec: JsonObject = {}, metadata?: Metadata) =>
  object('v1', 'Pod', name, { spec: { containers, ...spec } }, metadata);
const annotated = (annotations: { readonly [key: string]: string }) => ({ annotations });
const LOCAL = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };

/** What stands on the server before any example is put to it. */
export const GROUND: readonly KubeObject[] = [
  ...[OLD, NEW].map((name) => object('v1', 'Namespace', name, {}, {}, null)),
  ...[OLD, NEW].map((namespace) =>
    object(
      'v1',
      'ServiceAccount',
      'default',
      { imagePullSecrets: [{ name: 'default-dockercfg-now00' }] },
      {},
      namespace,
    ),
  ),
  service('holds-address', { clusterIP: '10.0.0.77' }),
  service('holds-port', { type: 'NodePort', ports: [{ port: 80, nodePort: 30777 }] }),
  service('holds-check', { ...LOCAL, healthCheckNodePort: 30778 }),
  object('scheduling.k8s.io/v1', 'PriorityClass', 'urgent', { value: 500 }, {}, null),
];

const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const MCS = 'openshift.io/sa.scc.mcs';
const BOUND = 'pv.kubernetes.io/bind-completed';
const BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
const LABEL = 'batch.kubernetes.io/controller-uid';
const TOKEN_MOUNT = {
  name: 'kube-api-access-old00',
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
};
const PULL_REF = 'openshift.io/internal-registry-pull-secret-ref';
const IMAGE = `image-registry.openshift-image-registry.svc:5000/${OLD}/web:1`;
const TRIGGERS = 'image.openshift.io/triggers';
const GENERATED = 'openshift.io/host.generated';
const volume = (name: string, claimRef: JsonObject, metadata?: Metadata) =>
  object(
    'v1',
    'PersistentVolume',
    name,
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '1Gi' },
        hostPath: { path: '/x' },
        claimRef,
      },
    },
    metadata,
    null,
  );
const scaled = (replicas: number) => ({ spec: { replicas, selector, template } });
const once = { metadata: {}, spec: { containers, restartPolicy: 'Never' } };

export const CHANGES_SHOWN: readonly ChangeExample[] = [
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
    type: 'buildconfigs.build.openshift.io',
    object: object('build.openshift.io/v1', 'BuildConfig', 'with-status', {
      spec: {},
      status: { lastVersion: 9 },
    }),
    without: [['status', 'lastVersion'], 9],
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
    rule: 'cluster-ip',
    type: 'services',
    object: service('address', { clusterIP: '10.0.0.77', clusterIPs: ['10.0.0.77'] }),
    without: /clusterIPs.*10\.0\.0\.77.*already allocated/,
    with: [[['spec', 'type'], 'ClusterIP']],
  },
  {
    rule: 'node-port',
    type: 'services',
    object: service('port', { type: 'NodePort', ports: [{ port: 80, nodePort: 30777 }] }),
    without: /30777.*already allocated/,
    with: [[['spec', 'type'], 'NodePort']],
  },
  {
    rule: 'health-check-port',
    type: 'services',
    object: service('check', { ...LOCAL, healthCheckNodePort: 30778 }),
    without: /30778.*already allocated/,
    with: [[['spec', 'externalTrafficPolicy'], 'Local']],
  },
  {
    rule: 'external-ips',
    type: 'services',
    object: service('external', { type: 'LoadBalancer', externalIPs: ['192.0.2.7'] }),
    without: [['spec', 'externalIPs'], ['192.0.2.7']],
    with: [[['spec', 'externalIPs'], undefined]],
  },
  {
    rule: 'claim-binding',
    type: 'persistentvolumeclaims',
    object: object(
      'v1',
      'PersistentVolumeClaim',
      'bound',
      { spec: storage },
      annotated({ [BOUND]: 'yes', team: 'shop' }),
    ),
    without: [['metadata', 'annotations', BOUND], 'yes'],
    with: [[['metadata', 'annotations'], { team: 'shop' }]],
  },
  {
    rule: 'claim-volume',
    type: 'persistentvolumeclaims',
    object: object('v1', 'PersistentVolumeClaim', 'with-volume', {
      spec: { ...storage, volumeName: 'pv-gone' },
    }),
    without: [['spec', 'volumeName'], 'pv-gone'],
    with: [[['spec', 'volumeName'], undefined]],
  },
  {
    rule: 'volume-claim-uid',
    type: 'persistentvolumes',
    object: volume('pv-uid', {
      kind: 'PersistentVolumeClaim',
      namespace: OLD,
      name: 'data',
      uid: UID,
      resourceVersion: '9',
    }),
    without: [['spec', 'claimRef', 'uid'], UID],
    with: [[['spec', 'claimRef'], { kind: 'PersistentVolumeClaim', namespace: OLD, name: 'data' }]],
  },
  {
    rule: 'volume-binding',
    type: 'persistentvolumes',
    object: volume(
      'pv-by-controller',
      { namespace: OLD, name: 'data' },
      annotated({ [BY_CONTROLLER]: 'yes' }),
    ),
    without: [['metadata', 'annotations', BY_CONTROLLER], 'yes'],
    with: [[['metadata', 'annotations'], undefined]],
  },
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
    rule: 'map-namespace',
    type: 'configmaps',
    options: MAPPED,
    object: object('v1', 'ConfigMap', 'moved'),
    without: /namespace of the provided object does not match/,
    with: [[['metadata', 'namespace'], NEW]],
  },
  {
    rule: 'map-project',
    type: 'namespaces',
    options: { mapping: new Map([[OLD, 'rules-newer']]) },
    object: object('v1', 'Namespace', OLD, {}, { labels: { 'kubernetes.io/metadata.name': OLD } }, null),
    without: /already exists/,
    with: [[['metadata', 'labels'], { 'kubernetes.io/metadata.name': 'rules-newer' }]],
  },
  {
    rule: 'map-scc-users',
    type: 'securitycontextconstraints.security.openshift.io',
    options: MAPPED,
    object: object(
      'security.openshift.io/v1',
      'SecurityContextConstraints',
      'for-web',
      { users: [`system:serviceaccount:${OLD}:web`, 'admin'], groups: [`system:serviceaccounts:${OLD}`] },
      {},
      null,
    ),
    without: [['users', 0], `system:serviceaccount:${OLD}:web`],
    with: [
      [['users'], [`system:serviceaccount:${NEW}:web`, 'admin']],
      [['groups'], [`system:serviceaccounts:${NEW}`]],
    ],
  },
  {
    rule: 'map-claim-ref',
    type: 'persistentvolumes',
    options: MAPPED,
    object: volume('pv-moved', { namespace: OLD, name: 'data' }),
    without: [['spec', 'claimRef', 'namespace'], OLD],
    with: [[['spec', 'claimRef', 'namespace'], NEW]],
  },
  {
    rule: 'map-endpoint-targets',
    type: 'endpoints',
    options: MAPPED,
    object: object('v1', 'Endpoints', 'own', {
      subsets: [{ addresses: [{ ip: '192.0.2.1', targetRef: { kind: 'Pod', name: 'p', namespace: OLD } }] }],
    }),
    without: [['subsets', 0, 'addresses', 0, 'targetRef', 'namespace'], OLD],
    with: [[['subsets', 0, 'addresses', 0, 'targetRef', 'namespace'], NEW]],
  },
  {
    rule: 'map-namespace-selector',
    type: 'networkpolicies.networking.k8s.io',
    options: MAPPED,
    object: object('networking.k8s.io/v1', 'NetworkPolicy', 'own', {
      spec: {
        podSelector: {},
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': OLD } } }] }],
        egress: [
          { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': OLD, team: OLD } } }] },
        ],
      },
    }),
    without: [
      ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector', 'matchLabels', 'kubernetes.io/metadata.name'],
      OLD,
    ],
    with: [
      [
        ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector', 'matchLabels', 'kubernetes.io/metadata.name'],
        NEW,
      ],
      [
        ['spec', 'egress', 0, 'to', 0, 'namespaceSelector', 'matchLabels'],
        { 'kubernetes.io/metadata.name': NEW, team: OLD },
      ],
    ],
  },
  {
    rule: 'map-image',
    type: 'deployments.apps',
    options: MAPPED,
    object: object('apps/v1', 'Deployment', 'pulling', {
      spec: { selector, template: { ...template, spec: { containers: [{ name: 'main', image: IMAGE }] } } },
    }),
    without: [['spec', 'template', 'spec', 'containers', 0, 'image'], IMAGE],
    with: [[['spec', 'template', 'spec', 'containers', 0, 'image'], IMAGE.replace(OLD, NEW)]],
  },
  {
    rule: 'map-image-stream',
    type: 'deploymentconfigs.apps.openshift.io',
    options: MAPPED,
    object: object('apps.openshift.io/v1', 'DeploymentConfig', 'triggered', {
      spec: {
        triggers: [
          { imageChangeParams: { from: { kind: 'ImageStreamTag', name: 'web:1', namespace: OLD } } },
        ],
      },
    }),
    without: [['spec', 'triggers', 0, 'imageChangeParams', 'from', 'namespace'], OLD],
    with: [[['spec', 'triggers', 0, 'imageChangeParams', 'from', 'namespace'], NEW]],
  },
  {
    rule: 'map-image-triggers',
    type: 'deployments.apps',
    options: MAPPED,
    object: object(
      'apps/v1',
      'Deployment',
      'triggered',
      { spec: { selector, template } },
      annotated({
        [TRIGGERS]: JSON.stringify([{ from: { kind: 'ImageStreamTag', name: 'web:1', namespace: OLD } }]),
      }),
    ),
    without: [
      ['metadata', 'annotations', TRIGGERS],
      `[{"from":{"kind":"ImageStreamTag","name":"web:1","namespace":"${OLD}"}}]`,
    ],
    with: [
      [
        ['metadata', 'annotations', TRIGGERS],
        `[{"from":{"kind":"ImageStreamTag","name":"web:1","namespace":"${NEW}"}}]`,
      ],
    ],
  },
  {
    rule: 'route-host',
    type: 'routes.route.openshift.io',
    options: MAPPED,
    object: object(
      'route.openshift.io/v1',
      'Route',
      'web',
      { spec: { host: `web-${OLD}.apps.example.com`, to: { kind: 'Service', name: 'web' } } },
      annotated({ [GENERATED]: 'true' }),
    ),
    without: [['spec', 'host'], `web-${OLD}.apps.example.com`],
    with: [
      [['spec', 'host'], undefined],
      [['metadata', 'annotations'], undefined],
    ],
  },
  {
    rule: 'replace',
    type: 'configmaps',
    options: { replacements: [{ from: 'db.old.example.com', to: 'db.new.example.com' }] },
    object: object('v1', 'ConfigMap', 'addresses', {
      data: { url: 'postgres://db.old.example.com:5432/shop' },
    }),
    without: [['data', 'url'], 'postgres://db.old.example.com:5432/shop'],
    with: [[['data', 'url'], 'postgres://db.new.example.com:5432/shop']],
  },
  {
    rule: 'suspend-scale',
    type: 'deployments.apps',
    options: { suspend: true },
    object: object('apps/v1', 'Deployment', 'asleep', scaled(3)),
    without: [['spec', 'replicas'], 3],
    with: [[['spec', 'replicas'], 0]],
  },
  {
    rule: 'suspend-jobs',
    type: 'cronjobs.batch',
    options: { suspend: true },
    object: object('batch/v1', 'CronJob', 'asleep', {
      spec: { schedule: '* * * * *', jobTemplate: { spec: { template: once } } },
    }),
    without: [['spec', 'suspend'], false],
    with: [[['spec', 'suspend'], true]],
  },
  {
    rule: 'suspend-daemons',
    type: 'daemonsets.apps',
    options: { suspend: true },
    object: object('apps/v1', 'DaemonSet', 'asleep', { spec: { selector, template } }),
    without: [['spec', 'template', 'spec', 'nodeSelector'], undefined],
    with: [[['spec', 'template', 'spec', 'nodeSelector'], { 'openshift-backup/suspended': 'true' }]],
  },
  {
    rule: 'suspend-builds',
    type: 'buildconfigs.build.openshift.io',
    options: { suspend: true },
    object: object('build.openshift.io/v1', 'BuildConfig', 'asleep', { spec: {} }),
    without: [['metadata', 'annotations'], undefined],
    with: [[['metadata', 'annotations'], { 'openshift.io/build-config.paused': 'true' }]],
  },
];

const secret = (
  name: string,
  type: string,
  annotations: { readonly [key: string]: string },
  data: JsonObject = {},
) => object('v1', 'Secret', name, { type, data }, annotated(annotations));
const slice = (name: string, labels: { readonly [key: string]: string }, namespace = OLD) =>
  object(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    name,
    { addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.1'] }] },
    { labels },
    namespace,
  );
const DOCKERCFG = Buffer.from('{}').toString('base64');

export const SKIPS_SHOWN: readonly SkipExample[] = [
  {
    rule: 'mirror',
    type: 'leases.coordination.k8s.io',
    object: object('coordination.k8s.io/v1', 'Lease', 'leader', { spec: { holderIdentity: 'gone' } }),
  },
  { rule: 'machinery', type: 'nodes', object: object('v1', 'Node', 'node-gone', {}, {}, null) },
  {
    rule: 'automanaged-api',
    type: 'apiservices.apiregistration.k8s.io',
    object: object(
      'apiregistration.k8s.io/v1',
      'APIService',
      'v1.apps',
      { spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1 } },
      { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      null,
    ),
    refused: /already exists/,
  },
  {
    rule: 'own-service',
    type: 'services',
    object: service('kubernetes', {}, {}, 'default'),
    refused: /already exists/,
  },
  {
    rule: 'token-secret',
    type: 'secrets',
    object: secret('my-token', 'kubernetes.io/service-account-token', {
      'kubernetes.io/service-account.name': 'web',
    }),
  },
  {
    rule: 'generated-pull-secret',
    type: 'secrets',
    object: secret(
      'web-dockercfg-x7k2p',
      'kubernetes.io/dockercfg',
      { 'kubernetes.io/service-account.name': 'web' },
      { '.dockercfg': DOCKERCFG },
    ),
  },
  {
    rule: 'service-ca-secret',
    type: 'secrets',
    object: secret('web-tls', 'Opaque', { 'service.beta.openshift.io/originating-service-name': 'web' }),
  },
  { rule: 'ca-bundle', type: 'configmaps', object: object('v1', 'ConfigMap', 'kube-root-ca.crt') },
  { rule: 'owned-pod', type: 'pods', object: pod('web-abcde', {}, owner('apps/v1', 'ReplicaSet')) },
  {
    rule: 'mirror-pod',
    type: 'pods',
    object: pod('etcd-node', {}, annotated({ 'kubernetes.io/config.mirror': 'hash' })),
    // With the ServiceAccount of the namespace, which the kubelet's pods have not.
    refused: /mirror pod/,
  },
  { rule: 'finished-pod', type: 'pods', object: { ...pod('over'), status: { phase: 'Succeeded' } } },
  { rule: 'suspended-pod', type: 'pods', object: pod('alone'), options: { suspend: true } },
  {
    rule: 'owned-replicas',
    type: 'replicasets.apps',
    object: object('apps/v1', 'ReplicaSet', 'web-1', scaled(1), owner('apps/v1', 'Deployment')),
  },
  {
    rule: 'job-of-cronjob',
    type: 'jobs.batch',
    object: object('batch/v1', 'Job', 'night-1', { spec: { template: once } }, owner('batch/v1', 'CronJob')),
  },
  {
    rule: 'finished-job',
    type: 'jobs.batch',
    object: object('batch/v1', 'Job', 'done', {
      spec: { template: once },
      status: { conditions: [{ type: 'Complete', status: 'True' }] },
    }),
  },
  {
    rule: 'build-of-config',
    type: 'builds.build.openshift.io',
    object: object(
      'build.openshift.io/v1',
      'Build',
      'api-1',
      {},
      owner('build.openshift.io/v1', 'BuildConfig'),
    ),
    unserved: true,
  },
  {
    rule: 'controller-revision',
    type: 'controllerrevisions.apps',
    object: object(
      'apps/v1',
      'ControllerRevision',
      'db-1',
      { revision: 1, data: {} },
      owner('apps/v1', 'StatefulSet'),
    ),
  },
  {
    rule: 'made-endpointslice',
    type: 'endpointslices.discovery.k8s.io',
    object: slice('web-1', { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }),
  },
  { rule: 'endpoints-of-service', type: 'endpoints', object: object('v1', 'Endpoints', 'selecting') },
];

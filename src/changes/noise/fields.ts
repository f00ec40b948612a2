import { annotation, type FieldNoise, field, label, type Nouns } from './row.ts';

const COUNTERS: Nouns = [
  'object that differs only in a revision or hash',
  'objects that differ only in a revision or hash',
];
const APPLIED: Nouns = ['last-applied annotation', 'last-applied annotations'];
const IDENTITY: Nouns = ['object that differs only in uids', 'objects that differ only in uids'];
const NETWORK: Nouns = ['network status of a pod or node', 'network statuses of pods and nodes'];
const NODES: Nouns = ['node heartbeat, state or image list', 'node heartbeats, states and image lists'];
const BUNDLES: Nouns = ['injected CA bundle', 'injected CA bundles'];
const CERTIFICATES: Nouns = ['renewed certificate', 'renewed certificates'];
const STATES: Nouns = [
  'state that a controller keeps in an object',
  'states that controllers keep in objects',
];

const DEPLOYMENT = 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/';
const LABELS = 'https://kubernetes.io/docs/reference/labels-annotations-taints/';
const SERVICE_CA =
  'https://docs.openshift.com/container-platform/latest/security/certificates/service-serving-certificate.html';
const CERT_MANAGER = 'https://cert-manager.io/docs';
/** Objects with endpoints that the API server calls, and the CA bundle for their certificates. */
const CALLED = [
  {
    types: [
      'mutatingwebhookconfigurations.admissionregistration.k8s.io',
      'validatingwebhookconfigurations.admissionregistration.k8s.io',
    ],
    path: 'webhooks[*].clientConfig.caBundle',
  },
  {
    types: ['customresourcedefinitions.apiextensions.k8s.io'],
    path: 'spec.conversion.webhook.clientConfig.caBundle',
  },
  { types: ['apiservices.apiregistration.k8s.io'], path: 'spec.caBundle' },
];
/** Annotations by which such an object requests a bundle. */
const INJECTED = [
  'cert-manager.io/inject-ca-from',
  'cert-manager.io/inject-ca-from-secret',
  'cert-manager.io/inject-apiserver-ca',
  'service.beta.openshift.io/inject-cabundle',
  'service.alpha.openshift.io/inject-cabundle',
];
const JOBS = ['jobs.batch'];
const NODE = ['nodes'];
/** Without a bundle, the API server cannot call the endpoint: adding or removing it still counts. */
const BUNDLE = '(CA bundle)';

/**
 * Fields that change by themselves, or that repeat other fields. (Fields that
 * are always noise are not in the archive at all, see plan/pruning-table.ts; the status has its
 * own files.) An object that differs only in such fields is counted under the nouns of the
 * first row, in this order, that finds a difference.
 */
export const FIELD_NOISE: readonly FieldNoise[] = [
  ...CALLED.map(
    ({ types, path }): FieldNoise => ({
      types,
      path,
      placeholder: BUNDLE,
      reason: 'written by the operator that renews it, often without an annotation',
      source: `${CERT_MANAGER}/concepts/ca-injector/`,
      nouns: BUNDLES,
      bookkeeping: INJECTED.map((key) => annotation(key)),
    }),
  ),
  ...['service.beta.openshift.io/inject-cabundle', 'service.alpha.openshift.io/inject-cabundle'].map(
    (key): FieldNoise => ({
      types: ['configmaps'],
      path: 'data["service-ca.crt"]',
      placeholder: BUNDLE,
      when: [annotation(key)],
      reason: 'the service CA bundle, which OpenShift injects and renews',
      source: SERVICE_CA,
      nouns: BUNDLES,
      bookkeeping: true,
    }),
  ),
  {
    types: ['configmaps'],
    path: 'data["ca-bundle.crt"]',
    placeholder: BUNDLE,
    when: [label('config.openshift.io/inject-trusted-cabundle')],
    reason: "the cluster's bundle of trusted CAs, which OpenShift injects and renews",
    source: 'https://docs.openshift.com/container-platform/latest/networking/configuring-a-custom-pki.html',
    nouns: BUNDLES,
    bookkeeping: true,
  },
  {
    types: ['configmaps', 'secrets'],
    path: 'data[*]',
    placeholder: '(certificate)',
    when: [label('auth.openshift.io/managed-certificate-type')],
    reason: "OpenShift's own certificates, which its operators renew, some of them daily",
    source: 'https://docs.openshift.com/container-platform/latest/security/certificate_types_descriptions/',
    nouns: CERTIFICATES,
  },
  {
    types: ['configmaps', 'secrets'],
    path: 'metadata.annotations[auth.openshift.io/certificate-*]',
    reason: 'validity and issuer of such a certificate',
    source: 'https://docs.openshift.com/container-platform/latest/security/certificate_types_descriptions/',
    nouns: CERTIFICATES,
  },
  ...['service.beta.openshift.io', 'service.alpha.openshift.io'].flatMap((group): FieldNoise[] => [
    {
      types: ['secrets'],
      path: 'data[*]',
      placeholder: '(certificate)',
      when: [field('type', 'kubernetes.io/tls'), annotation(`${group}/originating-service-name`)],
      reason: 'the serving certificate of a Service, which OpenShift renews',
      source: SERVICE_CA,
      nouns: CERTIFICATES,
    },
    {
      types: ['secrets'],
      path: `metadata.annotations[${group}/expiry]`,
      reason: 'when such a certificate expires',
      source: SERVICE_CA,
      nouns: CERTIFICATES,
    },
  ]),
  {
    types: ['secrets'],
    path: 'data[*]',
    placeholder: '(certificate)',
    when: [field('type', 'kubernetes.io/tls'), annotation('cert-manager.io/certificate-name')],
    reason: 'renewed by cert-manager before it expires; its settings are in the Certificate',
    source: `${CERT_MANAGER}/usage/certificate/`,
    nouns: CERTIFICATES,
  },
  {
    types: '*',
    path: 'metadata.annotations[deployment.kubernetes.io/revision]',
    reason: 'counts rollouts',
    source: DEPLOYMENT,
    nouns: COUNTERS,
    bookkeeping: true,
  },
  {
    types: '*',
    path: 'metadata.annotations[deployment.kubernetes.io/revision-history]',
    reason: 'counts rollbacks',
    source: DEPLOYMENT,
    nouns: COUNTERS,
    bookkeeping: true,
  },
  {
    types: ['daemonsets.apps'],
    path: 'metadata.annotations[deprecated.daemonset.template.generation]',
    reason: 'counts rollouts',
    source: 'https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/',
    nouns: COUNTERS,
    bookkeeping: true,
  },
  ...['pod-template-hash', 'controller-revision-hash', 'pod-template-generation'].map(
    (key): FieldNoise => ({
      types: '*',
      path: `metadata.labels[${key}]`,
      reason: 'a hash or revision of the template',
      source: `${LABELS}#pod-template-hash`,
      nouns: COUNTERS,
      bookkeeping: true,
    }),
  ),
  ...['metadata', 'spec.template.metadata'].map(
    (place): FieldNoise => ({
      types: ['deployments.apps', 'daemonsets.apps'],
      path: `${place}.annotations[operator.openshift.io/dep-*]`,
      reason: 'hashes of the Secrets and ConfigMaps that a pod mounts; their changes are shown',
      source: 'https://github.com/openshift/library-go/tree/master/pkg/operator/resource/resourcehash',
      nouns: COUNTERS,
      bookkeeping: true,
    }),
  ),
  {
    types: ['secrets'],
    path: 'metadata.annotations[reconcile.external-secrets.io/data-hash]',
    reason: 'a hash of the data in the same object',
    source: 'https://external-secrets.io/latest/api/externalsecret/',
    nouns: COUNTERS,
    bookkeeping: true,
  },
  {
    types: '*',
    path: 'metadata.ownerReferences[*].uid',
    reason: 'assigned by the server; kind and name identify the owner',
    source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#uids',
    nouns: IDENTITY,
    bookkeeping: true,
  },
  ...['controller-uid', 'batch.kubernetes.io/controller-uid'].flatMap((key) =>
    ['metadata.labels', 'spec.selector.matchLabels', 'spec.template.metadata.labels'].map(
      (place): FieldNoise => ({
        types: JOBS,
        path: `${place}[${key}]`,
        reason: 'the uid of the Job itself, as a label',
        source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-selector',
        nouns: IDENTITY,
        bookkeeping: true,
      }),
    ),
  ),
  {
    types: ['persistentvolumes'],
    path: 'spec.claimRef.uid',
    reason: 'assigned by the server',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding',
    nouns: IDENTITY,
    bookkeeping: true,
  },
  {
    types: ['persistentvolumes'],
    path: 'spec.claimRef.resourceVersion',
    reason: 'changes with every write',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding',
    nouns: IDENTITY,
    bookkeeping: true,
  },
  {
    types: ['serviceaccounts', 'secrets'],
    path: 'metadata.annotations[openshift.io/internal-registry-pull-secret-ref]',
    reason: 'names a generated Secret, which OpenShift replaces',
    source: 'https://github.com/openshift/enhancements/pull/1574',
    nouns: ['name of a registry token', 'names of registry tokens'],
    bookkeeping: true,
  },
  ...[
    'k8s.v1.cni.cncf.io/network-status',
    'k8s.v1.cni.cncf.io/networks-status',
    'k8s.ovn.org/pod-networks',
    'cni.projectcalico.org/*',
  ].map(
    (key): FieldNoise => ({
      types: ['pods'],
      path: `metadata.annotations[${key}]`,
      reason: 'status: the addresses that the network assigned',
      source: 'https://github.com/k8snetworkplumbingwg/multi-net-spec',
      nouns: NETWORK,
      bookkeeping: true,
    }),
  ),
  {
    types: NODE,
    path: 'metadata.annotations[k8s.ovn.org/*]',
    reason: 'status: the network configuration of the node',
    source: 'https://ovn-kubernetes.io/',
    nouns: NETWORK,
    bookkeeping: true,
  },
  ...[
    'currentConfig',
    'desiredConfig',
    'currentImage',
    'desiredImage',
    'state',
    'reason',
    'desiredDrain',
    'lastAppliedDrain',
    'lastObservedServerCAAnnotation',
    'lastSyncedControllerConfigResourceVersion',
  ].map(
    (key): FieldNoise => ({
      types: NODE,
      path: `metadata.annotations[machineconfiguration.openshift.io/${key}]`,
      reason: "the node's progress with its MachineConfigPool",
      source: 'https://github.com/openshift/machine-config-operator/blob/main/docs/MachineConfigDaemon.md',
      nouns: NODES,
      bookkeeping: true,
    }),
  ),
  {
    types: NODE,
    path: 'metadata.annotations[csi.volume.kubernetes.io/nodeid]',
    reason: 'written by the storage drivers of the node, in any order',
    source: 'https://kubernetes-csi.github.io/docs/csi-node-object.html',
    nouns: NODES,
    bookkeeping: true,
  },
  ...[
    'status.images',
    'status.volumesInUse',
    'status.volumesAttached',
    'status.conditions[*].lastHeartbeatTime',
  ].map(
    (path): FieldNoise => ({
      types: NODE,
      path,
      reason: 'follows the pods of the node, or is a heartbeat',
      source: 'https://kubernetes.io/docs/reference/node/node-status/',
      nouns: NODES,
      bookkeeping: true,
    }),
  ),
  {
    types: '*',
    path: 'metadata.annotations[control-plane.alpha.kubernetes.io/leader]',
    reason: 'the record of a leader election, renewed every few seconds',
    source: 'https://kubernetes.io/docs/concepts/architecture/leases/#leader-election',
    nouns: ['heartbeat or leader election', 'heartbeats and leader elections'],
    bookkeeping: true,
  },
  {
    types: ['machineconfigpools.machineconfiguration.openshift.io'],
    path: 'spec.configuration',
    reason: 'the rendered MachineConfig, generated from the others',
    source: 'https://github.com/openshift/machine-config-operator/blob/main/docs/MachineConfigController.md',
    nouns: STATES,
    bookkeeping: true,
  },
  ...['conditions', 'current-metrics'].map(
    (key): FieldNoise => ({
      types: ['horizontalpodautoscalers.autoscaling'],
      path: `metadata.annotations[autoscaling.alpha.kubernetes.io/${key}]`,
      reason: 'the status, as autoscaling/v1 stores it',
      source: `${LABELS}`,
      nouns: STATES,
      bookkeeping: true,
    }),
  ),
  {
    types: ['applications.argoproj.io'],
    path: 'operation',
    reason: 'a running sync',
    source: 'https://argo-cd.readthedocs.io/en/stable/user-guide/sync_options/',
    nouns: STATES,
    bookkeeping: true,
  },
  {
    types: ['applications.argoproj.io'],
    path: 'metadata.annotations[argocd.argoproj.io/refresh]',
    reason: 'requests a refresh, and is removed by it',
    source: 'https://argo-cd.readthedocs.io/en/stable/user-guide/annotations-and-labels/',
    nouns: STATES,
    bookkeeping: true,
  },
  {
    types: ['machines.machine.openshift.io'],
    path: 'metadata.annotations[machine.openshift.io/instance-state]',
    reason: 'status from the cloud provider',
    source: 'https://docs.openshift.com/container-platform/latest/machine_management/index.html',
    nouns: STATES,
    bookkeeping: true,
  },
  {
    types: '*',
    path: 'metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]',
    reason: 'repeats what was last applied; its effect is in the other fields',
    source: `${LABELS}#kubectl-kubernetes-io-last-applied-configuration`,
    nouns: APPLIED,
  },
];

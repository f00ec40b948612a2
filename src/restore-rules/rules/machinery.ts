import { DEFAULT_EXCLUSIONS } from '../../types/default-exclusions.ts';
import { valueAt } from '../edit.ts';
import type { SkipRow } from '../rule.ts';

const OWN_SERVICE = ['services', 'endpoints', 'endpointslices.discovery.k8s.io'];

const KUBERNETES = 'https://kubernetes.io/docs/';
const REQUESTS = `${KUBERNETES}reference/access-authn-authz/certificate-signing-requests/`;
const MIGRATION = `${KUBERNETES}tasks/manage-kubernetes-objects/storage-version-migration/`;

/** Types whose objects belong to the machines of one cluster. */
const OF_MACHINES = [
  ['nodes', 'a node announces itself', `${KUBERNETES}concepts/architecture/nodes/`],
  [
    'csinodes.storage.k8s.io',
    'the kubelet of the node writes it',
    'https://kubernetes-csi.github.io/docs/csi-node-object.html',
  ],
  [
    'volumeattachments.storage.k8s.io',
    'the attachment of a volume to a node, made when a pod needs it',
    'https://github.com/vmware-tanzu/velero/blob/main/pkg/controller/restore_controller.go',
  ],
  [
    'csistoragecapacities.storage.k8s.io',
    'a measurement of the storage driver',
    `${KUBERNETES}concepts/storage/storage-capacity/`,
  ],
  [
    'resourceslices.resource.k8s.io',
    'the devices of a node, published by their driver',
    `${KUBERNETES}concepts/scheduling-eviction/dynamic-resource-allocation/`,
  ],
  [
    'certificatesigningrequests.certificates.k8s.io',
    'a request of its moment; its approval cannot be restored',
    REQUESTS,
  ],
  [
    'podcertificaterequests.certificates.k8s.io',
    'a request of one pod, which the kubelet asks anew',
    REQUESTS,
  ],
  [
    'storageversionmigrations.storagemigration.k8s.io',
    'a run over what is stored in an old version; what is restored is stored in the new one',
    MIGRATION,
  ],
  [
    'ipaddresses.networking.k8s.io',
    "the address of a Service, kept by the server's own allocator",
    `${KUBERNETES}reference/networking/virtual-ips/#ip-address-objects`,
  ],
  ['storageversions.internal.apiserver.k8s.io', 'the API servers write it', MIGRATION],
  ...['rangeallocations.security.openshift.io', 'rangeallocations.security.internal.openshift.io'].map(
    (type) =>
      [
        type,
        'a bit map of the uid ranges that this very cluster has given to projects',
        'https://github.com/openshift/cluster-policy-controller',
      ] as const,
  ),
] as const;

/** Objects of the cluster itself, and what mirrors others. */
export const MACHINERY: readonly SkipRow[] = [
  ...DEFAULT_EXCLUSIONS.filter(({ pattern }) => !OWN_SERVICE.includes(pattern)).map(
    ({ pattern, reason }): SkipRow => ({
      rule: 'mirror',
      types: [pattern],
      reason,
      source: 'the default exclusions of a backup',
      skips: () => true,
    }),
  ),
  ...OF_MACHINES.map(
    ([type, reason, source]): SkipRow => ({
      rule: 'machinery',
      types: [type],
      reason,
      source,
      skips: () => true,
    }),
  ),
  {
    rule: 'automanaged-api',
    types: ['apiservices.apiregistration.k8s.io'],
    reason: 'the API server registers its own groups, and those of CRDs',
    source:
      'https://kubernetes.io/docs/reference/labels-annotations-taints/#kube-aggregator-kubernetesio-automanaged',
    skips: ({ fields }) =>
      valueAt(fields, 'metadata', 'labels', 'kube-aggregator.kubernetes.io/automanaged') !== undefined,
  },
  {
    rule: 'own-service',
    types: OWN_SERVICE,
    reason: 'the API server keeps the Service of its own address',
    source: 'https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/',
    skips: ({ project, name }) => project === 'default' && name === 'kubernetes',
  },
];

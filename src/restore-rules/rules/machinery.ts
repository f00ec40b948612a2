import { OBJECT_NOISE } from '../../changes/noise/objects.ts';
import { DEFAULT_EXCLUSIONS } from '../../types/default-exclusions.ts';
import { globMatcher } from '../../words/glob.ts';
import { valueAt } from '../edit.ts';
import type { SkipRow } from '../rule.ts';
import { FINISHED } from './finished.ts';

const OWN_SERVICE = ['services', 'endpoints', 'endpointslices.discovery.k8s.io'];

const KUBERNETES = 'https://kubernetes.io/docs/';
const REQUESTS = `${KUBERNETES}reference/access-authn-authz/certificate-signing-requests/`;
const MIGRATION = `${KUBERNETES}tasks/manage-kubernetes-objects/storage-version-migration/`;

/** Types whose objects belong to the machines of one cluster. */
const OF_MACHINES = [
  ['nodes', 'the kubelet registers its node', `${KUBERNETES}concepts/architecture/nodes/`],
  [
    'csinodes.storage.k8s.io',
    'the kubelet of the node creates it',
    'https://kubernetes-csi.github.io/docs/csi-node-object.html',
  ],
  [
    'volumeattachments.storage.k8s.io',
    'a volume is attached to a node when a pod needs it',
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
    'a request for one certificate; its approval cannot be restored',
    REQUESTS,
  ],
  [
    'podcertificaterequests.certificates.k8s.io',
    'a request for one pod; the kubelet creates a new one',
    REQUESTS,
  ],
  [
    'storageversionmigrations.storagemigration.k8s.io',
    'a run over stored objects of an old version; restored objects are stored in the new one',
    MIGRATION,
  ],
  [
    'ipaddresses.networking.k8s.io',
    'the API server creates it for the address of a Service',
    `${KUBERNETES}reference/networking/virtual-ips/#ip-address-objects`,
  ],
  ['storageversions.internal.apiserver.k8s.io', 'the API servers create it', MIGRATION],
  ...['rangeallocations.security.openshift.io', 'rangeallocations.security.internal.openshift.io'].map(
    (type) =>
      [
        type,
        'records which uid ranges a cluster has given to its projects',
        'https://github.com/openshift/cluster-policy-controller',
      ] as const,
  ),
  [
    'machines.{machine.openshift,cluster.x-k8s}.io',
    'it stands for one machine of a cloud; its MachineSet or an administrator creates another',
    'https://docs.okd.io/latest/machine_management/index.html',
  ],
  [
    '{installplans,operatorconditions,operators}.operators.coreos.com',
    'OLM creates it for a Subscription or an installed operator',
    'https://olm.operatorframework.io/docs/concepts/crds/installplan/',
  ],
  [
    '{ciliumnodes,ciliumendpointslices}.cilium.io',
    'the Cilium agents create it',
    'https://docs.cilium.io/en/stable/network/kubernetes/concepts/',
  ],
  [
    '{hostsubnets,netnamespaces}.network.openshift.io',
    'the network of the cluster creates it for its nodes and projects',
    'https://docs.okd.io/latest/networking/openshift_sdn/about-openshift-sdn.html',
  ],
  [
    'identities.user.openshift.io',
    'it holds the uid of its User; logging in creates both or links the restored User again',
    'https://docs.okd.io/latest/authentication/understanding-identity-provider.html',
  ],
  [
    'oauthclientauthorizations.oauth.openshift.io',
    'it holds the uid of its User; the next log-in asks for the authorization again',
    'https://docs.okd.io/latest/authentication/configuring-oauth-clients.html',
  ],
] as const;

/** Noise of diff that is restored nevertheless: runs that have not finished, and images. */
const WANTED =
  /^(?:images\.image\.openshift|pipelineruns\.tekton|(?:task|custom)?runs\.tekton|workflows\.argoproj|analysisruns\.argoproj)\./;
const COVERED = globMatcher([
  ...DEFAULT_EXCLUSIONS.map(({ pattern }) => pattern),
  ...OF_MACHINES.map(([type]) => type),
  ...FINISHED.filter(({ rule }) => rule === 'done-once').flatMap(({ types }) => types),
]);

/** Types that only controllers write: allocations, measurements, reports. */
const RECORDS = OBJECT_NOISE.filter(({ when }) => when === undefined).flatMap(({ types, reason, source }) => {
  const left = types === '*' ? [] : types.filter((type) => !WANTED.test(type) && !COVERED(type));
  return left.length === 0 ? [] : [{ types: left, reason, source }];
});

/** Objects of the cluster itself, and mirrors of others. */
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
  ...RECORDS.map((row): SkipRow => ({ rule: 'controller-record', ...row, skips: () => true })),
  {
    rule: 'automanaged-api',
    types: ['apiservices.apiregistration.k8s.io'],
    reason: 'the API server registers its own groups and those of CRDs',
    source:
      'https://kubernetes.io/docs/reference/labels-annotations-taints/#kube-aggregator-kubernetesio-automanaged',
    skips: ({ fields }) =>
      valueAt(fields, 'metadata', 'labels', 'kube-aggregator.kubernetes.io/automanaged') !== undefined,
  },
  {
    rule: 'own-service',
    types: OWN_SERVICE,
    reason: 'the API server maintains the Service of its own address',
    source: 'https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/',
    skips: ({ project, name }) => project === 'default' && name === 'kubernetes',
  },
];

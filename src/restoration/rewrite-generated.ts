import { DEFAULT_EXCLUSIONS } from '../snapshot/default-exclusions.ts';
import { LEFT_OUT } from '../snapshot/housekeeping.ts';
import { textAt, valueAt } from './edit.ts';
import type { Item } from './item.ts';
import type { SkipRow } from './rule.ts';

const OWN_SERVICE = ['services', 'endpoints', 'endpointslices.discovery.k8s.io'];
const SERVICE_CA = ['service.beta', 'service.alpha'].map(
  (name) => `${name}.openshift.io/originating-service-name`,
);
const ACCOUNT = 'kubernetes.io/service-account.name';
const TOKENS = 'https://kubernetes.io/docs/concepts/security/service-accounts/#get-a-token';
const OCP_ACCOUNTS =
  'https://docs.openshift.com/container-platform/latest/authentication/using-service-accounts-in-applications.html';

/** Types whose objects belong to the machines of one cluster. */
const MACHINERY = [
  ['nodes', 'a node announces itself'],
  ['csinodes.storage.k8s.io', 'the kubelet of the node writes it'],
  ['volumeattachments.storage.k8s.io', 'the attachment of a volume to a node, made when a pod needs it'],
  ['csistoragecapacities.storage.k8s.io', 'a measurement of the storage driver'],
  ['resourceslices.resource.k8s.io', 'the devices of a node, published by their driver'],
  [
    'certificatesigningrequests.certificates.k8s.io',
    'a request of its moment; its approval cannot be restored',
  ],
  ['ipaddresses.networking.k8s.io', "the address of a Service, kept by the server's own allocator"],
  ['storageversions.internal.apiserver.k8s.io', 'the API servers write it'],
] as const;

/** Objects that the cluster makes by itself. */
export const GENERATED: readonly SkipRow[] = [
  ...DEFAULT_EXCLUSIONS.filter(({ pattern }) => !OWN_SERVICE.includes(pattern)).map(
    ({ pattern, reason }): SkipRow => ({
      rule: 'mirror',
      types: [pattern],
      reason,
      source: 'the default exclusions of a backup',
      skips: () => true,
    }),
  ),
  ...MACHINERY.map(
    ([type, reason]): SkipRow => ({
      rule: 'machinery',
      types: [type],
      reason,
      source: 'https://velero.io/docs/main/restore-reference/',
      skips: () => true,
    }),
  ),
  {
    rule: 'automanaged-api',
    types: ['apiservices.apiregistration.k8s.io'],
    reason: 'the API server registers its own groups, and those of CRDs',
    source: 'https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/',
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
  {
    rule: 'token-secret',
    types: ['secrets'],
    reason: LEFT_OUT[0].reason,
    source: TOKENS,
    skips: ({ fields }) => textAt(fields, 'type') === 'kubernetes.io/service-account-token',
  },
  {
    rule: 'generated-pull-secret',
    types: ['secrets'],
    reason: 'a pull secret of a ServiceAccount for the internal registry, which OpenShift makes anew',
    source: OCP_ACCOUNTS,
    skips: isGeneratedPullSecret,
  },
  {
    rule: 'service-ca-secret',
    types: ['secrets'],
    reason: 'a serving certificate, which the service CA of the cluster signs anew for its Service',
    source:
      'https://docs.openshift.com/container-platform/latest/security/certificates/service-serving-certificate.html',
    skips: ({ fields }) =>
      SERVICE_CA.some((key) => valueAt(fields, 'metadata', 'annotations', key) !== undefined),
  },
  {
    rule: 'ca-bundle',
    types: ['configmaps'],
    reason: 'the CA of the cluster, which is put into every project',
    source:
      'https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers',
    skips: ({ name, project }) =>
      project !== null && (name === 'kube-root-ca.crt' || name === 'openshift-service-ca.crt'),
  },
];

/** Somebody's own pull secret may be called so too; only the generated ones tell whose account they serve. */
function isGeneratedPullSecret({ name, fields }: Item): boolean {
  if (!/-dockercfg-[a-z0-9]{5,}$/.test(name)) return false;
  const annotations = valueAt(fields, 'metadata', 'annotations');
  return (
    textAt(annotations, ACCOUNT) !== null ||
    textAt(annotations, 'openshift.io/token-secret.name') !== null ||
    textAt(annotations, 'openshift.io/internal-registry-auth-token.service-account') !== null ||
    textAt(fields, 'type') === 'kubernetes.io/dockercfg'
  );
}

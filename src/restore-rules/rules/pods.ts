import type { Fields, Value } from '../../json/value.ts';
import type { ArchiveIndex } from '../archive-index.ts';
import { edited, textAt, valueAt, without } from '../edit.ts';
import type { ChangeRow } from '../rule.ts';
import { isGeneratedFor } from './generated.ts';

const JOBS = ['jobs.batch'];
const UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'];
const PODS = ['pods'];
const TOKENS = 'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/';
const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'];
/** Annotations of networks on pods; another pod may have the address now. */
const NETWORK = [
  'cni.projectcalico.org/containerID',
  'cni.projectcalico.org/podIP',
  'cni.projectcalico.org/podIPs',
  'k8s.ovn.org/pod-networks',
  'k8s.v1.cni.cncf.io/network-status',
  'k8s.v1.cni.cncf.io/networks-status',
  'openshift.io/scc',
];

/** What controllers write into Jobs. */
export const JOB_RULES: readonly ChangeRow[] = [
  {
    rule: 'job-selector',
    types: JOBS,
    reason: 'selector and labels hold the uid of the old Job; the API server sets them',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#specifying-your-own-pod-selector',
    change: (fields) =>
      valueAt(fields, 'spec', 'manualSelector') === true
        ? fields
        : without(
            fields,
            'spec.selector',
            ...['metadata', 'spec.template.metadata'].flatMap((at) =>
              UID_LABELS.map((label) => `${at}.labels[${label}]`),
            ),
          ),
  },
];

/** What controllers, admission and networks write into pods. */
export const POD_RULES: readonly ChangeRow[] = [
  {
    rule: 'pod-node',
    types: [...PODS, 'virtualmachineinstances.kubevirt.io'],
    reason: 'the scheduler chooses a node; the old one may not exist',
    source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/',
    change: (fields) => without(fields, 'spec.nodeName', 'metadata.labels[kubevirt.io/nodeName]'),
  },
  {
    rule: 'pod-token',
    types: PODS,
    reason: 'the API server adds the volume and mounts of a ServiceAccount token',
    source: TOKENS,
    change: (fields, { item, archiveIndex }) => withoutTokens(fields, item.project, archiveIndex),
  },
  {
    rule: 'pod-priority',
    types: PODS,
    reason: 'computed from the PriorityClass; a different value is refused',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/',
    change: (fields) => without(fields, 'spec.priority', 'spec.preemptionPolicy'),
  },
  {
    rule: 'pod-ephemeral-containers',
    types: PODS,
    reason: 'added to a running pod for debugging; a pod cannot be created with them',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/',
    change: (fields) => without(fields, 'spec.ephemeralContainers'),
  },
  {
    rule: 'pod-network',
    types: PODS,
    reason: 'addresses that the network assigned to the old pod',
    source:
      'https://github.com/ovn-kubernetes/ovn-kubernetes/blob/master/go-controller/pkg/util/pod_annotation.go',
    change: (fields) => without(fields, ...NETWORK.map((key) => `metadata.annotations[${key}]`)),
  },
  {
    rule: 'pod-pull-secret',
    types: PODS,
    reason: 'a generated pull secret has another name in another cluster',
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/',
    change: (fields, { item: { project }, archiveIndex: { ownSecrets } }) => {
      const account = textAt(fields, 'spec', 'serviceAccountName') ?? 'default';
      return edited(fields, 'spec.imagePullSecrets[*]', (each) => {
        const secret = textAt(each, 'name') ?? '';
        const isGenerated = isGeneratedFor(account, 'dockercfg', secret);
        return isGenerated && !ownSecrets.has(`${project}/${secret}`) ? undefined : each;
      });
    },
  },
];

function withoutTokens(fields: Fields, project: string | null, { ownSecrets }: ArchiveIndex): Fields {
  const account = textAt(fields, 'spec', 'serviceAccountName') ?? 'default';
  const gone = new Set<Value>();
  const left = edited(fields, 'spec.volumes[*]', (volume) => {
    const name = textAt(volume, 'name') ?? '';
    const secret = textAt(volume, 'secret', 'secretName') ?? '';
    const isToken =
      name.startsWith('kube-api-access-') ||
      (isGeneratedFor(account, 'token', secret) && !ownSecrets.has(`${project}/${secret}`));
    if (isToken) gone.add(name);
    return isToken ? undefined : volume;
  });
  return CONTAINERS.reduce(
    (spec, containers) =>
      edited(spec, `spec.${containers}[*].volumeMounts[*]`, (mount) =>
        gone.has(textAt(mount, 'name') ?? '') ? undefined : mount,
      ),
    left,
  );
}

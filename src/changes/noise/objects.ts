import { OWNED_NOISE } from './owned.ts';
import { annotation, field, label, type Nouns, type ObjectNoise } from './row.ts';

const TOKENS: Nouns = ['rotated registry token', 'rotated registry tokens'];
const SESSIONS: Nouns = ['OAuth token', 'OAuth tokens'];
const ENDPOINTS: Nouns = ['endpoints object of a Service', 'endpoints of Services'];
const NETWORK: Nouns = ['network endpoint or identity', 'network endpoints and identities'];
const REPORTS: Nouns = ['report of a scan or check', 'reports of scans and checks'];
const RUNS: Nouns = ['run of a job, build or pipeline', 'runs of jobs, builds and pipelines'];
const OLM: Nouns = ['record of operator installs', 'records of operator installs'];
const HEARTBEATS: Nouns = ['heartbeat or leader election', 'heartbeats and leader elections'];
const REQUESTS: Nouns = ['request for a certificate', 'requests for certificates'];
const ALLOCATIONS: Nouns = ['allocation of addresses or ids', 'allocations of addresses and ids'];
const STORAGE: Nouns = ['record of attached storage', 'records of attached storage'];
const BACKUPS: Nouns = ['scheduled backup', 'scheduled backups'];
const OF_CONTROLLERS: Nouns = ['pod or replica set of a controller', 'pods and replica sets of controllers'];

const ARGO_CD = 'https://argo-cd.readthedocs.io/en/stable/operator-manual/upgrading/2.14-3.0/';
const OPENSHIFT = 'https://docs.openshift.com/container-platform/latest';

/**
 * Objects that controllers create, change and delete by themselves: they are not compared, only counted
 * by their nouns. A row is a type, or a property of some of its objects; never only a name that
 * a person could have chosen.
 */
export const OBJECT_NOISE: readonly ObjectNoise[] = [
  ...OWNED_NOISE,
  {
    types: ['secrets'],
    when: [
      field('type', 'kubernetes.io/dockercfg'),
      annotation('openshift.io/internal-registry-auth-token.*'),
    ],
    reason: 'the pull secret of a service account, whose token OpenShift renews every half hour or so',
    source: 'https://github.com/openshift/enhancements/pull/1574',
    nouns: TOKENS,
  },
  {
    types: [
      'oauthaccesstokens.oauth.openshift.io',
      'oauthauthorizetokens.oauth.openshift.io',
      'useroauthaccesstokens.oauth.openshift.io',
    ],
    reason: 'a login session, which expires after a day',
    source: `${OPENSHIFT}/authentication/configuring-oauth-clients.html`,
    nouns: SESSIONS,
  },
  {
    types: ['pods'],
    when: [label('openshift.io/deployer-pod-for.name')],
    reason: 'runs one rollout of a DeploymentConfig',
    source: `${OPENSHIFT}/applications/deployments/what-deployments-are.html`,
    nouns: OF_CONTROLLERS,
  },
  {
    types: ['endpoints'],
    when: [label('endpoints.kubernetes.io/managed-by')],
    reason: "the addresses of a Service's pods, maintained by the endpoints controller",
    source:
      'https://kubernetes.io/docs/reference/labels-annotations-taints/#endpoints-kubernetes-io-managed-by',
    nouns: ENDPOINTS,
  },
  {
    types: ['endpoints'],
    when: [{ kind: 'addresses of pods' }],
    reason: 'the same before Kubernetes 1.33: without the label, but each address has a pod',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/#endpoints',
    nouns: ENDPOINTS,
  },
  {
    types: ['endpoints'],
    when: [{ kind: 'service with selector' }],
    reason: 'the same, for a Service without ready pods',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors',
    nouns: ENDPOINTS,
  },
  {
    types: ['endpointslices.discovery.k8s.io'],
    when: [label('endpointslice.kubernetes.io/managed-by')],
    reason: 'maintained by a controller, or a mirror of Endpoints',
    source: 'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#management',
    nouns: ENDPOINTS,
  },
  {
    types: ['ipaddresses.networking.k8s.io'],
    when: [label('ipaddress.kubernetes.io/managed-by')],
    reason: "the address of a Service, maintained by the API server's allocator",
    source: 'https://kubernetes.io/docs/reference/networking/virtual-ips/#ip-address-objects',
    nouns: ALLOCATIONS,
  },
  {
    types: [
      'rangeallocations',
      'rangeallocations.security.openshift.io',
      'rangeallocations.security.internal.openshift.io',
    ],
    reason: 'a bitmap of the uid ranges assigned to projects',
    source: 'https://github.com/openshift/cluster-policy-controller',
    nouns: ALLOCATIONS,
  },
  {
    types: [
      'overlappingrangeipreservations.whereabouts.cni.cncf.io',
      'ippools.whereabouts.cni.cncf.io',
      'ipamblocks.crd.projectcalico.org',
      'ipamhandles.crd.projectcalico.org',
      'blockaffinities.crd.projectcalico.org',
    ],
    reason: 'addresses that the network assigned to pods and nodes',
    source: 'https://docs.tigera.io/calico/latest/reference/configure-cni-plugins',
    nouns: ALLOCATIONS,
  },
  {
    types: ['ciliumendpoints.cilium.io', 'ciliumendpointslices.cilium.io', 'ciliumidentities.cilium.io'],
    reason: 'created by the Cilium agent for pods and their labels',
    source: ARGO_CD,
    nouns: NETWORK,
  },
  {
    types: [
      'podnetworkconnectivitychecks.controlplane.operator.openshift.io',
      'nodenetworkstates.nmstate.io',
      'nodenetworkconfigurationenactments.nmstate.io',
    ],
    reason: 'results of checks and agents on nodes',
    source: 'https://nmstate.io/kubernetes-nmstate/user-guide/101-reporting',
    nouns: REPORTS,
  },
  {
    types: [
      'policyreports.wgpolicyk8s.io',
      'clusterpolicyreports.wgpolicyk8s.io',
      'reports.openreports.io',
      'clusterreports.openreports.io',
      'ephemeralreports.reports.kyverno.io',
      'clusterephemeralreports.reports.kyverno.io',
      'admissionreports.kyverno.io',
      'clusteradmissionreports.kyverno.io',
      'backgroundscanreports.kyverno.io',
      'clusterbackgroundscanreports.kyverno.io',
      'updaterequests.kyverno.io',
    ],
    reason: 'results of policy engines, rewritten by each scan',
    source: ARGO_CD,
    nouns: REPORTS,
  },
  {
    types: [
      '*.status.gatekeeper.sh',
      '*.aquasecurity.github.io',
      'compliancecheckresults.compliance.openshift.io',
    ],
    reason: 'results of policy engines and scanners',
    source: 'https://open-policy-agent.github.io/gatekeeper/website/docs/operations',
    nouns: REPORTS,
  },
  {
    types: [
      'apirequestcounts.apiserver.openshift.io',
      'datagathers.insights.openshift.io',
      'verticalpodautoscalercheckpoints.autoscaling.k8s.io',
      'machineconfignodes.machineconfiguration.openshift.io',
    ],
    reason: 'measurements and states that a controller keeps in objects',
    source: `${OPENSHIFT}/rest_api/metadata_apis/apirequestcount-apiserver-openshift-io-v1.html`,
    nouns: REPORTS,
  },
  {
    types: [
      'pipelineruns.tekton.dev',
      'taskruns.tekton.dev',
      'customruns.tekton.dev',
      'runs.tekton.dev',
      'workflows.argoproj.io',
      'workflowtasksets.argoproj.io',
      'workflowtaskresults.argoproj.io',
      'workflowartifactgctasks.argoproj.io',
      'analysisruns.argoproj.io',
      'virtualmachineinstancemigrations.kubevirt.io',
    ],
    reason: 'a run: it starts, ends and is pruned; its definition is in other objects',
    source: 'https://tekton.dev/docs/pipelines/pipelineruns/',
    nouns: RUNS,
  },
  {
    types: ['clusterserviceversions.operators.coreos.com'],
    when: [label('olm.copiedFrom')],
    reason: 'the copy of a CSV that OLM creates in each project that the operator watches',
    source: 'https://olm.operatorframework.io/docs/advanced-tasks/disable-copied-csvs/',
    nouns: ['copied ClusterServiceVersion', 'copied ClusterServiceVersions'],
  },
  {
    types: ['installplans.operators.coreos.com', 'operatorconditions.operators.coreos.com'],
    reason: 'steps of OLM for a Subscription; the operator itself is the ClusterServiceVersion',
    source: 'https://olm.operatorframework.io/docs/concepts/crds/installplan/',
    nouns: OLM,
  },
  {
    types: [
      'certificatesigningrequests.certificates.k8s.io',
      'podcertificaterequests.certificates.k8s.io',
      'certificaterequests.cert-manager.io',
      'orders.acme.cert-manager.io',
      'challenges.acme.cert-manager.io',
    ],
    reason: 'used once; kubelets and cert-manager create a new one before a certificate expires',
    source: ARGO_CD,
    nouns: REQUESTS,
  },
  {
    types: ['configmaps'],
    when: [annotation('cluster-autoscaler.kubernetes.io/last-updated')],
    reason: 'the status of the cluster autoscaler, with the time of its last check',
    source: 'https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md',
    nouns: ['autoscaler status', 'autoscaler statuses'],
  },
  {
    types: ['leases.coordination.k8s.io', 'leasecandidates.coordination.k8s.io'],
    reason: 'renewed every few seconds',
    source: 'https://kubernetes.io/docs/concepts/architecture/leases/',
    nouns: HEARTBEATS,
  },
  {
    types: ['events', 'events.events.k8s.io'],
    reason: 'a log entry, which expires after an hour',
    source: 'https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/',
    nouns: ['event', 'events'],
  },
  {
    types: [
      'volumeattachments.storage.k8s.io',
      'csistoragecapacities.storage.k8s.io',
      'engines.longhorn.io',
      'replicas.longhorn.io',
      'instancemanagers.longhorn.io',
      'sharemanagers.longhorn.io',
      'volumeattachments.longhorn.io',
    ],
    reason: 'follows the pods that use a volume, and the free capacity of the storage',
    source:
      'https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume-attachment-v1/',
    nouns: STORAGE,
  },
  {
    types: ['images.image.openshift.io'],
    reason: 'created by each push or import, and removed by pruning; image streams refer to it',
    source: `${OPENSHIFT}/openshift_images/images-understand.html`,
    nouns: ['image of the registry', 'images of the registry'],
  },
  {
    types: ['backups.velero.io'],
    when: [label('velero.io/schedule-name')],
    reason: 'created by a Schedule, and expired by Velero',
    source: 'https://velero.io/docs/main/api-types/schedule/',
    nouns: BACKUPS,
  },
  {
    types: [
      'podvolumebackups.velero.io',
      'podvolumerestores.velero.io',
      'datauploads.velero.io',
      'datadownloads.velero.io',
      'downloadrequests.velero.io',
      'deletebackuprequests.velero.io',
      'serverstatusrequests.velero.io',
    ],
    reason: 'a step of a backup or restore',
    source: 'https://velero.io/docs/main/file-system-backup/',
    nouns: BACKUPS,
  },
  {
    types: ['secrets', 'configmaps'],
    when: [label('owner', 'helm'), label('status', 'superseded')],
    reason: 'an older revision of a Helm release; the new one is shown',
    source: 'https://helm.sh/docs/topics/advanced/#storage-backends',
    nouns: ['superseded Helm revision', 'superseded Helm revisions'],
  },
  {
    types: ['providerconfigusages.*', 'generatorstates.generators.external-secrets.io'],
    reason: 'records of an operator about what it manages',
    source: 'https://docs.crossplane.io/latest/concepts/providers/',
    nouns: ['record of an operator', 'records of operators'],
  },
];

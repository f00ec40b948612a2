/** Types that need no object in the sample, and why. */
export const NOT_IN_SAMPLE: Readonly<Record<string, string>> = {
  bindings: 'a request that nobody can list',
  componentstatuses: 'nobody can create one',
  'ipaddresses.networking.k8s.io': 'the server makes one for each Service of the sample',
  'localsubjectaccessreviews.authorization.k8s.io': 'a question',
  'selfsubjectaccessreviews.authorization.k8s.io': 'a question',
  'selfsubjectreviews.authentication.k8s.io': 'a question',
  'selfsubjectrulesreviews.authorization.k8s.io': 'a question',
  'subjectaccessreviews.authorization.k8s.io': 'a question',
  'tokenreviews.authentication.k8s.io': 'a question',
};

/** What of the sample does not come back, by the rule that leaves it out. */
export const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  'ca-bundle': ['every-kind/configmaps/kube-root-ca.crt', 'every-kind/configmaps/openshift-service-ca.crt'],
  'claim-of-pod': [
    'every-kind/persistentvolumeclaims/of-replicas-scratch',
    'every-kind/resourceclaims.resource.k8s.io/alone-with-all-gpu-7xk2p',
  ],
  'controller-revision': ['every-kind/controllerrevisions.apps/ledger-6d5b'],
  'endpoints-of-service': ['every-kind/endpoints/main'],
  'finished-job': ['every-kind/jobs.batch/over'],
  'finished-pod': ['every-kind/pods/finished'],
  'released-volume': ['_cluster/persistentvolumes/released'],
  'generated-pull-secret': [
    'every-kind/secrets/builder-dockercfg-7xk2p',
    'every-kind/secrets/default-dockercfg-7xk2p',
    'every-kind/secrets/deployer-dockercfg-7xk2p',
  ],
  'job-of-cronjob': ['every-kind/jobs.batch/nightly-29614095'],
  machinery: [
    '_cluster/certificatesigningrequests.certificates.k8s.io/engine',
    '_cluster/csinodes.storage.k8s.io/worker-2',
    '_cluster/nodes/worker-2',
    '_cluster/resourceslices.resource.k8s.io/worker-2-gpu',
    '_cluster/storageversionmigrations.storagemigration.k8s.io/engines',
    '_cluster/volumeattachments.storage.k8s.io/csi-0a1b2c',
    'every-kind/csistoragecapacities.storage.k8s.io/csisc-7xk2p',
    'every-kind/podcertificaterequests.certificates.k8s.io/alone',
  ],
  'made-endpointslice': ['every-kind/endpointslices.discovery.k8s.io/main-x7k2p'],
  mirror: [
    'every-kind/events.events.k8s.io/main.17b2c3d4e5f60719',
    'every-kind/events/main.17b2c3d4e5f60718',
    'every-kind/leasecandidates.coordination.k8s.io/candidate',
    'every-kind/leases.coordination.k8s.io/leader',
  ],
  'mirror-pod': ['every-kind/pods/static-worker-2'],
  'owned-pod': ['every-kind/pods/deployer', 'every-kind/pods/of-replicas'],
  'owned-replicas': ['every-kind/replicasets.apps/main-6d5b', 'every-kind/replicationcontrollers/frontend-7'],
  'service-ca-secret': ['every-kind/secrets/serving'],
};

/** What of the sample is in no archive: tokens of this very cluster. */
export const NEVER_ARCHIVED: readonly string[] = ['builder', 'default', 'deployer'].map(
  (account) => `every-kind/secrets/${account}-token-q8zlm`,
);

/** What the server makes by itself, and no restore does. */
export const OF_THE_SERVER: readonly RegExp[] = [
  /^_cluster\/apiservices\.apiregistration\.k8s\.io\/v\d\w*\./,
  /^_cluster\/componentstatuses\//,
  /^_cluster\/ipaddresses\.networking\.k8s\.io\/10\.(0|77)\.0\.\d+$/,
  /^default\/services\/kubernetes$/,
  /^kube-system\/configmaps\/(extension-apiserver-authentication|kube-apiserver-legacy-service-account-token-tracking)$/,
  /^kube-system\/leases\.coordination\.k8s\.io\//,
];
/** Each event stands in both groups, and the server adds some while it looks for the address of a Service. */
export const EVENTS = /^every-kind\/events(\.events\.k8s\.io)?\//;

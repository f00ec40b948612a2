/** Fields of an object that may not be the same after a round trip. */
export interface Difference {
  /** Its file in the archive. */
  readonly file: string;
  readonly names: readonly string[];
  /** Keys; `*` for each item of a list. */
  readonly path: readonly string[];
  readonly reason: string;
  /** Who writes last is chance: it may be the same all the same. */
  readonly byChance?: true;
}

const NEW_UID = 'the owner has another uid';
const UID = ['metadata', 'ownerReferences', '*', 'uid'];
const JOB_UID = 'the server makes selector and labels of the uid that the Job has now';
const BINDER = 'no controller is there to bind, and to write so';
const GENERATED = 'made anew by OpenShift';
const CLOCK = 'the server tells when it looked';
const TOKEN = 'the server chooses a name for the volume of the token';
const of = (file: string) => `every-kind/${file}.json`;

/** All that is not the same, to the byte, in the archives before and after. */
export const DIFFERENCES: readonly Difference[] = [
  {
    file: 'persistentvolumes.json',
    names: [
      'nfs-from-before',
      'nfs-static',
      'pvc-28416493-91b2-60e7-38b4-40b25b4422a6',
      'pvc-4417de88-e15f-c048-9f57-68b1b43460a4',
    ],
    path: ['spec', 'claimRef', 'uid'],
    reason: BINDER,
  },
  {
    file: of('_bound/persistentvolumeclaims'),
    names: ['data-ledger-0', 'from-before', 'reports', 'static'],
    path: ['metadata', 'annotations'],
    reason: BINDER,
  },
  ...['_bound/persistentvolumeclaims', 'persistentvolumeclaims'].map((type) => ({
    file: of(type),
    names: ['from-before'],
    path: ['spec', 'storageClassName'],
    reason: 'none is none, and not the default that there is now',
  })),
  { file: of('_bound/persistentvolumeclaims'), names: ['data-ledger-0'], path: UID, reason: NEW_UID },
  { file: of('persistentvolumeclaims'), names: ['data-ledger-0'], path: UID, reason: NEW_UID },
  { file: of('configmaps'), names: ['of-engine'], path: UID, reason: NEW_UID },
  { file: of('serviceaccounts'), names: ['of-engine'], path: UID, reason: NEW_UID },
  { file: 'clusterroles.rbac.authorization.k8s.io.json', names: ['of-fleet'], path: UID, reason: NEW_UID },
  {
    file: of('engines.fleet.example.com'),
    names: ['documented', 'main', 'spare'],
    path: UID,
    reason: NEW_UID,
  },
  ...['secrets', 'imagePullSecrets'].map((list) => ({
    file: of('serviceaccounts'),
    names: ['builder', 'default', 'deployer'],
    path: [list],
    reason: GENERATED,
  })),
  ...['batch.kubernetes.io/controller-uid', 'controller-uid'].flatMap((label) =>
    [['metadata'], ['spec', 'template', 'metadata']].map((metadata) => ({
      file: of('jobs.batch'),
      names: ['running'],
      path: [...metadata, 'labels', label],
      reason: JOB_UID,
    })),
  ),
  { file: of('jobs.batch'), names: ['running'], path: ['spec', 'selector'], reason: JOB_UID },
  { file: of('pods'), names: ['alone'], path: ['spec', 'volumes', '*', 'name'], reason: TOKEN },
  {
    file: of('pods'),
    names: ['alone'],
    path: ['spec', 'containers', '*', 'volumeMounts', '*', 'name'],
    reason: TOKEN,
  },
  { file: of('pods'), names: ['alone'], path: ['spec', 'imagePullSecrets'], reason: GENERATED },
  {
    file: of('pods'),
    names: ['alone-with-all'],
    path: ['spec', 'nodeName'],
    reason: 'the scheduler chooses',
  },
  {
    file: of('services'),
    names: ['balanced-by-hand'],
    path: ['spec', 'externalIPs'],
    reason: 'counts as an address that the cluster of the archive gave',
  },
  ...[
    ['spec', 'host'],
    ['metadata', 'annotations'],
  ].map((path) => ({
    file: of('routes.route.openshift.io'),
    names: ['storefront'],
    path,
    reason: 'no router is there to generate a host',
  })),
  {
    file: of('_status/cronjobs.batch'),
    names: ['nightly'],
    path: [],
    reason: 'the run that was due since then would start',
  },
  ...['flowschemas.flowcontrol.apiserver.k8s.io', 'apiservices.apiregistration.k8s.io'].map((type) => ({
    file: `_status/${type}.json`,
    names: ['batch', 'v1.weather.example.com'],
    path: ['status', 'conditions', '*', 'lastTransitionTime'],
    reason: CLOCK,
    byChance: true as const,
  })),
];

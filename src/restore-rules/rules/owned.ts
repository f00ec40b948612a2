import { OWNED_NOISE } from '../../changes/noise/owned.ts';
import type { Condition, ObjectNoise } from '../../changes/noise/row.ts';
import type { Fields, Value } from '../../json/value.ts';
import { textAt, valueAt } from '../edit.ts';
import { ownerReferences } from '../owners.ts';
import type { SkipRow } from '../rule.ts';

const OWNERS = 'https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const SLICE_MAKERS = new Set(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']);

const OWNED_BY_NAME: readonly SkipRow[] = [
  {
    rule: 'owned-pod',
    types: ['pods'],
    reason: 'its controller creates it',
    source: OWNERS,
    skips: ({ fields }) =>
      controllerOf(fields) !== null || hasLabel(fields, 'openshift.io/deployer-pod-for.name'),
  },
  {
    rule: 'mirror-pod',
    types: ['pods'],
    reason: 'the kubelet of its node creates it from a file',
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/',
    skips: ({ fields }) => hasAnnotation(fields, 'kubernetes.io/config.mirror'),
  },
  {
    rule: 'claim-of-pod',
    types: ['persistentvolumeclaims', 'resourceclaims.resource.k8s.io'],
    reason: 'created for one pod and deleted with it; the next pod gets its own',
    source: 'https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/',
    skips: ({ fields }) => controllerOf(fields) === 'Pod',
  },
  {
    rule: 'owned-replicas',
    types: ['replicasets.apps', 'replicationcontrollers'],
    reason: 'its controller creates it',
    source: OWNERS,
    skips: ({ fields }) => controllerOf(fields) !== null,
  },
  {
    rule: 'job-of-cronjob',
    types: ['jobs.batch'],
    reason: 'its CronJob creates the next one on schedule',
    source: OWNERS,
    skips: ({ fields }) => controllerOf(fields) === 'CronJob',
  },
  {
    rule: 'build-of-config',
    types: ['builds.build.openshift.io'],
    reason: 'a run of its BuildConfig, which starts the next one',
    source:
      'https://docs.redhat.com/en/documentation/openshift_container_platform/4.15/html/builds_using_buildconfig/basic-build-operations',
    skips: ({ fields }) =>
      ownerReferences(fields).some((owner) => textAt(owner, 'kind') === 'BuildConfig') ||
      hasAnnotation(fields, 'openshift.io/build-config.name'),
  },
  {
    rule: 'controller-revision',
    types: ['controllerrevisions.apps'],
    reason: 'its StatefulSet or DaemonSet creates it',
    source: OWNERS,
    skips: ({ fields }) => controllerOf(fields) !== null,
  },
  {
    rule: 'run-of-owner',
    types: ['{taskruns,customruns,runs}.tekton.dev', '{workflows,analysisruns,experiments}.argoproj.io'],
    reason: 'its pipeline, schedule or rollout creates the next one',
    source: 'https://tekton.dev/docs/pipelines/pipelineruns/',
    skips: ({ fields }) => controllerOf(fields) !== null,
  },
  {
    rule: 'of-pod',
    types: ['*'],
    reason: 'it belongs to a pod and is deleted with it; the next pod creates its own',
    source: 'https://kubernetes.io/docs/concepts/architecture/garbage-collection/',
    skips: ({ fields }) => {
      const owners = ownerReferences(fields);
      return owners.length > 0 && owners.every((owner) => kindOf(owner) === 'Pod');
    },
  },
  {
    rule: 'copied-operator',
    types: ['clusterserviceversions.operators.coreos.com'],
    reason: 'OLM copies it from the project where the operator is installed',
    source: 'https://olm.operatorframework.io/docs/advanced-tasks/disable-copied-csvs/',
    skips: ({ fields }) => hasLabel(fields, 'olm.copiedFrom'),
  },
  {
    rule: 'dynamic-snapshot',
    types: [
      'volumesnapshots.snapshot.storage.k8s.io',
      'volumesnapshotcontents.snapshot.storage.k8s.io',
      'volumegroupsnapshots.groupsnapshot.storage.k8s.io',
      'volumegroupsnapshotcontents.groupsnapshot.storage.k8s.io',
    ],
    reason: 'it would take a snapshot of the new, empty volume under the old name',
    source: 'https://kubernetes.io/docs/concepts/storage/volume-snapshots/#provisioning-volume-snapshot',
    skips: ({ fields }) => isDynamic(valueAt(fields, 'spec', 'source')),
  },
  {
    rule: 'made-endpointslice',
    types: ['endpointslices.discovery.k8s.io'],
    reason: 'a controller creates it from a Service and its pods, or from Endpoints',
    source: 'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/',
    skips: ({ fields }) => SLICE_MAKERS.has(textAt(fields, 'metadata', 'labels', MANAGED_BY) ?? ''),
  },
  {
    rule: 'endpoints-of-service',
    types: ['endpoints'],
    reason: 'a controller creates it from the pods that the Service of this name selects',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/',
    skips: ({ project, name }, { archiveIndex }) => archiveIndex.selectingServices.has(`${project}/${name}`),
  },
];

/** Objects that a controller creates from what is restored. */
export const OWNED: readonly SkipRow[] = [
  ...OWNED_BY_NAME,
  // What diff passes over because its owner says it all is created from that owner.
  ...OWNED_NOISE.filter((row) => !isCovered(row)).map(ofOwner),
];

/** Whether a row above leaves out the same objects: those of any controller, or of a pod alone. */
function isCovered({ types, when = [] }: ObjectNoise): boolean {
  const ofAny = ['pods', 'replicasets.apps', 'replicationcontrollers', 'controllerrevisions.apps'];
  const ofPod = when.some((each) => each.kind === 'owner' && each.kinds.every((kind) => kind === 'Pod'));
  return ofPod || types === '*' || types.every((type) => ofAny.includes(type));
}

function ofOwner({ types, when = [], reason, source }: ObjectNoise): SkipRow {
  return {
    rule: 'made-by-owner',
    types: [...types],
    reason,
    source,
    skips: ({ fields }) => when.every((condition) => isOwnedAs(fields, condition)),
  };
}

function isOwnedAs(fields: Fields, condition: Condition): boolean {
  if (condition.kind === 'controlled') return controllerOf(fields) !== null;
  if (condition.kind !== 'owner') return false;
  const { kinds, name = '' } = condition;
  return ownerReferences(fields).some(
    (owner) => kinds.includes(kindOf(owner)) && (textAt(owner, 'name') ?? '').startsWith(name),
  );
}

/** A snapshot of a volume, not one that names a snapshot which exists in the storage. */
function isDynamic(source: Value | undefined): boolean {
  return ['persistentVolumeClaimName', 'volumeHandle', 'volumeHandles', 'selector'].some(
    (key) => valueAt(source, key) !== undefined,
  );
}

/** The kind of the owner that controls an object, or null. */
export function controllerOf(fields: Fields): string | null {
  const found = ownerReferences(fields).find((owner) => valueAt(owner, 'controller') === true);
  return textAt(found, 'kind');
}

/** `Deployment.apps`; `Pod` for a kind of the core group. */
function kindOf(owner: Value): string {
  const [group = '', version] = (textAt(owner, 'apiVersion') ?? '').split('/');
  const kind = textAt(owner, 'kind') ?? '';
  return version === undefined ? kind : `${kind}.${group}`;
}

function hasAnnotation(fields: Fields, key: string): boolean {
  return valueAt(fields, 'metadata', 'annotations', key) !== undefined;
}

function hasLabel(fields: Fields, key: string): boolean {
  return valueAt(fields, 'metadata', 'labels', key) !== undefined;
}

import type { Fields } from '../json/value.ts';
import { globMatcher } from '../words/glob.ts';
import { listAt } from './edit.ts';

/** Objects that are never deleted to be created again, since more would be lost than an archive contains. */
interface Row {
  /** Globs over full type names. */
  readonly types: readonly string[];
  /** What would be lost. */
  readonly loss: string;
  /** The documentation that says so. */
  readonly source: string;
}

const KUBERNETES = 'https://kubernetes.io/docs/';
const OPENSHIFT = 'https://docs.okd.io/latest/';

/** The table of objects that `--existing replace` leaves in place. */
export const IRREPLACEABLE: readonly Row[] = [
  {
    types: ['namespaces', 'projects.project.openshift.io'],
    loss: 'everything in the project',
    source: `${KUBERNETES}concepts/overview/working-with-objects/namespaces/`,
  },
  {
    types: ['customresourcedefinitions.apiextensions.k8s.io'],
    loss: 'all objects of its type',
    source: `${KUBERNETES}tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#delete-a-customresourcedefinition`,
  },
  {
    types: ['persistentvolumeclaims', 'persistentvolumes'],
    loss: 'the data on its volume',
    source: `${KUBERNETES}concepts/storage/persistent-volumes/#reclaiming`,
  },
  {
    types: [
      'volumesnapshots.snapshot.storage.k8s.io',
      'volumesnapshotcontents.snapshot.storage.k8s.io',
      'volumegroupsnapshot*.groupsnapshot.storage.k8s.io',
    ],
    loss: 'the snapshot in the storage system',
    source: `${KUBERNETES}concepts/storage/volume-snapshots/`,
  },
  {
    types: ['imagestreams.image.openshift.io', 'images.image.openshift.io'],
    loss: 'the tags of images that were pushed, and their history',
    source: `${OPENSHIFT}openshift_images/image-streams-manage.html`,
  },
  {
    types: ['serviceaccounts'],
    loss: 'the tokens and pull secrets of the account: they are bound to its uid',
    source: `${KUBERNETES}reference/access-authn-authz/service-accounts-admin/`,
  },
  {
    types: ['{users,identities,useridentitymappings}.user.openshift.io'],
    loss: 'the uid that links a user to the identity it logs in with',
    source: `${OPENSHIFT}authentication/understanding-identity-provider.html`,
  },
  {
    types: [
      'virtualmachines.kubevirt.io',
      'virtualmachineinstances.kubevirt.io',
      '*.snapshot.kubevirt.io',
      'datavolumes.cdi.kubevirt.io',
    ],
    loss: 'the disks of the virtual machine',
    source: 'https://kubevirt.io/user-guide/storage/disks_and_volumes/',
  },
  {
    types: [
      'nodes',
      '{machines,machinesets,controlplanemachinesets}.machine.openshift.io',
      '{machineconfigs,machineconfigpools}.machineconfiguration.openshift.io',
      '*.cluster.x-k8s.io',
      '*.metal3.io',
    ],
    loss: 'the machines of the cluster',
    source: `${OPENSHIFT}machine_management/index.html`,
  },
  {
    types: [
      '*.hypershift.openshift.io',
      '*.hive.openshift.io',
      '{managedclusters,manifestworks}.*.open-cluster-management.io',
    ],
    loss: 'the cluster that it describes',
    source: 'https://github.com/openshift/hive/blob/master/docs/using-hive.md',
  },
  {
    types: ['*.config.openshift.io', '*.operator.openshift.io', '*.imageregistry.operator.openshift.io'],
    loss: 'a setting without which the cluster does not run',
    source: `${OPENSHIFT}operators/operator-reference.html`,
  },
  {
    types: [
      '*.ceph.rook.io',
      '*.longhorn.io',
      '*.noobaa.io',
      '*.topolvm.io',
      '*.objectbucket.io',
      '{buckets,bucketclaims}.objectstorage.k8s.io',
      '*.storage.openshift.io',
    ],
    loss: 'the storage that it describes',
    source: 'https://rook.io/docs/rook/latest-release/Storage-Configuration/ceph-teardown/',
  },
  {
    types: [
      '{kafkas,kafkanodepools,kafkatopics,kafkausers}.kafka.strimzi.io',
      '*.postgres-operator.crunchydata.com',
      '*.postgresql.cnpg.io',
      '*.{pxc,psmdb,pgv2,ps}.percona.com',
      '*.k8s.elastic.co',
      '*.mongodb.com',
      '*.mongodbcommunity.mongodb.com',
      '*.rabbitmq.com',
      '*.redis.redis.opstreelabs.in',
      '*.infinispan.org',
      '*.scylla.scylladb.com',
      '*.minio.min.io',
    ],
    loss: 'the data that its operator keeps',
    source: 'https://strimzi.io/docs/operators/latest/deploying',
  },
  {
    types: [
      '*.crossplane.io',
      '*.upbound.io',
      '*.services.k8s.aws',
      '*.cnrm.cloud.google.com',
      '*.azure.com',
    ],
    loss: 'what it describes outside of the cluster',
    source: 'https://docs.crossplane.io/latest/managed-resources/managed-resources/',
  },
];

/** Finalizers of deletions by the server, which protect nothing else. */
const HARMLESS = new Set(['foregroundDeletion', 'orphan', 'batch.kubernetes.io/job-tracking']);
const MATCHERS = IRREPLACEABLE.map((row) => ({ row, matches: globMatcher(row.types) }));

/** What else would be lost with a deleted object of a type; null if nothing. */
export function lossWithType(type: string): string | null {
  return MATCHERS.find(({ matches }) => matches(type))?.row.loss ?? null;
}

/**
 * What else would be lost with an object: by its type, or what a controller with a finalizer cleans up
 * outside of the object (a load balancer and its address, a bucket, a database).
 *
 * @param live the object in the cluster
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
 */
export function lossWith(type: string, live: Fields): string | null {
  const ofType = lossWithType(type);
  if (ofType !== null) return ofType;
  const finalizer = listAt(live, 'metadata', 'finalizers').find(
    (each) => typeof each === 'string' && !HARMLESS.has(each),
  );
  return finalizer === undefined ? null : `what its finalizer ${finalizer} cleans up`;
}

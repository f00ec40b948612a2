import type { JsonObject, KubeObject } from '../kube-object.ts';
import { clusterObject } from '../sample/object.ts';
import { boundClaim } from '../sample/storage.ts';
import { owner } from '../sample/workload.ts';
import { object } from './project.ts';

const capacity = { storage: '2Gi' };
const accessModes = ['ReadWriteOnce'];

/** Claims of no class, bound to volumes that somebody made by hand: one from before there was a default class. */
export const claimsWithoutClass: readonly KubeObject[] = [
  ...boundByHand('from-before', {}),
  ...boundByHand('static', { storageClassName: '' }),
];

/** Volumes and claims in every state, also such as a StatefulSet and a pod own. */
export const volumes: readonly KubeObject[] = [
  ...boundClaim('every-kind', 'reports', 'ReadWriteMany', '5Gi'),
  ...owned(boundClaim('every-kind', 'data-ledger-0', 'ReadWriteOnce', '1Gi')),
  clusterObject('v1', 'PersistentVolume', 'by-hand', {
    spec: {
      capacity,
      accessModes,
      persistentVolumeReclaimPolicy: 'Retain',
      nfs: { server: 'nfs.example.com', path: '/exports/2' },
      mountOptions: ['hard'],
    },
    status: { phase: 'Available' },
  }),
  clusterObject('v1', 'PersistentVolume', 'released', {
    spec: {
      capacity,
      accessModes,
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: 'standard',
      nfs: { server: 'nfs.example.com', path: '/exports/3' },
      claimRef: { kind: 'PersistentVolumeClaim', namespace: 'every-kind', name: 'gone', uid: 'gone' },
    },
    status: { phase: 'Released' },
  }),
  object('v1', 'PersistentVolumeClaim', 'waiting', {
    spec: {
      storageClassName: 'standard',
      volumeAttributesClassName: 'fast',
      accessModes,
      resources: { requests: capacity },
    },
    status: { phase: 'Pending' },
  }),
  object(
    'v1',
    'PersistentVolumeClaim',
    'of-replicas-scratch',
    { spec: { storageClassName: 'standard', accessModes, resources: { requests: capacity } } },
    { ownerReferences: [owner('v1', 'Pod', 'of-replicas')] },
  ),
  object('v1', 'PersistentVolumeClaim', 'copy', {
    spec: {
      storageClassName: '',
      accessModes,
      volumeMode: 'Block',
      dataSource: { kind: 'PersistentVolumeClaim', name: 'reports' },
      resources: { requests: capacity },
    },
  }),
];

function boundByHand(name: string, storageClass: JsonObject): readonly KubeObject[] {
  const volumeName = `nfs-${name}`;
  const claimRef = { kind: 'PersistentVolumeClaim', namespace: 'every-kind', name, uid: `${name}-was` };
  const spec = {
    capacity,
    accessModes,
    claimRef,
    nfs: { server: 'nfs.example.com', path: `/exports/${name}` },
  };
  const requests = { accessModes, resources: { requests: capacity }, volumeName, ...storageClass };
  return [
    clusterObject('v1', 'PersistentVolume', volumeName, { spec, status: { phase: 'Bound' } }),
    object(
      'v1',
      'PersistentVolumeClaim',
      name,
      { spec: requests, status: { phase: 'Bound', accessModes, capacity } },
      {
        annotations: { 'pv.kubernetes.io/bind-completed': 'yes' },
      },
    ),
  ];
}

/** As a StatefulSet that deletes its claims owns them. */
function owned(objects: readonly KubeObject[]): readonly KubeObject[] {
  const { controller, ...reference } = owner('apps/v1', 'StatefulSet', 'ledger');
  return objects.map((each) =>
    each.kind === 'PersistentVolume'
      ? each
      : {
          ...each,
          metadata: {
            ...each.metadata,
            ownerReferences: [{ ...reference, controller: controller === true }],
          },
        },
  );
}

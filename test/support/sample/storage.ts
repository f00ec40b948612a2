import type { KubeObject } from '../kube-object.ts';
import { clusterObject, noise, objectsOf } from './object.ts';
import { uuid } from './workload.ts';

const PROVISIONER = 'csi.example.com';

/** A claim and the volume that a provisioner made and a controller bound to it. */
export function boundClaim(
  namespace: string,
  name: string,
  accessMode: string,
  storage: string,
): KubeObject[] {
  const volumeName = `pvc-${uuid(name)}`;
  const claimRef = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name,
    namespace,
    uid: uuid(name),
  };
  return [
    clusterObject(
      'v1',
      'PersistentVolume',
      volumeName,
      {
        spec: {
          capacity: { storage },
          accessModes: [accessMode],
          persistentVolumeReclaimPolicy: 'Delete',
          storageClassName: 'standard',
          claimRef,
          csi: { driver: PROVISIONER, volumeHandle: noise(name, 8).toString('hex'), fsType: 'ext4' },
        },
        status: { phase: 'Bound' },
      },
      { annotations: { 'pv.kubernetes.io/provisioned-by': PROVISIONER } },
    ),
    objectsOf(namespace)(
      'v1',
      'PersistentVolumeClaim',
      name,
      {
        spec: {
          accessModes: [accessMode],
          resources: { requests: { storage } },
          storageClassName: 'standard',
          volumeName,
        },
        status: { phase: 'Bound', accessModes: [accessMode], capacity: { storage } },
      },
      {
        annotations: {
          'pv.kubernetes.io/bind-completed': 'yes',
          'pv.kubernetes.io/bound-by-controller': 'yes',
          'volume.kubernetes.io/storage-provisioner': PROVISIONER,
          'volume.beta.kubernetes.io/storage-provisioner': PROVISIONER,
          'volume.kubernetes.io/selected-node': 'worker-2',
        },
      },
    ),
  ];
}

import type { KubeObject } from '../kube-object.ts';
import { clusterObject } from '../sample/object.ts';
import { object } from './project.ts';

const DRIVER = 'csi.example.com';

/** storage.k8s.io. Its class becomes that of all claims that name none from then on. */
export const storage: readonly KubeObject[] = [
  clusterObject('storage.k8s.io/v1', 'CSIDriver', DRIVER, {
    spec: {
      attachRequired: true,
      podInfoOnMount: false,
      volumeLifecycleModes: ['Persistent'],
      fsGroupPolicy: 'File',
    },
  }),
  clusterObject(
    'storage.k8s.io/v1',
    'StorageClass',
    'standard',
    {
      provisioner: DRIVER,
      parameters: { type: 'ssd' },
      allowVolumeExpansion: true,
      mountOptions: ['noatime'],
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a', 'b'] }] }],
      volumeBindingMode: 'WaitForFirstConsumer',
    },
    { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  ),
  clusterObject('storage.k8s.io/v1', 'VolumeAttributesClass', 'fast', {
    driverName: DRIVER,
    parameters: { iops: '5000' },
  }),
  clusterObject('storage.k8s.io/v1', 'CSINode', 'worker-2', {
    spec: { drivers: [{ name: DRIVER, nodeID: 'w2', topologyKeys: ['zone'] }] },
  }),
  clusterObject('storage.k8s.io/v1', 'VolumeAttachment', 'csi-0a1b2c', {
    spec: { attacher: DRIVER, nodeName: 'worker-2', source: { persistentVolumeName: 'by-hand' } },
    status: { attached: true },
  }),
  object('storage.k8s.io/v1', 'CSIStorageCapacity', 'csisc-7xk2p', {
    storageClassName: 'standard',
    capacity: '100Gi',
  }),
];

import { annotated, type ChangeExample, OLD, object, storage, UID, volume } from './rule-objects.ts';

const BOUND = 'pv.kubernetes.io/bind-completed';
const BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';

export const STORAGE_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'claim-binding',
    type: 'persistentvolumeclaims',
    object: object(
      'v1',
      'PersistentVolumeClaim',
      'bound',
      { spec: storage },
      annotated({ [BOUND]: 'yes', team: 'shop' }),
    ),
    without: [['metadata', 'annotations', BOUND], 'yes'],
    with: [[['metadata', 'annotations'], { team: 'shop' }]],
  },
  {
    rule: 'claim-volume',
    type: 'persistentvolumeclaims',
    object: object('v1', 'PersistentVolumeClaim', 'with-volume', {
      spec: { ...storage, volumeName: 'pv-gone' },
    }),
    without: [['spec', 'volumeName'], 'pv-gone'],
    with: [[['spec', 'volumeName'], undefined]],
  },
  {
    rule: 'claim-class',
    type: 'persistentvolumeclaims',
    object: object('v1', 'PersistentVolumeClaim', 'without-class', {
      spec: { ...storage, volumeName: 'pv-by-hand' },
    }),
    options: { rebindStorageClasses: ['*'] },
    without: [['spec', 'storageClassName'], 'usual'],
    with: [
      [['spec', 'storageClassName'], ''],
      [['spec', 'volumeName'], 'pv-by-hand'],
    ],
  },
  {
    rule: 'volume-claim-uid',
    type: 'persistentvolumes',
    object: volume('pv-uid', {
      namespace: OLD,
      name: 'data',
      uid: UID,
      resourceVersion: '9',
    }),
    without: [['spec', 'claimRef', 'uid'], UID],
    with: [[['spec', 'claimRef'], { namespace: OLD, name: 'data' }]],
  },
  {
    rule: 'volume-binding',
    type: 'persistentvolumes',
    object: volume(
      'pv-by-controller',
      { namespace: OLD, name: 'data' },
      annotated({ [BY_CONTROLLER]: 'yes' }),
    ),
    without: [['metadata', 'annotations', BY_CONTROLLER], 'yes'],
    with: [[['metadata', 'annotations'], undefined]],
  },
];

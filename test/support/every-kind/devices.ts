import type { KubeObject } from '../kube-object.ts';
import { clusterObject } from '../sample/object.ts';
import { owner } from '../sample/workload.ts';
import { object } from './project.ts';

const DRIVER = 'gpu.example.com';
const devices = { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu', count: 1 } }] };

/** resource.k8s.io: what a driver publishes, and what is asked of it. */
export const devicesOfNodes: readonly KubeObject[] = [
  clusterObject('resource.k8s.io/v1', 'DeviceClass', 'gpu', {
    spec: { selectors: [{ cel: { expression: `device.driver == "${DRIVER}"` } }] },
  }),
  object('resource.k8s.io/v1', 'ResourceClaimTemplate', 'gpu', { spec: { spec: { devices } } }),
  object('resource.k8s.io/v1', 'ResourceClaim', 'shared-gpu', {
    spec: {
      devices: {
        ...devices,
        config: [
          {
            opaque: {
              driver: DRIVER,
              parameters: { apiVersion: 'gpu.example.com/v1', kind: 'Sharing', slices: 2 },
            },
          },
        ],
      },
    },
  }),
  object(
    'resource.k8s.io/v1',
    'ResourceClaim',
    'alone-with-all-gpu-7xk2p',
    { spec: { devices } },
    { ownerReferences: [owner('v1', 'Pod', 'alone-with-all')] },
  ),
  clusterObject('resource.k8s.io/v1', 'ResourceSlice', 'worker-2-gpu', {
    spec: {
      driver: DRIVER,
      nodeName: 'worker-2',
      pool: { name: 'worker-2', generation: 1, resourceSliceCount: 1 },
      devices: [
        { name: 'gpu-0', attributes: { model: { string: 'x1' } }, capacity: { memory: { value: '80Gi' } } },
      ],
    },
  }),
  clusterObject('resource.k8s.io/v1beta2', 'DeviceTaintRule', 'broken', {
    spec: {
      deviceSelector: { driver: DRIVER, pool: 'worker-2', device: 'gpu-0' },
      taint: { key: 'broken', effect: 'NoSchedule' },
    },
  }),
];

import type { KubeObject } from '../kube-object.ts';
import { conditions, owner } from '../sample/workload.ts';
import { object, selector, template } from './project.ts';

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'main' };
const replicas = { replicas: 2, selector, template };
const flat = { replicas: 2, selector: { app: 'main' }, template };
const data = { spec: { template } };

/** apps, autoscaling, policy, and ReplicationControllers. */
export const workloads: readonly KubeObject[] = [
  object('apps/v1', 'Deployment', 'main', {
    spec: { ...replicas, strategy: { type: 'Recreate' } },
    status: { replicas: 2, readyReplicas: 2, conditions: conditions('Available') },
  }),
  object('apps/v1', 'ReplicaSet', 'alone', { spec: replicas, status: { replicas: 2 } }),
  object(
    'apps/v1',
    'ReplicaSet',
    'main-6d5b',
    { spec: replicas },
    { ownerReferences: [owner('apps/v1', 'Deployment', 'main')] },
  ),
  object('v1', 'ReplicationController', 'alone', { spec: flat, status: { replicas: 2 } }),
  object(
    'v1',
    'ReplicationController',
    'frontend-7',
    { spec: flat },
    {
      ownerReferences: [owner('apps.openshift.io/v1', 'DeploymentConfig', 'frontend')],
    },
  ),
  object('apps/v1', 'StatefulSet', 'ledger', {
    spec: {
      replicas: 1,
      serviceName: 'headless',
      selector,
      template,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
    status: { replicas: 1, currentRevision: 'ledger-6d5b' },
  }),
  object('apps/v1', 'DaemonSet', 'shipper', {
    spec: { selector, template },
    status: { currentNumberScheduled: 1, desiredNumberScheduled: 1, numberMisscheduled: 0, numberReady: 1 },
  }),
  object('apps/v1', 'ControllerRevision', 'kept', { revision: 3, data }),
  object(
    'apps/v1',
    'ControllerRevision',
    'ledger-6d5b',
    { revision: 1, data },
    {
      ownerReferences: [owner('apps/v1', 'StatefulSet', 'ledger')],
    },
  ),
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'main', {
    spec: {
      scaleTargetRef: target,
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
      behavior: {
        scaleDown: {
          stabilizationWindowSeconds: 60,
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
        },
      },
    },
    status: { currentReplicas: 2, desiredReplicas: 2, conditions: conditions('AbleToScale') },
  }),
  object('autoscaling/v1', 'HorizontalPodAutoscaler', 'old', {
    spec: { scaleTargetRef: target, maxReplicas: 3, targetCPUUtilizationPercentage: 80 },
  }),
  object('policy/v1', 'PodDisruptionBudget', 'main', {
    spec: { minAvailable: 1, selector },
    status: { currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1, expectedPods: 2 },
  }),
  object('policy/v1', 'PodDisruptionBudget', 'share', {
    spec: {
      maxUnavailable: '50%',
      selector: { matchLabels: { app: 'alone' } },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  }),
];

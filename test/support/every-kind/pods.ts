import type { KubeObject } from '../kube-object.ts';
import { owner } from '../sample/workload.ts';
import { containers, object, template } from './project.ts';

const scratch = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

/** Pods: two that nobody else makes anew, and one for each reason to leave a pod out. */
export const pods: readonly KubeObject[] = [
  object('v1', 'Pod', 'alone', { spec: { containers } }, { labels: { app: 'alone' } }),
  object('v1', 'Pod', 'alone-with-all', {
    spec: {
      serviceAccountName: 'robot',
      priorityClassName: 'important',
      runtimeClassName: 'sandboxed',
      nodeName: 'worker-2',
      initContainers: [{ name: 'proxy', image: 'registry.example.com/proxy:1', restartPolicy: 'Always' }],
      containers: containers.map((main) => ({
        ...main,
        resources: { requests: { cpu: '1500m' } },
        volumeMounts: [{ name: 'settings', mountPath: '/settings' }],
      })),
      volumes: [
        { name: 'settings', configMap: { name: 'plain', optional: true } },
        { name: 'scratch', ephemeral: { volumeClaimTemplate: { spec: scratch } } },
      ],
      resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'gpu' }],
    },
    status: { phase: 'Running', podIP: '10.128.2.17', podIPs: [{ ip: '10.128.2.17' }] },
  }),
  object(
    'v1',
    'Pod',
    'of-replicas',
    { spec: { containers } },
    { labels: template.metadata.labels, ownerReferences: [owner('apps/v1', 'ReplicaSet', 'alone')] },
  ),
  object(
    'v1',
    'Pod',
    'deployer',
    { spec: { containers } },
    { labels: { 'openshift.io/deployer-pod-for.name': 'frontend-7' } },
  ),
  object('v1', 'Pod', 'finished', {
    spec: { containers, restartPolicy: 'Never' },
    status: { phase: 'Succeeded' },
  }),
  object(
    'v1',
    'Pod',
    'static-worker-2',
    { spec: { containers, nodeName: 'worker-2', automountServiceAccountToken: false } },
    { annotations: { 'kubernetes.io/config.mirror': '0a1b2c' } },
  ),
];

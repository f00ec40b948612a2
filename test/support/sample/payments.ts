import type { KubeObject } from '../kube-object.ts';
import { noise, objectsOf, secretData } from './object.ts';
import { projectServer } from './project.ts';
import { boundClaim } from './storage.ts';
import { conditions, podTemplate } from './workload.ts';

/** The project payments: a database with volumes, nightly jobs, quotas and a closed network. */
export function paymentsProject(): KubeObject[] {
  const object = objectsOf('payments');
  const job = { template: { spec: { restartPolicy: 'Never', containers: [container('settle')] } } };
  return [
    ...projectServer('payments', 'Payments', 'bob'),
    ...boundClaim('payments', 'data-ledger-0', 'ReadWriteOnce', '20Gi'),
    ...boundClaim('payments', 'reports', 'ReadWriteMany', '5Gi'),
    object('v1', 'PersistentVolumeClaim', 'waiting', {
      spec: {
        storageClassName: 'standard',
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
      },
      status: { phase: 'Pending' },
    }),
    object('apps/v1', 'StatefulSet', 'ledger', {
      spec: {
        replicas: 1,
        serviceName: 'ledger',
        selector: { matchLabels: { app: 'ledger' } },
        template: podTemplate('ledger', 'registry.example.com/payments/postgresql:17.2'),
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
          },
        ],
      },
      status: {
        replicas: 1,
        readyReplicas: 1,
        currentRevision: 'ledger-6d5b',
        updateRevision: 'ledger-6d5b',
      },
    }),
    object('v1', 'Service', 'ledger', {
      spec: { clusterIP: 'None', selector: { app: 'ledger' }, ports: [{ name: 'postgresql', port: 5432 }] },
    }),
    object('v1', 'Secret', 'ledger-credentials', {
      type: 'Opaque',
      ...secretData({ 'pgpass.conf': `*:5432:*:ledger:${noise('pgpass', 18).toString('base64')}\n` }),
    }),
    object('batch/v1', 'CronJob', 'settlement', {
      spec: {
        schedule: '15 0 * * *',
        timeZone: 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: job },
      },
      status: { lastScheduleTime: '2026-09-11T00:15:00Z', lastSuccessfulTime: '2026-09-11T00:15:42Z' },
    }),
    object('batch/v1', 'Job', 'migrate-2026-09', {
      spec: { backoffLimit: 2, ...job },
      status: { active: 1, ready: 1, startTime: '2026-09-10T09:00:00Z' },
    }),
    object('networking.k8s.io/v1', 'NetworkPolicy', 'deny-all', {
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    }),
    object('networking.k8s.io/v1', 'NetworkPolicy', 'from-shop', {
      spec: {
        podSelector: { matchLabels: { app: 'ledger' } },
        ingress: [
          {
            from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }],
            ports: [{ protocol: 'TCP', port: 5432 }],
          },
        ],
      },
    }),
    object('v1', 'ResourceQuota', 'compute', {
      spec: { hard: { pods: '20', 'requests.cpu': '4', 'requests.memory': '8Gi' } },
      status: { hard: { pods: '20' }, used: { pods: '1' } },
    }),
    object('v1', 'LimitRange', 'defaults', {
      spec: {
        limits: [{ type: 'Container', default: { memory: '512Mi' }, defaultRequest: { cpu: '100m' } }],
      },
    }),
    object('policy/v1', 'PodDisruptionBudget', 'ledger', {
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'ledger' } } },
      status: {
        currentHealthy: 1,
        desiredHealthy: 1,
        disruptionsAllowed: 0,
        expectedPods: 1,
        conditions: conditions('DisruptionAllowed'),
      },
    }),
  ];
}

function container(name: string) {
  return { name, image: `registry.example.com/payments/${name}:2.0`, args: ['--all', '--since=yesterday'] };
}

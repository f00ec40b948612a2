import type { KubeObject } from '../kube-object.ts';
import { clusterObject } from '../sample/object.ts';
import { object } from './project.ts';

const FLOW = 'flowcontrol.apiserver.k8s.io/v1';

/** Classes, the server's own flow control, heartbeats, and a migration of what is stored. */
export const clusterWide: readonly KubeObject[] = [
  clusterObject('scheduling.k8s.io/v1', 'PriorityClass', 'important', {
    value: 1000,
    preemptionPolicy: 'Never',
    description: 'What earns the money',
  }),
  clusterObject('node.k8s.io/v1', 'RuntimeClass', 'sandboxed', {
    handler: 'kata',
    overhead: { podFixed: { memory: '120Mi', cpu: '250m' } },
    scheduling: { nodeSelector: { sandbox: 'yes' } },
  }),
  clusterObject(FLOW, 'PriorityLevelConfiguration', 'batch', {
    spec: {
      type: 'Limited',
      limited: {
        nominalConcurrencyShares: 5,
        limitResponse: { type: 'Queue', queuing: { queues: 16, handSize: 4, queueLengthLimit: 50 } },
      },
    },
  }),
  clusterObject(FLOW, 'FlowSchema', 'batch', {
    spec: {
      priorityLevelConfiguration: { name: 'batch' },
      matchingPrecedence: 5000,
      distinguisherMethod: { type: 'ByUser' },
      rules: [
        {
          subjects: [{ kind: 'Group', group: { name: 'batch' } }],
          resourceRules: [{ verbs: ['list'], apiGroups: [''], resources: ['pods'], namespaces: ['*'] }],
        },
      ],
    },
  }),
  object('coordination.k8s.io/v1', 'Lease', 'leader', {
    spec: { holderIdentity: 'alone', leaseDurationSeconds: 15 },
  }),
  object('coordination.k8s.io/v1beta1', 'LeaseCandidate', 'candidate', {
    spec: {
      leaseName: 'leader',
      binaryVersion: '1.36.0',
      emulationVersion: '1.36.0',
      strategy: 'OldestEmulationVersion',
      // The server takes those away that are silent for half an hour.
      renewTime: '2099-01-01T00:00:00.000000Z',
    },
  }),
  clusterObject('storagemigration.k8s.io/v1beta1', 'StorageVersionMigration', 'engines', {
    spec: { resource: { group: 'fleet.example.com', resource: 'engines' } },
  }),
];

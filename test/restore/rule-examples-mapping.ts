import { type ChangeExample, MAPPED, NEW, OLD, object, volume } from './rule-objects.ts';

export const MAPPING_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'map-namespace',
    type: 'configmaps',
    options: MAPPED,
    object: object('v1', 'ConfigMap', 'moved'),
    without: /namespace of the provided object does not match/,
    with: [[['metadata', 'namespace'], NEW]],
  },
  {
    rule: 'map-project',
    type: 'namespaces',
    options: { mapping: new Map([[OLD, 'rules-newer']]) },
    object: object('v1', 'Namespace', OLD, {}, { labels: { 'kubernetes.io/metadata.name': OLD } }, null),
    without: /already exists/,
    with: [[['metadata', 'labels'], { 'kubernetes.io/metadata.name': 'rules-newer' }]],
  },
  {
    rule: 'map-scc-users',
    type: 'securitycontextconstraints.security.openshift.io',
    options: MAPPED,
    object: object(
      'security.openshift.io/v1',
      'SecurityContextConstraints',
      'for-web',
      { users: [`system:serviceaccount:${OLD}:web`, 'admin'], groups: [`system:serviceaccounts:${OLD}`] },
      {},
      null,
    ),
    without: [['users', 0], `system:serviceaccount:${OLD}:web`],
    with: [
      [['users'], [`system:serviceaccount:${NEW}:web`, 'admin']],
      [['groups'], [`system:serviceaccounts:${NEW}`]],
    ],
  },
  {
    rule: 'map-claim-ref',
    type: 'persistentvolumes',
    options: MAPPED,
    object: volume('pv-moved', { namespace: OLD, name: 'data' }),
    without: [['spec', 'claimRef', 'namespace'], OLD],
    with: [[['spec', 'claimRef', 'namespace'], NEW]],
  },
  {
    rule: 'map-endpoint-targets',
    type: 'endpoints',
    options: MAPPED,
    object: object('v1', 'Endpoints', 'own', {
      subsets: [{ addresses: [{ ip: '192.0.2.1', targetRef: { kind: 'Pod', name: 'p', namespace: OLD } }] }],
    }),
    without: [['subsets', 0, 'addresses', 0, 'targetRef', 'namespace'], OLD],
    with: [[['subsets', 0, 'addresses', 0, 'targetRef', 'namespace'], NEW]],
  },
];

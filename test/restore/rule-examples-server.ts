import { annotated, type ChangeExample, object, UID } from './rule-objects.ts';

const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const MCS = 'openshift.io/sa.scc.mcs';

export const SERVER_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'server-metadata',
    type: 'configmaps',
    object: object(
      'v1',
      'ConfigMap',
      'versioned',
      { data: { a: '1' } },
      { resourceVersion: '7', uid: UID, generation: 9 },
    ),
    without: /resourceVersion should not be set/,
    with: [[['data', 'a'], '1']],
  },
  {
    rule: 'status',
    type: 'buildconfigs.build.openshift.io',
    object: object('build.openshift.io/v1', 'BuildConfig', 'with-status', {
      spec: {},
      status: { lastVersion: 9 },
    }),
    without: [['status', 'lastVersion'], 9],
    with: [[['status'], undefined]],
  },
  {
    rule: 'deletion-finalizer',
    type: 'configmaps',
    object: object(
      'v1',
      'ConfigMap',
      'in-deletion',
      {},
      { finalizers: ['foregroundDeletion', 'example.com/own'] },
    ),
    without: [['metadata', 'finalizers', 0], 'foregroundDeletion'],
    with: [[['metadata', 'finalizers'], ['example.com/own']]],
  },
  {
    rule: 'housekeeping',
    type: 'configmaps',
    object: object('v1', 'ConfigMap', 'leader', {}, annotated({ [LEADER]: '{"holderIdentity":"gone"}' })),
    without: [['metadata', 'annotations', LEADER], '{"holderIdentity":"gone"}'],
    with: [[['metadata', 'annotations'], undefined]],
  },
  {
    rule: 'scc-range',
    type: 'namespaces',
    object: object(
      'v1',
      'Namespace',
      'rules-ranges',
      {},
      annotated({ [MCS]: 's0:c1,c0', team: 'shop' }),
      null,
    ),
    without: [['metadata', 'annotations', MCS], 's0:c1,c0'],
    with: [[['metadata', 'annotations'], { team: 'shop' }]],
  },
];

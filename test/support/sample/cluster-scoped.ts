import { definition } from '../definition.ts';
import type { KubeObject } from '../kube-object.ts';
import { clusterObject, objectsOf } from './object.ts';

/** Cluster-scoped objects besides volumes, and a custom resource definition with its resources. */
export function clusterScopedObjects(): KubeObject[] {
  return [
    clusterObject(
      'storage.k8s.io/v1',
      'StorageClass',
      'standard',
      { provisioner: 'csi.example.com', reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer' },
      { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    ),
    clusterObject('scheduling.k8s.io/v1', 'PriorityClass', 'business-critical', {
      value: 100000,
      description: 'What earns the money',
    }),
    clusterObject('networking.k8s.io/v1', 'IngressClass', 'nginx', {
      spec: { controller: 'k8s.io/ingress-nginx' },
    }),
    clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRole', 'flag-editor', {
      rules: [{ apiGroups: ['config.example.com'], resources: ['featureflags'], verbs: ['*'] }],
    }),
    clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'flag-editors', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'flag-editor' },
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'product' }],
    }),
    definition('featureflags.config.example.com', 'FeatureFlag', { shortNames: ['ff'], status: true }),
    ...['shop', 'web-frontend'].map(featureFlag),
  ];
}

/** With values that a model of the type would not keep: null, empty, fields that no schema names. */
function featureFlag(project: string): KubeObject {
  return objectsOf(project)('config.example.com/v1', 'FeatureFlag', 'checkout', {
    spec: {
      enabled: true,
      rollout: { percentage: 12.5, salt: 9007199254740991, since: '2026-09-01T08:15:00.123456Z' },
      owners: [],
      variants: { a: {}, b: null, 'ключ "c"': 'line\u2028separator' },
    },
    status: { evaluations: 120045, lastSeen: '2026-09-11T00:14:59Z' },
  });
}

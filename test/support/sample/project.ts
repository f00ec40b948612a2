import type { KubeObject } from '../kube-object.ts';
import { clusterObject, fakePem, noise, objectsOf, secretData } from './object.ts';

/** What every project of an OpenShift cluster has from its first second on. */
export function projectServer(name: string, displayName: string, requester: string): KubeObject[] {
  const object = objectsOf(name);
  const caBundle = fakePem('CERTIFICATE', 'cluster-ca', 900);
  return [
    clusterObject(
      'v1',
      'Namespace',
      name,
      {},
      {
        labels: { 'pod-security.kubernetes.io/audit': 'restricted', team: requester },
        annotations: {
          'openshift.io/description': `Everything of ${displayName}`,
          'openshift.io/display-name': displayName,
          'openshift.io/requester': requester,
          'openshift.io/sa.scc.mcs': 's0:c26,c10',
          'openshift.io/sa.scc.supplemental-groups': '1000660000/10000',
          'openshift.io/sa.scc.uid-range': '1000660000/10000',
        },
      },
    ),
    object('v1', 'ConfigMap', 'kube-root-ca.crt', { data: { 'ca.crt': caBundle } }),
    object(
      'v1',
      'ConfigMap',
      'openshift-service-ca.crt',
      { data: { 'service-ca.crt': caBundle } },
      { annotations: { 'service.beta.openshift.io/inject-cabundle': 'true' } },
    ),
    ...['default', 'builder', 'deployer'].flatMap((account) => serviceAccount(name, account)),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'admin', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: requester }],
    }),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'system:image-pullers', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:image-puller' },
      subjects: [
        { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: `system:serviceaccounts:${name}` },
      ],
    }),
  ];
}

/** A service account with the two secrets that OpenShift makes for it. */
function serviceAccount(project: string, name: string): KubeObject[] {
  const object = objectsOf(project);
  const dockercfg = `${name}-dockercfg-7xk2p`;
  const token = noise(`${project}/${name}`, 600).toString('base64url');
  const registry = {
    'image-registry.openshift-image-registry.svc:5000': { username: 'serviceaccount', password: token },
  };
  const annotations = { 'kubernetes.io/service-account.name': name };
  return [
    object('v1', 'ServiceAccount', name, {
      secrets: [{ name: dockercfg }],
      imagePullSecrets: [{ name: dockercfg }],
    }),
    object(
      'v1',
      'Secret',
      dockercfg,
      { type: 'kubernetes.io/dockercfg', ...secretData({ '.dockercfg': JSON.stringify(registry) }) },
      { annotations: { 'openshift.io/internal-registry-auth-token.service-account': name } },
    ),
    object(
      'v1',
      'Secret',
      `${name}-token-q8zlm`,
      {
        type: 'kubernetes.io/service-account-token',
        ...secretData({ 'ca.crt': fakePem('CERTIFICATE', 'cluster-ca', 900), namespace: project, token }),
      },
      { annotations },
    ),
  ];
}

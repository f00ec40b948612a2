import type { JsonObject } from '../support/kube-object.ts';
import { type ChangeExample, MAPPED, NEW, OLD, object, volume } from './rule-objects.ts';

const secretRef = (namespace: string) => ({ name: 'key', namespace });
const csi = (namespace: string) => ({
  driver: 'csi.example.com',
  volumeHandle: 'v',
  nodeStageSecretRef: secretRef(namespace),
  nodePublishSecretRef: secretRef(namespace),
  controllerExpandSecretRef: secretRef(namespace),
});
const withSource = (name: string, source: JsonObject) => {
  const { spec, ...rest } = volume(name, { name: 'data', namespace: OLD });
  const { hostPath: _, ...others } = Object(spec);
  return { ...rest, spec: { ...others, ...source } };
};
const parameters = (namespace: string) => ({
  'csi.storage.k8s.io/provisioner-secret-name': 'key',
  'csi.storage.k8s.io/provisioner-secret-namespace': namespace,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the provisioner
  'csi.storage.k8s.io/node-stage-secret-namespace': '${pvc.namespace}',
});
const users = (namespace: string) => [
  { kind: 'ServiceAccount', serviceAccount: { name: 'web', namespace } },
  { kind: 'User', user: { name: `system:serviceaccount:${namespace}:web` } },
  { kind: 'Group', group: { name: `system:serviceaccounts:${namespace}` } },
];
const route = (namespace: string) => ({
  parentRefs: [{ name: 'gateway', namespace }],
  rules: [{ backendRefs: [{ name: 'web', namespace, port: 80 }] }],
});

export const REFERENCES_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'map-flow-subjects',
    type: 'flowschemas.flowcontrol.apiserver.k8s.io',
    options: MAPPED,
    object: object(
      'flowcontrol.apiserver.k8s.io/v1',
      'FlowSchema',
      'for-web',
      {
        spec: {
          priorityLevelConfiguration: { name: 'global-default' },
          rules: [
            { subjects: users(OLD), nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }] },
          ],
        },
      },
      {},
      null,
    ),
    without: [['spec', 'rules', 0, 'subjects'], users(OLD)],
    with: [[['spec', 'rules', 0, 'subjects'], users(NEW)]],
  },
  {
    rule: 'map-volume-secrets',
    type: 'persistentvolumes',
    options: MAPPED,
    object: withSource('pv-csi', { csi: csi(OLD) }),
    without: [['spec', 'csi'], csi(OLD)],
    with: [[['spec', 'csi'], csi(NEW)]],
  },
  {
    rule: 'map-volume-secrets',
    type: 'persistentvolumes',
    options: MAPPED,
    object: withSource('pv-rbd', {
      rbd: { image: 'i', monitors: ['192.0.2.1'], secretRef: secretRef(OLD) },
    }),
    without: [['spec', 'rbd', 'secretRef'], secretRef(OLD)],
    with: [[['spec', 'rbd', 'secretRef'], secretRef(NEW)]],
  },
  {
    rule: 'map-class-secrets',
    type: 'storageclasses.storage.k8s.io',
    options: MAPPED,
    object: object(
      'storage.k8s.io/v1',
      'StorageClass',
      'with-secret',
      { provisioner: 'csi.example.com', parameters: parameters(OLD) },
      {},
      null,
    ),
    without: [['parameters'], parameters(OLD)],
    with: [[['parameters'], parameters(NEW)]],
  },
  {
    rule: 'map-ingress-class',
    type: 'ingressclasses.networking.k8s.io',
    options: MAPPED,
    object: object(
      'networking.k8s.io/v1',
      'IngressClass',
      'with-parameters',
      {
        spec: {
          controller: 'example.com/ingress',
          parameters: { kind: 'ConfigMap', name: 'p', scope: 'Namespace', namespace: OLD },
        },
      },
      {},
      null,
    ),
    without: [['spec', 'parameters', 'namespace'], OLD],
    with: [[['spec', 'parameters', 'namespace'], NEW]],
  },
  {
    rule: 'map-gateway-refs',
    type: 'httproutes.gateway.networking.k8s.io',
    options: MAPPED,
    object: object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', { spec: route(OLD) }),
    without: [['spec'], route(OLD)],
    with: [[['spec'], route(NEW)]],
  },
  {
    rule: 'map-monitors',
    type: 'servicemonitors.monitoring.coreos.com',
    options: MAPPED,
    object: object('monitoring.coreos.com/v1', 'ServiceMonitor', 'web', {
      spec: { namespaceSelector: { matchNames: [OLD, 'other'] } },
    }),
    without: [
      ['spec', 'namespaceSelector', 'matchNames'],
      [OLD, 'other'],
    ],
    with: [
      [
        ['spec', 'namespaceSelector', 'matchNames'],
        [NEW, 'other'],
      ],
    ],
  },
  {
    rule: 'map-operator-group',
    type: 'operatorgroups.operators.coreos.com',
    options: MAPPED,
    object: object('operators.coreos.com/v1', 'OperatorGroup', 'own', { spec: { targetNamespaces: [OLD] } }),
    without: [['spec', 'targetNamespaces'], [OLD]],
    with: [[['spec', 'targetNamespaces'], [NEW]]],
  },
];

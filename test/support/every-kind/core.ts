import type { KubeObject } from '../kube-object.ts';
import { clusterObject, fakePem, noise, objectsOf, secretData } from '../sample/object.ts';
import { projectServer } from '../sample/project.ts';
import { object, PROJECT, template } from './project.ts';

/** The core group but for pods, Services and volumes; and events, as both groups tell them. */
export const core: readonly KubeObject[] = [
  ...projectServer(PROJECT, 'An object of every kind', 'dana'),
  clusterObject(
    'v1',
    'Node',
    'worker-2',
    {
      spec: {
        podCIDR: '10.128.2.0/24',
        podCIDRs: ['10.128.2.0/24'],
        taints: [{ key: 'full', effect: 'NoSchedule' }],
      },
      status: { capacity: { cpu: '8', memory: '32Gi', pods: '250' } },
    },
    { labels: { 'kubernetes.io/hostname': 'worker-2' } },
  ),
  object('v1', 'LimitRange', 'defaults', {
    spec: { limits: [{ type: 'Container', default: { memory: '512Mi' }, defaultRequest: { cpu: '100m' } }] },
  }),
  object('v1', 'ResourceQuota', 'compute', {
    spec: { hard: { pods: '20', 'requests.cpu': '4' } },
    status: { hard: { 'count/unicorns.example.com': '3' }, used: { 'count/unicorns.example.com': '1' } },
  }),
  object('v1', 'ResourceQuota', 'best-effort', {
    spec: { hard: { pods: '2' }, scopes: ['BestEffort'] },
  }),
  object('v1', 'PodTemplate', 'stencil', { template }),
  object('v1', 'ServiceAccount', 'robot', {
    automountServiceAccountToken: false,
    secrets: [{ name: 'robot-ssh' }],
    imagePullSecrets: [{ name: 'registry' }],
  }),
  object('v1', 'ConfigMap', 'plain', {
    data: { empty: '', text: 'a\tb\n"c" – ü\u2028\n', 'key.with-all_1': '01' },
  }),
  object('v1', 'ConfigMap', 'frozen', {
    immutable: true,
    binaryData: { noise: noise('frozen', 90).toString('base64') },
  }),
  object('v1', 'ConfigMap', 'held', {}, { labels: { empty: '' }, finalizers: ['example.com/held'] }),
  object('v1', 'ConfigMap', 'watched-by-policy', {}, { labels: { watched: 'policy' } }),
  object('v1', 'ConfigMap', 'watched-by-webhook', {}, { labels: { watched: 'webhook' } }),
  objectsOf('default')('v1', 'ConfigMap', 'in-default', { data: { somebody: 'put it there' } }),
  ...secrets(),
  object('v1', 'Event', 'main.17b2c3d4e5f60718', {
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'main', namespace: PROJECT },
    reason: 'Pulled',
    type: 'Normal',
    firstTimestamp: '2026-09-11T00:10:00Z',
  }),
  object('events.k8s.io/v1', 'Event', 'main.17b2c3d4e5f60719', {
    regarding: { apiVersion: 'v1', kind: 'Pod', name: 'main', namespace: PROJECT },
    eventTime: '2026-09-11T00:10:00.000000Z',
    action: 'Starting',
    reason: 'Started',
    type: 'Normal',
    reportingController: 'example.com/kubelet',
    reportingInstance: 'worker-2',
  }),
];

function secrets(): readonly KubeObject[] {
  const of = (name: string, type: string, values: { readonly [key: string]: string }) =>
    object('v1', 'Secret', name, { type, ...secretData(values) });
  return [
    of('opaque', 'Opaque', { password: noise('opaque', 24).toString('base64url') }),
    of('basic', 'kubernetes.io/basic-auth', { username: 'dana', password: 'basic' }),
    of('robot-ssh', 'kubernetes.io/ssh-auth', { 'ssh-privatekey': fakePem('PRIVATE KEY', 'ssh', 300) }),
    of('registry', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '{"auths":{}}' }),
    of('certificate', 'kubernetes.io/tls', {
      'tls.crt': fakePem('CERTIFICATE', 'tls', 300),
      'tls.key': fakePem('PRIVATE KEY', 'tls-key', 300),
    }),
    object('v1', 'Secret', 'frozen', { immutable: true, ...secretData({ token: 'frozen' }) }),
    object(
      'v1',
      'Secret',
      'serving',
      { type: 'kubernetes.io/tls', ...secretData({ 'tls.crt': 'x', 'tls.key': 'y' }) },
      { annotations: { 'service.beta.openshift.io/originating-service-name': 'main' } },
    ),
  ];
}

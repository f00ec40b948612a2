import { randomBytes } from 'node:crypto';
import type { KubeObject } from '../test/support/kube-object.ts';

/** Makes an object of a project by its number. */
export type Maker = (namespace: string, index: number) => KubeObject;

const word = (bytes: number) => randomBytes(bytes).toString('hex');

/** Many small objects in many small files: eight types, of which a project has a few each. */
export const SMALL_OBJECTS: ReadonlyArray<readonly [share: number, make: Maker]> = [
  [6, (namespace, index) => pod(namespace, index)],
  [3, (namespace, index) => deployment(namespace, index)],
  [
    7,
    (namespace, index) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `settings-${index}`, namespace, labels: { app: `app-${index}` } },
      data: { 'application.properties': properties(namespace), level: 'info' },
    }),
  ],
  [
    6,
    (namespace, index) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: `credentials-${index}`, namespace },
      data: { password: randomBytes(24).toString('base64'), token: randomBytes(750).toString('base64') },
    }),
  ],
  [
    3,
    (namespace, index) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: `robot-${index}`, namespace },
      imagePullSecrets: [{ name: `pull-${word(3)}` }],
    }),
  ],
  [3, (namespace, index) => roleBinding(namespace, index, 1)],
  [
    2,
    (namespace, index) => ({
      apiVersion: 'bench.example.com/v1',
      kind: 'Widget',
      metadata: { name: `widget-${index}`, namespace },
      spec: {
        size: index,
        routes: Array.from({ length: 12 }, (_, at) => ({ at, host: `${word(4)}.example.com` })),
      },
    }),
  ],
  [
    2,
    (namespace, index) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `allow-${index}`, namespace },
      spec: { podSelector: { matchLabels: { app: `app-${index}` } }, policyTypes: ['Ingress'] },
    }),
  ],
];

/** Binds the role `view` to this number of users. */
export function roleBinding(namespace: string, index: number, users: number): KubeObject {
  const apiGroup = 'rbac.authorization.k8s.io';
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: 'RoleBinding',
    metadata: { name: `team-${index}`, namespace },
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'view' },
    subjects: Array.from({ length: users }, (_, at) => ({
      kind: 'User',
      apiGroup,
      name: `user-${index}-${at}@example.com`,
    })),
  };
}

function properties(namespace: string): string {
  return Array.from(
    { length: 16 },
    (_, at) => `${namespace}.setting-${at}.value = ${word(8)} # a default\n`,
  ).join('');
}

function podSpec(index: number) {
  const image = `registry.example.com/shop/web@sha256:${word(32)}`;
  const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } };
  const env = Array.from({ length: 8 }, (_, at) => ({ name: `SETTING_${at}`, value: word(8) }));
  return { containers: [{ name: `app-${index}`, image, env, resources }] };
}

function pod(namespace: string, index: number): KubeObject {
  const labels = { app: `app-${index}`, 'pod-template-hash': word(5) };
  const metadata = { name: `app-${index}-${word(5)}`, namespace, labels };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec(index) };
}

function deployment(namespace: string, index: number): KubeObject {
  const labels = { app: `app-${index}` };
  const template = { metadata: { labels }, spec: podSpec(index) };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `app-${index}`, namespace, labels },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  };
}

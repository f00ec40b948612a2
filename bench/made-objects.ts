import { randomBytes } from 'node:crypto';

/** A type that the list server has, and how its objects look between their names and their end. */
export interface MadeType {
  readonly resource: string;
  readonly group: string;
  readonly kind: string;
  readonly path: string;
  /** Objects in each project, for every hundred objects of the project. */
  readonly share: number;
  /** What follows metadata.labels in some different objects. */
  readonly variants: readonly Buffer[];
}

/** Different contents per type: more than fit into deflate's window. */
const VARIANTS = 32;

/**
 * Types with the form of objects from an API server: two field managers each, Pods and Deployments with a status,
 * and content that does not compress in Secrets and in one of three ConfigMaps.
 *
 * @param bytes size of an object, on average over all types
 */
export function madeTypes(bytes: number): readonly MadeType[] {
  return SHAPES.map(({ resource, group, kind, share, relative, content }) => ({
    resource,
    group,
    kind,
    share,
    path: `${group === '' ? '/api/v1' : `/apis/${group}/v1`}/${resource}`,
    variants: Array.from({ length: VARIANTS }, (_, at) => variant(content, Math.round(bytes * relative), at)),
  }));
}

type Content = (free: number, at: number) => Record<string, unknown>;

interface Shape {
  readonly resource: string;
  readonly group: string;
  readonly kind: string;
  readonly share: number;
  /** Size of an object, as a multiple of the average. */
  readonly relative: number;
  /** The members of an object besides metadata, with a text of about `free` bytes. */
  readonly content: Content;
}

const SHAPES: readonly Shape[] = [
  { resource: 'configmaps', group: '', kind: 'ConfigMap', share: 20, relative: 1.1, content: configMap },
  { resource: 'pods', group: '', kind: 'Pod', share: 22, relative: 1.3, content: pod },
  { resource: 'secrets', group: '', kind: 'Secret', share: 18, relative: 1.1, content: secret },
  {
    resource: 'serviceaccounts',
    group: '',
    kind: 'ServiceAccount',
    share: 8,
    relative: 0.4,
    content: account,
  },
  { resource: 'services', group: '', kind: 'Service', share: 8, relative: 0.5, content: service },
  {
    resource: 'deployments',
    group: 'apps',
    kind: 'Deployment',
    share: 12,
    relative: 1.3,
    content: deployment,
  },
  {
    resource: 'ingresses',
    group: 'networking.k8s.io',
    kind: 'Ingress',
    share: 4,
    relative: 0.6,
    content: ingress,
  },
  {
    resource: 'rolebindings',
    group: 'rbac.authorization.k8s.io',
    kind: 'RoleBinding',
    share: 8,
    relative: 0.4,
    content: binding,
  },
];

function variant(content: Content, bytes: number, at: number): Buffer {
  const text = (free: number) => {
    const members = { metadata: managed(), ...content(free, at) };
    // What is before the labels is written for each object.
    return JSON.stringify(members).replace('{"metadata":{', ',');
  };
  const bare = text(0).length + 180;
  return Buffer.from(text(Math.max(0, bytes - bare)));
}

function managed(): object {
  const fields = (...paths: readonly string[]) => Object.fromEntries(paths.map((path) => [`f:${path}`, {}]));
  const labels = { 'f:labels': { '.': {}, ...fields('app', 'release') } };
  const managers = [
    { manager: 'helm', operation: 'Update', fieldsV1: { 'f:metadata': labels, 'f:spec': fields('a', 'b') } },
    { manager: 'operator', operation: 'Apply', fieldsV1: { 'f:metadata': { 'f:annotations': fields('c') } } },
  ];
  const time = '2026-09-11T00:15:00Z';
  return {
    managedFields: managers.map((each) => ({ ...each, apiVersion: 'v1', fieldsType: 'FieldsV1', time })),
  };
}

function noise(bytes: number): string {
  return randomBytes(Math.ceil((bytes * 3) / 4))
    .toString('base64')
    .slice(0, Math.max(0, bytes));
}

function lines(bytes: number): string {
  const line = (at: number) =>
    `server.setting-${at % 40}.value = ${noise(6)} # the default of this setting\n`;
  return Array.from({ length: Math.ceil(bytes / 64) }, (_, at) => line(at)).join('');
}

function configMap(free: number, at: number) {
  return { data: at % 3 === 0 ? { 'ca.crt': noise(free) } : { 'application.properties': lines(free) } };
}

function secret(free: number) {
  return { data: { password: noise(32), token: noise(free) }, type: 'Opaque' };
}

function podSpec(free: number) {
  const env = Array.from({ length: Math.ceil(free / 110) }, (_, at) => ({
    name: `APPLICATION_SETTING_${at}`,
    valueFrom: { secretKeyRef: { name: `settings-${noise(6)}`, key: 'password' } },
  }));
  const resources = { limits: { memory: '256Mi' }, requests: { cpu: '50m', memory: '64Mi' } };
  const image = `registry.example.com/shop/web@sha256:${randomBytes(32).toString('hex')}`;
  return { containers: [{ name: 'web', image, env, resources }], serviceAccountName: 'default' };
}

function pod(free: number) {
  const lastTransitionTime = '2026-09-11T00:15:00Z';
  const conditions = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime,
  }));
  return { spec: podSpec(free - 500), status: { phase: 'Running', podIP: '10.1.2.3', conditions } };
}

function deployment(free: number) {
  const template = { metadata: { labels: { app: noise(8) } }, spec: podSpec(free - 350) };
  const spec = { replicas: 2, selector: { matchLabels: { app: 'web' } }, template };
  return { spec, status: { observedGeneration: 3, replicas: 2, readyReplicas: 2, availableReplicas: 2 } };
}

function account() {
  return { imagePullSecrets: [{ name: `default-dockercfg-${noise(5)}` }] };
}

function service() {
  const ports = [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }];
  return {
    spec: { clusterIP: '10.0.0.7', ports, selector: { app: noise(8) } },
    status: { loadBalancer: {} },
  };
}

function ingress() {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const rule = {
    host: `${noise(8)}.example.com`,
    http: { paths: [{ path: '/', pathType: 'Prefix', backend }] },
  };
  return { spec: { rules: [rule] }, status: { loadBalancer: {} } };
}

function binding() {
  const apiGroup = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'User', apiGroup, name: `${noise(8)}@example.com` }];
  return { roleRef: { apiGroup, kind: 'ClusterRole', name: 'edit' }, subjects };
}

import type { JsonObject, KubeObject } from '../kube-object.ts';
import { digest, noise, type ProjectObject } from './object.ts';

const SINCE = '2026-09-01T08:15:00Z';

/** The pod template of a workload with one container, as a deployed application has it. */
export function podTemplate(name: string, image: string, container: JsonObject = {}): JsonObject {
  return {
    metadata: { labels: { app: name }, annotations: { 'prometheus.io/scrape': 'true' } },
    spec: {
      serviceAccountName: 'default',
      containers: [
        {
          name,
          image,
          ports: [{ name: 'http', containerPort: 8080 }],
          envFrom: [{ configMapRef: { name: `${name}-config`, optional: true } }],
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 5 },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          ...container,
        },
      ],
    },
  };
}

/** A Deployment that has rolled out, with its ReplicaSet and one of its Pods. */
export function deployment(
  object: ProjectObject,
  name: string,
  image: string,
  replicas: number,
): KubeObject[] {
  const template = podTemplate(name, image);
  const hash = noise(image, 5).toString('hex');
  const labels = { app: name, 'app.kubernetes.io/part-of': 'shop' };
  const podLabels = { app: name, 'pod-template-hash': hash };
  const selector = { matchLabels: { app: name } };
  const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas, observedGeneration: 1 };
  return [
    object(
      'apps/v1',
      'Deployment',
      name,
      {
        spec: { replicas, selector, template, revisionHistoryLimit: 3 },
        status: { ...counts, updatedReplicas: replicas, conditions: conditions('Available', 'Progressing') },
      },
      {
        labels,
        annotations: { 'deployment.kubernetes.io/revision': '4', 'kubernetes.io/change-cause': image },
      },
    ),
    object(
      'apps/v1',
      'ReplicaSet',
      `${name}-${hash}`,
      {
        spec: {
          replicas,
          selector: { matchLabels: podLabels },
          template: { ...template, metadata: { labels: podLabels } },
        },
        status: { ...counts, fullyLabeledReplicas: replicas },
      },
      { labels: podLabels, ownerReferences: [owner('apps/v1', 'Deployment', name)] },
    ),
    pod(
      object,
      `${name}-${hash}-x7k2p`,
      template,
      podLabels,
      owner('apps/v1', 'ReplicaSet', `${name}-${hash}`),
    ),
  ];
}

/** An owner reference; its uid is made up, since the owner gets one only from the server. */
export function owner(apiVersion: string, kind: string, name: string): JsonObject {
  return { apiVersion, kind, name, uid: uuid(name), controller: true, blockOwnerDeletion: true };
}

/** Conditions that hold, since the same moment. */
export function conditions(...types: readonly string[]): JsonObject[] {
  return types.map((type) => ({ type, status: 'True', lastTransitionTime: SINCE, reason: 'AsExpected' }));
}

/** The same uid for the same seed in every run. */
export function uuid(seed: string): string {
  const hex = noise(seed, 16).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function pod(
  object: ProjectObject,
  name: string,
  template: JsonObject,
  labels: { readonly [key: string]: string },
  of: JsonObject,
): KubeObject {
  const status = {
    phase: 'Running',
    podIP: '10.128.2.17',
    startTime: SINCE,
    conditions: conditions('Initialized', 'Ready', 'ContainersReady', 'PodScheduled'),
    containerStatuses: [
      {
        name: labels.app,
        image: 'registry.example.com/app',
        imageID: `registry.example.com/app@${digest(name)}`,
        containerID: `cri-o://${noise(name, 32).toString('hex')}`,
        ready: true,
        restartCount: 2,
        state: { running: { startedAt: SINCE } },
      },
    ],
  };
  const spec = template.spec;
  return object('v1', 'Pod', name, { spec, status }, { labels, ownerReferences: [of] });
}

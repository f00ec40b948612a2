import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import pMap from 'p-map';
import type { ControlPlane } from '../test/support/control-plane.ts';
import { definition } from '../test/support/definition.ts';
import type { KubeObject } from '../test/support/kube-object.ts';
import { type Maker, roleBinding, SMALL_OBJECTS } from './small-objects.ts';

/** How large a cluster to make. */
export interface Load {
  readonly projects: number;
  readonly objectsPerProject: number;
  /** Large ones have certificates, scripts and tokens; of small ones there are more types. */
  readonly objects: 'large' | 'small';
  /** False: no second field manager and no status of pods, so that loading takes half the time. Default: true. */
  readonly isTouched?: boolean;
}

const CRD = definition('widgets.bench.example.com', 'Widget');

/** Fills the cluster; says how far it is on stderr. */
export async function loadCluster(plane: ControlPlane, load: Load): Promise<number> {
  await plane.apply([CRD]);
  const names = Array.from({ length: load.projects }, (_, index) => `team-${String(index).padStart(5, '0')}`);
  const began = Date.now();
  let objects = 0;
  for (let from = 0; from < names.length; from += 100) {
    const some = names.slice(from, from + 100);
    await plane.apply(
      some.map((name) => ({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels: { team: name } },
      })),
      { concurrency: 24 },
    );
    const batch = some.flatMap((name) => projectObjects(name, load));
    await plane.apply(batch, { concurrency: 24 });
    if (load.isTouched !== false) {
      await runPods(plane, batch);
      await touch(plane, batch);
    }
    objects += some.length + batch.length;
    process.stderr.write(
      `\rloading: ${objects} objects, ${Math.round(objects / ((Date.now() - began) / 1000))} a second `,
    );
  }
  process.stderr.write('\n');
  return objects;
}

/** Lets a second field manager write into each object, as on clusters where operators and people do. */
async function touch(plane: ControlPlane, objects: readonly KubeObject[]): Promise<void> {
  await pMap(
    objects.filter(({ kind }) => kind !== 'Pod'),
    ({ apiVersion, kind, metadata: { namespace, name } }) => {
      const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
      const path = `${root}/namespaces/${namespace}/${kind.toLowerCase().replace(/y$/, 'ie')}s/${name}`;
      const metadata = { annotations: { 'bench.example.com/reviewed-by': `operator-${name}` } };
      return plane.request('PATCH', `${path}?fieldManager=bench-operator`, { metadata });
    },
    { concurrency: 24 },
  );
}

/** Gives pods the status that a kubelet would write. */
async function runPods(plane: ControlPlane, objects: readonly KubeObject[]): Promise<void> {
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  await pMap(
    pods,
    ({ metadata }) =>
      plane.request('PATCH', `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`, {
        status: podStatus(),
      }),
    { concurrency: 24 },
  );
}

function podStatus() {
  const at = '2026-09-11T00:15:00Z';
  return {
    phase: 'Running',
    podIP: `10.${randomBytes(3).join('.')}`,
    startTime: at,
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: at,
    })),
    containerStatuses: ['app', 'sidecar'].map((name) => ({
      name,
      ready: true,
      started: true,
      restartCount: 0,
      image: `registry.example.com/${name}`,
      imageID: `registry.example.com/${name}@sha256:${randomBytes(32).toString('hex')}`,
      containerID: `cri-o://${randomBytes(32).toString('hex')}`,
      state: { running: { startedAt: at } },
    })),
  };
}

function projectObjects(project: string, { objects, objectsPerProject }: Load): KubeObject[] {
  const mix = objects === 'small' ? SMALL_OBJECTS : LARGE_OBJECTS;
  const shares = mix.reduce((sum, [share]) => sum + share, 0);
  return mix.flatMap(([share, make]) =>
    Array.from({ length: Math.round((objectsPerProject * share) / shares) }, (_, index) =>
      make(project, index),
    ),
  );
}

const certificate = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

/** As incompressible as real keys are: the same form, other bytes each time. */
function pem(): string {
  const body = randomBytes(1200).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n${certificate.slice(0, 100)}`;
}

function script(seed: string): string {
  const lines = ['#!/bin/bash', 'set -euo pipefail'];
  for (let i = 0; i < 12; i++) {
    const hash = createHash('sha1').update(`${seed}${i}`).digest('hex');
    lines.push(
      `if ! curl -fsS "https://${hash.slice(0, 8)}.example.com/health?probe=${i}"; then echo "step ${i} failed: ${hash.slice(8, 20)}" >&2; exit ${i}; fi`,
    );
  }
  return lines.join('\n');
}

function podSpec(project: string, index: number) {
  return {
    containers: ['app', 'sidecar'].map((name, at) => ({
      name,
      image: `registry.example.com/${project}/${name}@sha256:${createHash('sha256')
        .update(project + index + name)
        .digest('hex')}`,
      args: ['--listen=:8080', `--name=${project}-${index}`, '--log-level=info'],
      env: Array.from({ length: 8 }, (_, n) => ({
        name: `SETTING_${n}`,
        value: createHash('md5')
          .update(`${project}${index}${n}`)
          .digest('hex')
          .slice(0, 4 + n * 2),
      })),
      ports: [{ name: `http-${at}`, containerPort: 8080 + at }],
      resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      readinessProbe: { httpGet: { path: '/ready', port: 8080 + at }, periodSeconds: 10 },
      volumeMounts: [{ name: 'config', mountPath: '/etc/app' }],
    })),
    volumes: [{ name: 'config', configMap: { name: `settings-${index}` } }],
  };
}

/** With the share of each kind among a project's objects, as found on clusters that run applications. */
const LARGE_OBJECTS: ReadonlyArray<readonly [share: number, make: Maker]> = [
  [
    9,
    (namespace, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `app-${index}-${randomBytes(5).toString('hex')}`,
        namespace,
        labels: { app: `app-${index}`, 'pod-template-hash': randomBytes(5).toString('hex') },
      },
      spec: podSpec(namespace, index),
    }),
  ],
  [
    4,
    (namespace, index) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: `app-${index}`,
        namespace,
        labels: { app: `app-${index}`, 'app.kubernetes.io/managed-by': 'Helm' },
        annotations: { 'meta.helm.sh/release-name': `app-${index}` },
      },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: `app-${index}` } },
        template: { metadata: { labels: { app: `app-${index}` } }, spec: podSpec(namespace, index) },
      },
    }),
  ],
  [
    7,
    (namespace, index) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `settings-${index}`, namespace },
      data: {
        'check.sh': script(`${namespace}/${index}`),
        'application.properties': `name=${namespace}\nindex=${index}\nid=${randomBytes(16).toString('hex')}\n`,
        ...(index % 4 === 0 ? { 'ca.crt': pem() } : {}),
      },
    }),
  ],
  [
    6,
    (namespace, index) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      type: index % 2 === 0 ? 'kubernetes.io/tls' : 'Opaque',
      metadata: { name: `credentials-${index}`, namespace },
      data:
        index % 2 === 0
          ? {
              'tls.crt': Buffer.from(pem()).toString('base64'),
              'tls.key': Buffer.from(pem()).toString('base64'),
            }
          : { token: randomBytes(600).toString('base64'), password: randomBytes(24).toString('base64') },
    }),
  ],
  [3, (namespace, index) => roleBinding(namespace, index, 4)],
  [
    3,
    (namespace, index) => ({
      apiVersion: 'bench.example.com/v1',
      kind: 'Widget',
      metadata: { name: `widget-${index}`, namespace },
      spec: {
        size: index,
        rules: Array.from({ length: 12 }, (_, n) => ({
          host: `h${n}.${namespace}.example.com`,
          path: `/v${n}/${randomBytes(6).toString('hex')}`,
          weight: n * 7,
        })),
      },
    }),
  ],
];

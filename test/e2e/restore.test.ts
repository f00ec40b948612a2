import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../support/wait.ts';
import {
  apply,
  atTheEnd,
  attempt,
  get,
  IMAGE,
  kubectl,
  OWN_NODE,
  project,
  run,
  storageClass,
  UID,
} from './ground.ts';

// A project with everything that acts is backed up, deleted and restored, by an operator outside the cluster.

const TOOL = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const HERE = 'e2e-restored';
const CLONE = 'e2e-clone';

const tool = (volume: string, ...words: string[]) =>
  run(process.execPath, [TOOL, ...words, '--volume', volume]);

const labels = (app: string) => ({ matchLabels: { app } });

function pods(app: string, command: readonly string[], volumeMounts: object[] = []) {
  return {
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds: 0,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: UID,
        runAsGroup: 0,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: app,
          image: IMAGE,
          command,
          volumeMounts,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}

const once = (app: string, command: readonly string[]) => {
  const template = pods(app, command);
  return { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } };
};

const SLEEP = ['sleep', 'infinity'];

const objects = (storage: string) => {
  const object = (apiVersion: string, kind: string, name: string, body: object) => ({
    apiVersion,
    kind,
    metadata: { name, namespace: HERE },
    ...body,
  });
  return [
    object('v1', 'ConfigMap', 'settings', { data: { greeting: 'hello' } }),
    object('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }),
    object('apps/v1', 'Deployment', 'web', {
      spec: { replicas: 2, selector: labels('web'), template: pods('web', SLEEP) },
    }),
    object('apps/v1', 'StatefulSet', 'store', {
      spec: {
        replicas: 1,
        serviceName: 'store',
        selector: labels('store'),
        template: pods('store', SLEEP, [{ name: 'data', mountPath: '/data' }]),
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteMany'],
              storageClassName: storage,
              resources: { requests: { storage: '1Gi' } },
            },
          },
        ],
      },
    }),
    object('batch/v1', 'CronJob', 'nightly', {
      spec: { schedule: '* * * * *', jobTemplate: { spec: once('nightly', ['true']) }, suspend: true },
    }),
    object('batch/v1', 'Job', 'migration', { spec: once('migration', ['true']) }),
  ];
};

const ready = async (kind: string, name: string, namespace: string) =>
  kubectl('rollout', 'status', `${kind}/${name}`, '--namespace', namespace, '--timeout=60s');

suite('a restored project', { skip: !OWN_NODE && 'it makes a volume of the node' }, () => {
  let volume = '';
  let storage = '';

  before(async () => {
    volume = await mkdtemp(join(tmpdir(), 'openshift-backup-e2e-'));
    atTheEnd(() => rm(volume, { recursive: true }));
    atTheEnd(() => kubectl('delete', 'namespace', CLONE, '--ignore-not-found'));
    storage = await storageClass('e2e-restored');
    await project(HERE);
    await apply(...objects(storage));
    await ready('deployment', 'web', HERE);
    await ready('statefulset', 'store', HERE);
    await kubectl('wait', 'job/migration', '--namespace', HERE, '--for=condition=Complete', '--timeout=60s');
    await kubectl('exec', 'store-0', '--namespace', HERE, '--', 'sh', '-c', 'echo precious > /data/file');
    await tool(volume, 'backup');
  });

  test('runs beside the one it was cloned from, asleep, and does not touch it', async () => {
    const uid = [
      'deployment',
      'web',
      '--namespace',
      HERE,
      '--output',
      'jsonpath={.metadata.uid}{.metadata.generation}',
    ];
    const earlier = await kubectl('get', ...uid);
    const said = await tool(
      volume,
      'restore',
      'latest',
      '-p',
      HERE,
      '--map',
      `${HERE}=${CLONE}`,
      '--suspend',
      '--apply',
    );
    assert.match(said, /suspend-scale: replicas 2 → 0/);
    const clone = await get<{ spec: { replicas: number } }>('deployment', 'web', '--namespace', CLONE);
    assert.equal(clone.spec.replicas, 0);
    const cronJob = await get<{ spec: { suspend: boolean } }>('cronjob', 'nightly', '--namespace', CLONE);
    assert.equal(cronJob.spec.suspend, true);
    assert.equal(await kubectl('get', 'pods,jobs', '--namespace', CLONE, '--output', 'name'), '');
    assert.equal(await kubectl('get', ...uid), earlier);
  });

  test('is deleted and comes back: pods run, Services find them, claims are bound to the same data', async () => {
    await kubectl('delete', 'namespace', HERE);
    const said = await tool(
      volume,
      'restore',
      'latest',
      '-p',
      HERE,
      '--rebind-storage-class',
      storage,
      '--apply',
    );
    assert.match(said, / 0 failed/);
    await ready('deployment', 'web', HERE);
    await ready('statefulset', 'store', HERE);
    assert.equal(
      await kubectl('exec', 'store-0', '--namespace', HERE, '--', 'cat', '/data/file'),
      'precious\n',
    );
    await waitFor('the Service to find its pods', async () => {
      const slices = await get<{ items: { endpoints?: unknown[] }[] }>(
        'endpointslices',
        '--namespace',
        HERE,
        '--selector',
        'kubernetes.io/service-name=web',
      );
      return slices.items.some(({ endpoints }) => endpoints?.length === 2);
    });
  });

  test('does not run again what had completed', async () => {
    const { status } = await attempt('kubectl', ['get', 'job', 'migration', '--namespace', HERE]);
    assert.notEqual(status, 0);
  });

  test('restored once more, everything is there already', async () => {
    const said = await tool(
      volume,
      'restore',
      'latest',
      '-p',
      HERE,
      '--rebind-storage-class',
      storage,
      '--apply',
    );
    assert.match(said, /^0 created, 0 updated, \d+ existed, 0 differ/m);
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { waitFor } from '../support/wait.ts';
import { apply, atTheEnd, get, kubectl, OWN_NODE, project, storageClass } from './cluster.ts';
import { inPod, object, once, pods, ready, store, tool } from './workloads.ts';

// A project with everything that acts is backed up, deleted and restored, by an operator outside the cluster.

const HERE = 'e2e-restored';
const CLONE = 'e2e-clone';
const GREETING = 'hello from the ConfigMap';

interface Whole {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: { readonly podIP?: string };
}

const SERVER = `require('node:http').createServer((_, answer) => answer.end(process.env.greeting)).listen(8080)`;

const objects = (storage: string) => [
  object(HERE, 'v1', 'ConfigMap', 'settings', { data: { greeting: GREETING } }),
  object(HERE, 'v1', 'Service', 'web', {
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  }),
  object(HERE, 'apps/v1', 'Deployment', 'web', {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: pods('web', ['node', '-e', SERVER], { envFrom: [{ configMapRef: { name: 'settings' } }] }),
    },
  }),
  store(HERE, 1, storage, 'ReadWriteMany'),
  object(HERE, 'batch/v1', 'CronJob', 'nightly', {
    spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: once(pods('nightly', ['true'])) } },
  }),
];

/** It leaves a line on the volume each time that it runs. */
const migration = object(HERE, 'batch/v1', 'Job', 'migration', {
  spec: once(
    pods(
      'migration',
      ['sh', '-c', 'echo migrated >> /data/file'],
      { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      [{ name: 'data', persistentVolumeClaim: { claimName: 'data-store-0' } }],
    ),
  ),
});

/** All objects of a project but its events, and the volumes of its claims: what somebody wrote, whole. */
async function everything(namespace: string): Promise<Map<string, object>> {
  const types = await kubectl('api-resources', '--verbs=list', '--namespaced', '--output=name');
  const wanted = types.split('\n').filter((type) => type !== '' && !type.startsWith('events'));
  const { items } = await get<{ items: Whole[] }>(wanted.join(','), '--namespace', namespace);
  const volumes = (await get<{ items: Whole[] }>('persistentvolumes')).items.filter(({ spec }) =>
    JSON.stringify(spec?.claimRef ?? {}).includes(`"${namespace}"`),
  );
  const written = [...items, ...volumes].map((item) => {
    // A status may change meanwhile, and with it what counts writes; the rest may not.
    const { status, ...wishes } = item;
    const metadata = status === undefined ? item.metadata : withoutWrites(item.metadata);
    return [`${item.kind}/${item.metadata.name}`, { ...wishes, metadata }] as const;
  });
  return new Map(written);
}

function withoutWrites(metadata: object): object {
  return { ...metadata, resourceVersion: null, managedFields: null };
}

async function of<T = Whole>(namespace: string, type: string, ...words: string[]): Promise<T[]> {
  return (await get<{ items: T[] }>(type, '--namespace', namespace, ...words)).items;
}

/** What a pod is told by whoever stands behind the address of a Service. */
async function answer(asker: string, namespace: string): Promise<string> {
  const { spec } = await get<{ spec: { clusterIP: string } }>('service', 'web', '--namespace', namespace);
  const question = `fetch('http://${spec.clusterIP}').then(async (it) => process.stdout.write(await it.text()))`;
  return waitFor('the Service to answer', () =>
    inPod(HERE, asker, 'timeout', '5', 'node', '-e', question).catch(() => undefined),
  );
}

suite('a restored project', { skip: !OWN_NODE && 'it makes a volume of the node' }, () => {
  let archives = '';
  let storage = '';
  let earlier = new Map<string, object>();
  const restore = (...words: string[]) =>
    tool('restore', 'latest', '--volume', archives, '-p', HERE, '--apply', ...words);
  const uidOf = (all: Map<string, object>, what: string) => {
    const found = all.get(what);
    assert(found !== undefined && 'metadata' in found, `${what} is there`);
    return (found.metadata as Whole['metadata']).uid;
  };

  before(async () => {
    archives = await mkdtemp(join(tmpdir(), 'openshift-backup-e2e-'));
    atTheEnd(() => rm(archives, { recursive: true }));
    atTheEnd(() => kubectl('delete', 'namespace', CLONE, '--ignore-not-found'));
    storage = await storageClass('e2e-restored');
    await project(HERE);
    await apply(...objects(storage));
    await Promise.all([ready('deployment/web', HERE), ready('statefulset/store', HERE)]);
    await inPod(HERE, 'store-0', 'sh', '-c', 'echo precious > /data/file');
    await apply(migration);
    await kubectl('wait', 'job/migration', '--namespace', HERE, '--for=condition=Complete', '--timeout=60s');
    await tool('backup', '--volume', archives);
    earlier = await everything(HERE);
  });

  test('is cloned asleep beside the one that runs, which nothing happens to', async () => {
    const said = await restore('--map', `${HERE}=${CLONE}`, '--suspend');
    assert.doesNotMatch(said, /\d failed/);
    assert.deepEqual(await everything(HERE), earlier);
    assert.equal(await answer('store-0', HERE), GREETING);

    for (const [workload, replicas] of [
      ['deployments.apps/web', 2],
      ['statefulsets.apps/store', 1],
    ] as const) {
      const [type = '', name = ''] = workload.split('/');
      assert.match(
        said,
        new RegExp(
          `^created +${CLONE}/${workload}\\b.*\n(    .*\n)*    suspend-scale: replicas ${replicas} → 0`,
          'm',
        ),
      );
      const { spec } = await get<Whole>(type, name, '--namespace', CLONE);
      assert.equal(spec?.replicas, 0, workload);
    }
    assert.match(
      said,
      new RegExp(`^created +${CLONE}/cronjobs.batch/nightly\\b.*\n(    .*\n)*    suspend-jobs: `, 'm'),
    );
    const { spec } = await get<Whole>('cronjob', 'nightly', '--namespace', CLONE);
    assert.equal(spec?.suspend, true);
    assert.deepEqual(await of(CLONE, 'pods,jobs'), []);
  });

  test('wakes as a clone with its own settings and its own pods', async () => {
    await kubectl(
      'patch',
      'configmap',
      'settings',
      '--namespace',
      CLONE,
      '--patch',
      '{"data":{"greeting":"clone"}}',
    );
    await kubectl('scale', 'deployment/web', '--namespace', CLONE, '--replicas=1');
    await ready('deployment/web', CLONE);
    assert.equal(await answer('store-0', CLONE), 'clone');
    assert.equal(await answer('store-0', HERE), GREETING);
  });

  test('is deleted and comes back: pods run, and claims are bound to the same data', async () => {
    await kubectl('delete', 'namespace', HERE, CLONE);
    const said = await restore('--rebind-storage-class', storage);
    assert.doesNotMatch(said, /\d failed/);
    await Promise.all([ready('deployment/web', HERE), ready('statefulset/store', HERE)]);

    const later = await everything(HERE);
    const [volume, claim] = [`PersistentVolume/${storage}`, 'PersistentVolumeClaim/data-store-0'];
    assert.equal(uidOf(later, volume), uidOf(earlier, volume));
    assert.notEqual(uidOf(later, claim), uidOf(earlier, claim));
    const bound = await get<{ status: { phase: string } }>(claim.toLowerCase(), '--namespace', HERE);
    assert.equal(bound.status.phase, 'Bound');
    assert.match(await inPod(HERE, 'store-0', 'cat', '/data/file'), /^precious\n/);
    const configured = await get<{ data: object }>('configmap', 'settings', '--namespace', HERE);
    assert.deepEqual(configured.data, { greeting: GREETING });
  });

  test('answers under the address of its Service', async () => {
    const addresses = (await of(HERE, 'pods', '--selector', 'app=web')).map(({ status }) => status?.podIP);
    assert.equal(addresses.length, 2);
    interface Slice {
      endpoints: { addresses: string[]; conditions: { ready: boolean } }[] | null;
    }
    const found = await waitFor('the Service to find its pods', async () => {
      const slices = await of<Slice>(HERE, 'endpointslices', '--selector', 'kubernetes.io/service-name=web');
      const at = slices.flatMap(({ endpoints }) => endpoints ?? []);
      return at.length === 2 && at.every(({ conditions }) => conditions.ready)
        ? at.flatMap(({ addresses }) => addresses)
        : undefined;
    });
    assert.deepEqual(found.sort(), addresses.sort());
    assert.equal(await answer('store-0', HERE), GREETING);
  });

  test('does not run again what had completed, but its CronJob can', async () => {
    assert.deepEqual(await of(HERE, 'jobs'), []);
    assert.equal(await inPod(HERE, 'store-0', 'cat', '/data/file'), 'precious\nmigrated\n');
    const cronJob = await get<Whole>('cronjob', 'nightly', '--namespace', HERE);
    assert.notEqual(cronJob.spec?.suspend, true);
    await kubectl('create', 'job', 'tonight', '--from=cronjob/nightly', '--namespace', HERE);
    await kubectl('wait', 'job/tonight', '--namespace', HERE, '--for=condition=Complete', '--timeout=60s');
  });

  test('restored once more, everything is there already', async () => {
    const said = await restore('--rebind-storage-class', storage);
    assert.match(said, /^of \d+ selected: \d+ unchanged(, \d+ not restored)?$/m);
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { S3_KEYS } from '../stores/s3-server.ts';
import { waitFor } from '../support/wait.ts';
import { apply, atTheEnd, get, IMAGE, kubectl, OWN_NODE, projects, storageClass } from './cluster.ts';
import { Release } from './release.ts';

const NAMESPACE = 'e2e-copies';
const STORE = 'e2e-copies-store';
const BUCKET = 'offsite';
const PROVIDE = fileURLToPath(new URL('../stores/provide.sh', import.meta.url));

const QUICK = {
  schedule: '0 0 1 1 *',
  'rbac.scope': 'projects',
  'rbac.projects': [NAMESPACE],
};

/** The values of a release that uses the bucket, under a prefix. */
const copying = (endpoint: string, prefix: string) => ({
  ...QUICK,
  'copy.to': `s3://${BUCKET}/${prefix}`,
  'copy.s3.endpoint': endpoint,
  'copy.existingSecret': 'bucket',
});

let endpoint = '';
let volumes = '';

/** An S3 server in another namespace: versitygw, from the directory of this machine that holds it. */
async function startStore(): Promise<string> {
  const programs = execFileSync('bash', [PROVIDE], { encoding: 'utf8' }).trim();
  const metadata = { name: STORE };
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata });
  atTheEnd(() => kubectl('delete', 'namespace', STORE, '--ignore-not-found'));
  const command = [
    '/programs/versitygw',
    '--port',
    ':7070',
    '--quiet',
    'posix',
    '--sidecar',
    '/metadata',
    '/data',
  ];
  const mounts = [
    { name: 'programs', mountPath: '/programs', readOnly: true },
    { name: 'data', mountPath: '/data' },
    { name: 'metadata', mountPath: '/metadata' },
  ];
  const env = [
    { name: 'ROOT_ACCESS_KEY', value: S3_KEYS.accessKeyId },
    { name: 'ROOT_SECRET_KEY', value: S3_KEYS.secretAccessKey },
  ];
  const container = {
    name: 'store',
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    command,
    env,
    volumeMounts: mounts,
  };
  await waitFor('the default service account', () => get('serviceaccount', 'default', '--namespace', STORE));
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'store', namespace: STORE },
    spec: {
      securityContext: { runAsUser: 0 },
      terminationGracePeriodSeconds: 0,
      containers: [container],
      volumes: [
        { name: 'programs', hostPath: { path: programs } },
        { name: 'data', emptyDir: {} },
        { name: 'metadata', emptyDir: {} },
      ],
    },
  });
  const address = await waitFor('the store to run', async () => {
    const { status } = await get<{ status: { podIP?: string; phase: string } }>(
      'pod',
      'store',
      '--namespace',
      STORE,
    );
    return status.phase === 'Running' ? status.podIP : undefined;
  });
  const url = `http://${address}:7070`;
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    credentials: S3_KEYS,
    forcePathStyle: true,
  });
  await waitFor('the bucket', () =>
    client.send(new CreateBucketCommand({ Bucket: BUCKET })).catch(() => undefined),
  );
  client.destroy();
  return url;
}

suite('copies in a bucket', { skip: OWN_NODE ? false : 'needs a server on the node' }, () => {
  before(async () => {
    await projects(NAMESPACE);
    [endpoint, volumes] = await Promise.all([startStore(), storageClass(NAMESPACE)]);
    await apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'bucket', namespace: NAMESPACE },
      stringData: {
        AWS_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
      },
    });
  });

  test('with a volume: the job copies its archive, and the retrieval pod lists both places', async () => {
    const release = new Release('with-volume', NAMESPACE);
    await release.install(copying(endpoint, 'production'), volumes);
    await release.start('copied');
    const { type, log } = await release.ended('copied');
    assert.equal(type, 'Complete', log);
    assert.match(log, /"msg":"Copied"/);
    assert.doesNotMatch(log, new RegExp(S3_KEYS.secretAccessKey));
    const rows: { copies: string[]; onVolume: boolean }[] = JSON.parse(
      await release.tool('list', '-o', 'json'),
    );
    assert.deepEqual(
      rows.map(({ copies, onVolume }) => [copies, onVolume]),
      [[[`s3://${BUCKET}/production`], true]],
    );
    assert.match(await release.tool('verify', '--volume', `s3://${BUCKET}/production`), /: good /);
  });

  test('a copy that fails: the archive is on the volume, the Job fails, and the next one copies both', async () => {
    const release = new Release('with-volume', NAMESPACE);
    await release.install(copying('http://10.0.0.1:1', 'production'), volumes);
    await release.start('not-copied');
    const { type, log } = await release.ended('not-copied');
    assert.equal(type, 'Failed', log);
    assert.match(log, /no connection/);
    await release.install(copying(endpoint, 'production'), volumes);
    await release.start('caught-up');
    const caughtUp = await release.ended('caught-up');
    assert.equal(caughtUp.type, 'Complete', caughtUp.log);
    assert.equal(caughtUp.log.split('"msg":"Copied"').length - 1, 2, caughtUp.log);
  });

  test('without a volume: the archive is stored in the bucket, where the retrieval pod reads it', async () => {
    const release = new Release('no-volume', NAMESPACE);
    await release.install({ ...copying(endpoint, 'alone'), 'persistence.enabled': false });
    const claims = await get<{ items: unknown[] }>(
      'persistentvolumeclaims',
      '--namespace',
      NAMESPACE,
      '--selector',
      'app.kubernetes.io/instance=no-volume',
    );
    assert.deepEqual(claims.items, []);
    await release.start('stored');
    const { type, log } = await release.ended('stored');
    assert.equal(type, 'Complete', log);
    const [row, ...more] = await release.archives();
    assert.deepEqual([row?.state, more], ['complete', []]);
    assert.match(await release.tool('show', 'latest'), new RegExp(NAMESPACE));
    assert.match(await release.tool('verify'), new RegExp(`s3://${BUCKET}/alone/.*: good `));
  });
});

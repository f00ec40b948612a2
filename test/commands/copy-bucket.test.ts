import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import {
  sampleEntries,
  sampleFiles,
  sampleManifest,
  temporaryFolder,
  writeSample,
} from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { S3_KEYS, type S3Server, startS3Server } from '../stores/s3-server.ts';
import { refusal, type StoreFault, StoreProxy } from '../stores/store-proxy.ts';
import { PROGRAM } from '../support/program.ts';

let server: S3Server;

before(async () => {
  server = await startS3Server({ versions: true });
});

after(() => server.stop());

const FILE = 'openshift-backup202609200015.zip';
const { PATH = '' } = process.env;

/** Starts `openshift-backup WORDS`. */
function start(
  words: readonly string[],
  endpoint: string,
  environment: Record<string, string> = {},
): ChildProcess {
  const env = {
    PATH,
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
    OPENSHIFT_BACKUP_S3_ENDPOINT: endpoint,
    OPENSHIFT_BACKUP_LOG_FORMAT: 'text',
    ...environment,
  };
  return spawn(process.execPath, [PROGRAM, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(words: readonly string[], endpoint: string, environment: Record<string, string> = {}) {
  const child = start(words, endpoint, environment);
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('no pipes');
  const [said, told, [status]] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
  assert.equal((said + told).includes(S3_KEYS.secretAccessKey), false, 'a secret was printed');
  return { status: status as number | null, stdout: said, stderr: told };
}

/** An archive of 30 MB that a sample manifest describes. */
function writeLarge(folder: string): void {
  const entries = sampleEntries(sampleFiles(), {
    ...sampleManifest(),
    startedAt: '2026-09-20T00:15:00.000Z',
  });
  const large = { name: 'shop/secrets.json', content: randomBytes(30 << 20).toString('latin1') };
  writeFileSync(join(folder, FILE), makeZip([large, ...entries]));
}

async function proxied(
  t: TestContext,
  fault: (request: string, count: number) => StoreFault | null,
): Promise<string> {
  const proxy = await StoreProxy.start(server.endpoint, { fault });
  t.after(() => proxy.close());
  return proxy.url;
}

async function partsIn(bucket: string): Promise<number> {
  const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  const lists = Uploads.map(({ Key, UploadId }) =>
    server.client.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId })),
  );
  return (await Promise.all(lists)).reduce((sum, { Parts = [] }) => sum + Parts.length, 0);
}

for (const [name, sealing] of [
  ['as it is', []],
  ['sealed', ['--seal-to', 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj']],
] as const)
  test(`a copy ${name} that SIGKILL interrupted is resumed`, async (t) => {
    const bucket = await server.bucket(`killed-${sealing.length}`);
    const volume = temporaryFolder(t);
    writeLarge(volume);
    const endpoint = await proxied(t, (request) =>
      /partNumber=3&/.test(request) ? { kind: 'silence' } : null,
    );
    const words = [
      'copy',
      '--volume',
      volume,
      '--to',
      `s3://${bucket}`,
      '--copy-keep',
      'none',
      '--apply',
      ...sealing,
    ];
    const child = start(words, endpoint);
    while ((await partsIn(bucket)) === 0) await sleep(20);
    child.kill('SIGKILL');
    await once(child, 'close');
    const next = await run([...words, '-o', 'json'], server.endpoint);
    assert.equal(next.status, 0, next.stderr);
    const { copied } = JSON.parse(next.stdout);
    assert(copied[0].sent > 0 && copied[0].sent < copied[0].bytes, JSON.stringify(copied));
    assert.equal(await partsIn(bucket), 0);
  });

for (const hasLocks of [false, true])
  test(`a bucket with versioning${hasLocks ? ' and object lock' : ''} hides removed copies, and the report says so`, async (t) => {
    const bucket = await server.bucket(hasLocks ? 'locked' : 'versioned', { hasLocks });
    if (hasLocks) {
      // Object lock implies versioning.
      const DefaultRetention = { Mode: 'COMPLIANCE', Days: 1 } as const;
      const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } } as const;
      await server.client.send(
        new PutObjectLockConfigurationCommand({ Bucket: bucket, ObjectLockConfiguration }),
      );
    } else
      await server.client.send(
        new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      );
    const volume = temporaryFolder(t);
    for (const day of ['01', '20']) writeSample(volume, `openshift-backup202609${day}0015.zip`);
    const words = ['copy', '--volume', volume, '--to', `s3://${bucket}`, '--apply'];
    assert.equal((await run([...words, '--copy-keep-last', '5'], server.endpoint)).status, 0);
    const { status, stdout } = await run([...words, '--copy-keep-last', '1'], server.endpoint);
    assert.equal(status, 0);
    assert.match(stdout, /the bucket keeps versions/);
    const { Versions = [] } = await server.client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    assert.equal(Versions.length, 2);
    const list = ['list', '--volume', `s3://${bucket}`, '-o', 'json'];
    const { stdout: listed } = await run(list, server.endpoint);
    assert.equal(listed.includes('202609010015'), false, listed);
  });

suite('each failure is one sentence with a hint', () => {
  const copying = (volume: string, bucket = 'faults') => [
    'copy',
    '--volume',
    volume,
    '--to',
    `s3://${bucket}`,
    '--apply',
  ];
  const cases: readonly (readonly [string, StoreFault | null, number, RegExp])[] = [
    ['the clock is an hour off', refusal(403, 'RequestTimeTooSkewed'), 3, /clock .* synchronize the clock/],
    [
      'the region is wrong',
      refusal(400, 'AuthorizationHeaderMalformed'),
      3,
      /the region is wrong.*--s3-region/,
    ],
    ['the token has expired', refusal(400, 'ExpiredToken'), 3, /the credentials have expired.*renew them/],
    ['writing is denied', refusal(403, 'AccessDenied'), 3, /access denied.*s3:PutObject/],
    ['the server is overloaded', refusal(503, 'SlowDown'), 3, /overloaded or failing.*try again later/],
    ['the server does not answer', { kind: 'silence' }, 3, /does not answer.*check/],
  ];
  before(async () => {
    await server.bucket('faults');
  });
  for (const [name, fate, code, sentence] of cases)
    test(name, async (t) => {
      const volume = temporaryFolder(t);
      writeSample(volume, FILE);
      const endpoint = await proxied(t, (request) => (/^PUT/.test(request) ? fate : null));
      const { status, stdout, stderr } = await run([...copying(volume), '--request-timeout', '1'], endpoint);
      assert.equal(status, code, stderr);
      const [line = '', ...more] = stdout.split('\n').filter((each) => / failed /.test(each));
      assert.match(line, sentence);
      assert.deepEqual(more, []);
    });

  test('the host name cannot be resolved', async (t) => {
    const volume = temporaryFolder(t);
    writeSample(volume, FILE);
    const { status, stderr } = await run(copying(volume), 'http://store.invalid');
    assert.equal(status, 4, stderr);
    assert.match(stderr, /host name cannot be resolved/);
  });

  test('a listing that breaks off: nothing is copied or removed', async (t) => {
    const volume = temporaryFolder(t);
    writeSample(volume, FILE);
    const endpoint = await proxied(t, (request) =>
      /^GET .*list-type=2/.test(request) ? refusal(500, 'InternalError') : null,
    );
    const { status, stderr } = await run(copying(volume), endpoint);
    assert.equal(status, 4, stderr);
    assert.match(stderr, /cannot list/);
  });

  test('the deadline ends a run against a server that never answers', async (t) => {
    const volume = temporaryFolder(t);
    writeSample(volume, FILE);
    const endpoint = await proxied(t, () => ({ kind: 'silence' }));
    const { status, stderr } = await run([...copying(volume), '--copy-for', '1'], endpoint);
    assert.equal(status, 4, stderr);
    assert.match(stderr, /did not answer within 1 s/);
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { pathWithAge } from '../stores/age.ts';
import { S3_KEYS, type S3Server, startS3Server } from '../stores/s3-server.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { PROGRAM } from '../support/program.ts';
import { runCli } from './run-cli.ts';

const GUIDE = readFileSync(new URL('../../docs/seal.md', import.meta.url), 'utf8');
const ARCHIVE = 'openshift-backup202609110015.zip';
const CANARY = 'canary-4f9d1c';
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'seal-guide-'));
let control: ControlPlane;
let s3: S3Server;
/** What each command of the guide printed. */
const printed = new Map<string, string>();

before(async () => {
  [control, s3] = await Promise.all([startControlPlane(), startS3Server()]);
  await control.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'shop' },
      data: { a: CANARY },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'key', namespace: 'shop' },
      data: { password: Buffer.from(CANARY).toString('base64') },
    },
  ]);
  const volume = join(folder, 'volume');
  mkdirSync(volume);
  const run = await runCli(['backup', '--volume', volume, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
  for (const file of readdirSync(volume)) renameSync(join(volume, file), join(volume, ARCHIVE));
  await s3.bucket('offsite');
  await control.request('DELETE', '/api/v1/namespaces/shop/configmaps/settings');
  runGuide(volume);
});

after(async () => {
  await s3?.stop();
  await control?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The commands of the guide, in its order. */
function commandsOf(text: string): string[] {
  return [...text.matchAll(/```console\n(.*?)```/gs)].flatMap(([, block = '']) =>
    [...block.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command),
  );
}

/** One shell runs all of them, as a person would; each prints into a file of its own. */
function runGuide(volume: string): void {
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  const script = (name: string, lines: readonly string[]) =>
    writeFileSync(join(programs, name), `${lines.join('\n')}\n`, { mode: 0o755 });
  script('openshift-backup', ['#!/bin/sh', `exec '${process.execPath}' '${PROGRAM}' "$@"`]);
  // Amazon's program for the command line, as far as the guide needs it.
  script('aws', [
    `#!${process.execPath}`,
    `const { S3Client, GetObjectCommand } = require('${MODULES}/@aws-sdk/client-s3');`,
    "const [Bucket, ...path] = process.argv[4].replace('s3://', '').split('/');",
    `const client = new S3Client({ endpoint: '${s3.endpoint}', region: 'us-east-1', forcePathStyle: true });`,
    "client.send(new GetObjectCommand({ Bucket, Key: path.join('/') })).then(async ({ Body }) =>",
    "  require('node:fs').writeFileSync(path.at(-1), await Body.transformToByteArray()));",
  ]);
  const commands = commandsOf(GUIDE);
  const shell = commands.map((command, at) => `{ ${command}\n} > out.${at} 2>&1 || { echo ${at}; exit 1; }`);
  const { status, stdout } = spawnSync('bash', ['-c', shell.join('\n')], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: [programs, pathWithAge()].join(delimiter),
      HOME: folder,
      KUBECONFIG: control.kubeconfig,
      OPENSHIFT_BACKUP_VOLUME: volume,
      OPENSHIFT_BACKUP_S3_ENDPOINT: s3.endpoint,
      OPENSHIFT_BACKUP_S3_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
    },
  });
  commands.forEach((command, at) => {
    const file = join(folder, `out.${at}`);
    if (existsSync(file)) printed.set(command, readFileSync(file, 'utf8'));
  });
  const failed = commands[Number(stdout)] ?? '';
  assert.equal(status, 0, `${failed}\n${printed.get(failed)}`);
}

function outputOf(start: RegExp): string {
  return [...printed].find(([command]) => start.test(command))?.[1] ?? assert.fail(String(start));
}

suite('docs/seal.md, command by command', () => {
  test('list names the sealed copy without the identity, and shows it with the identity', () => {
    assert.match(
      outputOf(/^openshift-backup list .*production$/),
      /zip\.age .* sealed\n\n1 archive is sealed/,
    );
    assert.match(outputOf(/^openshift-backup list .*--identity/), /zip\.age .* complete\n$/);
  });

  test('verify proves it with the other identity', () => {
    assert.match(outputOf(/^openshift-backup verify/), /zip\.age: good/);
  });

  test('the project is extracted and restored', async () => {
    assert.match(readFileSync(join(folder, 'shop/configmaps.json'), 'utf8'), new RegExp(CANARY));
    assert.match(outputOf(/^openshift-backup restore .*shop$/), /dry run/);
    const body = await control.request('GET', '/api/v1/namespaces/shop/configmaps/settings');
    assert.match(JSON.stringify(body), new RegExp(CANARY));
  });

  test('age and unzip open it by hand', () => {
    assert.match(outputOf(/^unzip/), new RegExp(CANARY));
    assert.equal(statSync(join(folder, 'platform.key')).mode & 0o777, 0o600);
  });
});

test('a backup to a bucket is sealed, and is not compared with the sealed one before', async () => {
  const recipient = /age1\S+/.exec(readFileSync(join(folder, 'platform.key'), 'utf8'))?.[0] ?? '';
  const words = ['backup', '--volume', 's3://offsite/direct', '--seal-to', recipient];
  const store = ['--s3-endpoint', s3.endpoint, '--s3-region', 'us-east-1'];
  const environment = {
    AWS_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
  };
  const backUp = () =>
    runCli([...words, ...store, '--kubeconfig', control.kubeconfig], { environment: { ...environment } });
  assert.equal((await backUp()).status, 0);
  const second = await backUp();
  assert.equal(second.status, 0, second.stderr);
  assert.match(second.stderr, /The previous archive is sealed, so changes are not counted/);
  assert.doesNotMatch(second.stderr, /"level":"(warn|error)"/);
  const key = join(folder, 'platform.key');
  const verified = await runCli(['verify', '--volume', 's3://offsite/direct', '--identity', key, ...store], {
    environment,
  });
  assert.equal(verified.status, 0, verified.stderr);
  assert.equal(verified.stdout.match(/zip\.age: good/g)?.length, 2);
});

test('the canary is in no byte of the bucket, and no metadata of the object describes its content', async () => {
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: 'offsite' }));
  assert.equal(Contents.length, 3);
  assert.ok(Contents.every(({ Key }) => Key?.endsWith('.zip.age')));
  for (const { Key } of Contents) {
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: 'offsite', Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const { Metadata } = await s3.client.send(new HeadObjectCommand({ Bucket: 'offsite', Key }));
    for (const text of [CANARY, Buffer.from(CANARY).toString('base64'), 'shop', 'configmaps', 'PK\x03\x04'])
      assert.equal(bytes.indexOf(text), -1, text);
    assert.doesNotMatch(JSON.stringify(Metadata), /shop|settings|canary|127\.0\.0\.1/);
  }
});

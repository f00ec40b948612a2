import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

const PROVIDE = fileURLToPath(new URL('provide.sh', import.meta.url));

export const S3_KEYS = { accessKeyId: 'test-access', secretAccessKey: 'test-secret-0123456789' };

/** A real S3 server on loopback. */
export interface S3Server {
  readonly endpoint: string;
  readonly client: S3Client;
  /** Makes an empty bucket. */
  bucket(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts versitygw. Its buckets keep versions if asked to. */
export async function startS3Server({ versions = false } = {}): Promise<S3Server> {
  const programs = execFileSync('bash', [PROVIDE], { encoding: 'utf8' }).trim();
  const folder = mkdtempSync(join(tmpdir(), 's3-'));
  for (const each of ['data', 'side', 'versions']) mkdirSync(join(folder, each));
  const port = await freePort();
  const words = ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', join(folder, 'side')];
  if (versions) words.push('--versioning-dir', join(folder, 'versions'));
  const child = spawn(join(programs, 'versitygw'), [...words, join(folder, 'data')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ROOT_ACCESS_KEY: S3_KEYS.accessKeyId, ROOT_SECRET_KEY: S3_KEYS.secretAccessKey },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const endpoint = `http://127.0.0.1:${port}`;
  await answering(endpoint);
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials: S3_KEYS, forcePathStyle: true });
  return {
    endpoint,
    client,
    bucket: async (name) => {
      await client.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
    stop: async () => {
      client.destroy();
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function answering(endpoint: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(endpoint).catch(() => null);
    if (answer !== null) return;
    await sleep(50);
  }
  throw new Error(`nothing answers at ${endpoint}`);
}

/** A port of this machine that nothing uses. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(),
      );
    });
  });
}

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { serverFolder, startServer } from './server-process.ts';

const PROVIDE = fileURLToPath(new URL('provide.sh', import.meta.url));

export const S3_KEYS = { accessKeyId: 'test-access', secretAccessKey: 'test-secret-0123456789' };

/** A real S3 server on loopback. */
export interface S3Server {
  readonly endpoint: string;
  readonly client: S3Client;
  /** Makes an empty bucket; with `hasLocks`, its objects can be locked. */
  bucket(name: string, options?: { readonly hasLocks?: boolean }): Promise<string>;
  stop(): Promise<void>;
}

/** Starts versitygw. With `versions`, its buckets can keep versions. */
export async function startS3Server({ versions = false } = {}): Promise<S3Server> {
  const programs = execFileSync('bash', [PROVIDE], { encoding: 'utf8' }).trim();
  const folder = serverFolder();
  for (const each of ['data', 'side', 'versions']) mkdirSync(join(folder, each));
  const port = await freePort();
  const words = ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', join(folder, 'side')];
  if (versions) words.push('--versioning-dir', join(folder, 'versions'));
  const server = startServer(folder, join(programs, 'versitygw'), [...words, join(folder, 'data')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ROOT_ACCESS_KEY: S3_KEYS.accessKeyId, ROOT_SECRET_KEY: S3_KEYS.secretAccessKey },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await answering(endpoint);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials: S3_KEYS, forcePathStyle: true });
  return {
    endpoint,
    client,
    bucket: async (name, { hasLocks = false } = {}) => {
      await client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: hasLocks }));
      return name;
    },
    stop: async () => {
      client.destroy();
      await server.stop();
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

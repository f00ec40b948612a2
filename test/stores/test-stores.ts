import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { BlobServiceClient } from '@azure/storage-blob';
import { freePort, S3_KEYS, startS3Server } from './s3-server.ts';
import { serverFolder, startServer } from './server-process.ts';

const PROVIDE = fileURLToPath(new URL('provide.sh', import.meta.url));
const BUCKET = 'backups';

/** A server that stands for one cloud, with an empty bucket. */
export interface TestStore {
  readonly scheme: 's3' | 'azblob' | 'gs';
  /** URL of the bucket: `s3://backups`. */
  readonly location: string;
  /** URL of the server. */
  readonly server: string;
  /** What the program needs to reach it, or a proxy in front of it. */
  environment(server?: string): Record<string, string>;
  put(key: string, content: Uint8Array): Promise<void>;
  stop(): Promise<void>;
}

/** Starts all three side by side. */
export async function startTestStores(): Promise<readonly TestStore[]> {
  return await Promise.all([startS3(), startAzure(), startGoogle()]);
}

export async function startS3(): Promise<TestStore> {
  const server = await startS3Server();
  await server.bucket(BUCKET);
  return {
    scheme: 's3',
    location: `s3://${BUCKET}`,
    server: server.endpoint,
    environment: (url = server.endpoint) => ({
      AWS_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      OPENSHIFT_BACKUP_S3_ENDPOINT: url,
    }),
    put: async (key, content) => {
      await server.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: content }));
    },
    stop: () => server.stop(),
  };
}

/** The account and key that azurite has by default, as its documentation gives them. */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export async function startAzure(): Promise<TestStore> {
  const directory = execFileSync('bash', [PROVIDE, 'azurite'], { encoding: 'utf8' }).trim();
  // The library is newer than the server, which knows all that is used here.
  const words = ['--inMemoryPersistence', '--disableTelemetry', '--skipApiVersionCheck', '--blobPort', '0'];
  const child = await started(
    process.execPath,
    [join(directory, 'node_modules/azurite/dist/src/blob/main.js'), ...words],
    /listens on (http:\S+)/,
  );
  const connection = (url: string) =>
    `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};BlobEndpoint=${url}/${ACCOUNT};`;
  const container = BlobServiceClient.fromConnectionString(connection(child.url)).getContainerClient(BUCKET);
  await container.create();
  return {
    scheme: 'azblob',
    location: `azblob://${BUCKET}`,
    server: child.url,
    environment: (url = child.url) => ({ AZURE_STORAGE_CONNECTION_STRING: connection(url) }),
    put: async (key, content) => {
      await container.getBlockBlobClient(key).uploadData(content);
    },
    stop: child.stop,
  };
}

export async function startGoogle(): Promise<TestStore> {
  const programs = execFileSync('bash', [PROVIDE], { encoding: 'utf8' }).trim();
  const port = await freePort();
  const words = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'];
  const child = await started(join(programs, 'fake-gcs-server'), words, /server started at (http:[^" ]+)/);
  const post = async (path: string, body: Uint8Array | string) => {
    const headers = { 'content-type': typeof body === 'string' ? 'application/json' : 'application/zip' };
    const sent = typeof body === 'string' ? body : new Uint8Array(body);
    const response = await fetch(`${child.url}${path}`, { method: 'POST', body: sent, headers });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    await response.body?.cancel();
  };
  await post('/storage/v1/b?project=test', JSON.stringify({ name: BUCKET }));
  return {
    scheme: 'gs',
    location: `gs://${BUCKET}`,
    server: child.url,
    environment: (url = child.url) => ({ STORAGE_EMULATOR_HOST: url }),
    put: (key, content) =>
      post(`/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=${encodeURIComponent(key)}`, content),
    stop: child.stop,
  };
}

/** Starts a program and waits for the line that names its URL. */
async function started(program: string, words: readonly string[], line: RegExp) {
  const { child, ended, stop } = startServer(serverFolder(), program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        if (stream !== null)
          createInterface({ input: stream }).on('line', (text) => {
            said += `${text}\n`;
            const found = line.exec(text)?.[1];
            if (found !== undefined) resolve(found);
          });
      ended.then(() => reject(new Error(`${program} ended: ${said}`)), reject);
    });
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { openPlace } from '../../src/copies/open-place.ts';
import { sealFile } from '../../src/seal/sealed-file.ts';
import { SealedSource } from '../../src/seal/sealed-source.ts';
import { parseLocation } from '../../src/volume/location.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { BufferSource } from '../seal/buffer-source.ts';
import { identityFile } from '../seal/sealed-archive.ts';
import { S3_KEYS, type S3Server, startS3Server } from '../stores/s3-server.ts';
import { StoreProxy } from '../stores/store-proxy.ts';
import { STORE_OPTIONS } from '../volume/store-options.ts';

const FACTS = { time: '2026-09-20T00:15:00.000Z', complete: 'true' };
let server: S3Server;

before(async () => {
  server = await startS3Server();
  process.env.AWS_ACCESS_KEY_ID = S3_KEYS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = S3_KEYS.secretAccessKey;
});

after(async () => {
  await server.stop();
});

/** The parts that the server has of interrupted uploads. */
async function partsIn(bucket: string): Promise<number> {
  const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  const lists = Uploads.map(({ Key, UploadId }) =>
    server.client.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId })),
  );
  return (await Promise.all(lists)).reduce((sum, { Parts = [] }) => sum + Parts.length, 0);
}

test('the next run resumes an interrupted upload of a sealed archive with the same bytes', async (t) => {
  const bucket = await server.bucket('resumed');
  const stop = new AbortController();
  const proxy = await StoreProxy.start(server.endpoint, {
    fault: (line) => (/partNumber=3&/.test(line) && !stop.signal.aborted ? { kind: 'silence' } : null),
  });
  t.after(() => proxy.close());
  const key = await identityFile(temporaryFolder(t));
  const volume = temporaryFolder(t);
  const path = join(volume, 'openshift-backup202609200015.zip');
  const content = randomBytes(30 * 1024 * 1024);
  writeFileSync(path, content);
  const run = async (signal: AbortSignal) => {
    const options = { ...STORE_OPTIONS, s3Endpoint: proxy.url, requestTimeout: 60_000 };
    const { writer } = await openPlace(parseLocation(`s3://${bucket}`), options, signal);
    const { name, bytes, path: sealed, discard } = await sealFile(path, [key.recipient], signal);
    const stored = await writer.store({ name, bytes, path: sealed, facts: FACTS });
    await discard();
    return { stored, bytes, name };
  };
  const ended = assert.rejects(run(stop.signal));
  while ((await partsIn(bucket)) === 0) await sleep(20);
  stop.abort(new Error('SIGTERM'));
  await ended;
  assert.equal(readdirSync(volume).length, 2, 'the sealed file stays for the next run');

  const { stored, bytes, name } = await run(new AbortController().signal);
  assert.ok(stored.kind === 'stored' && stored.sent < bytes, JSON.stringify(stored));
  assert.deepEqual(readdirSync(volume), ['openshift-backup202609200015.zip']);
  const { Body } = await server.client.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
  const there = new BufferSource(Buffer.from((await Body?.transformToByteArray()) ?? []));
  const source = await SealedSource.open(there, [key.identity]);
  assert.ok(source !== null && (await source.bytes(0, source.size)).equals(content));
});

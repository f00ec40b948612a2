import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type ObjectLockRetentionMode,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { openPlace } from '../../src/copies/open-place.ts';
import type { PlaceWriter } from '../../src/copies/place-writer.ts';
import { parseLocation } from '../../src/volume/location.ts';
import { Failure } from '../../src/words/failure.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { S3_KEYS, type S3Server, startS3Server } from '../stores/s3-server.ts';
import { refusal, type StoreFault, StoreProxy, type StoreRequest } from '../stores/store-proxy.ts';
import { STORE_OPTIONS } from '../volume/store-options.ts';

const MEBIBYTE = 1024 * 1024;
const FACTS = { time: '2026-09-20T00:15:00.000Z', complete: 'true' };

let server: S3Server;
let count = 0;

before(async () => {
  server = await startS3Server();
  process.env.AWS_ACCESS_KEY_ID = S3_KEYS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = S3_KEYS.secretAccessKey;
});

after(async () => {
  await server.stop();
});

/** A writer for a new bucket, through a proxy if the test wants faults. */
async function writerFor(
  t: TestContext,
  {
    fault = null as ((request: string, count: number) => StoreFault | null) | null,
    timeout = 5000,
    hasLocks = false,
  } = {},
) {
  count += 1;
  const bucket = await server.bucket(`bucket-${count}`, { hasLocks });
  const proxy = fault === null ? null : await StoreProxy.start(server.endpoint, { fault });
  if (proxy !== null) t.after(() => proxy.close());
  const options = {
    ...STORE_OPTIONS,
    s3Endpoint: proxy?.url ?? server.endpoint,
    requestTimeout: timeout,
  };
  const location = parseLocation(`s3://${bucket}/production`);
  const open = async (signal = new AbortController().signal) =>
    (await openPlace(location, options, signal)).writer;
  return { bucket, open, writer: await open(), requests: proxy?.requests ?? [] };
}

/** A file of random bytes, as a zip is. */
function fileOf(t: TestContext, bytes: number, name = 'a.zip') {
  const path = join(temporaryFolder(t), name);
  writeFileSync(path, randomBytes(bytes));
  return { name, path, bytes, facts: FACTS };
}

async function contentOf(bucket: string, name: string): Promise<Buffer> {
  const { Body } = await server.client.send(
    new GetObjectCommand({ Bucket: bucket, Key: `production/${name}` }),
  );
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function uploadsIn(bucket: string): Promise<number> {
  const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return Uploads.length;
}

/** The parts that the server has of interrupted uploads. */
async function partsIn(bucket: string): Promise<number> {
  const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  const lists = Uploads.map(({ Key, UploadId }) =>
    server.client.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId })),
  );
  return (await Promise.all(lists)).reduce((sum, { Parts = [] }) => sum + Parts.length, 0);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

const matching = (requests: readonly StoreRequest[], pattern: RegExp) =>
  requests.filter(({ line }) => pattern.test(line)).length;

suite('storing', () => {
  for (const bytes of [0, 1, 8 * MEBIBYTE, 8 * MEBIBYTE + 1, 30 * MEBIBYTE])
    test(`${bytes} bytes are stored with their facts, and no upload is left`, async (t) => {
      const { bucket, writer } = await writerFor(t);
      const upload = fileOf(t, bytes);
      assert.deepEqual(await writer.store(upload), { kind: 'stored', sent: bytes });
      assert.deepEqual(await writer.facts('a.zip'), FACTS);
      assert.equal(readFileSync(upload.path).equals(await contentOf(bucket, 'a.zip')), true);
      assert.equal(await uploadsIn(bucket), 0);
    });

  for (const bytes of [1000, 20 * MEBIBYTE])
    test(`if four clients create the same object of ${bytes} bytes, only one succeeds`, async (t) => {
      const { bucket, open } = await writerFor(t);
      const uploads = [1, 2, 3, 4].map(() => fileOf(t, bytes));
      const writers = await Promise.all(uploads.map(() => open()));
      const results = await Promise.all(
        uploads.map((upload, index) => (writers[index] as PlaceWriter).store(upload)),
      );
      const stored = results.map(({ kind }) => kind === 'stored');
      assert.equal(stored.filter(Boolean).length, 1);
      const content = await contentOf(bucket, 'a.zip');
      const winner = uploads[stored.indexOf(true)];
      assert.equal(content.equals(readFileSync(winner?.path ?? '')), true);
      assert.equal(await uploadsIn(bucket), 0);
    });

  test('an existing object is not overwritten', async (t) => {
    const { bucket, writer } = await writerFor(t);
    const first = fileOf(t, 1000);
    await writer.store(first);
    assert.deepEqual(await writer.store(fileOf(t, 500)), { kind: 'exists' });
    assert.deepEqual(await writer.store(fileOf(t, 9 * MEBIBYTE)), { kind: 'exists' });
    assert.equal((await contentOf(bucket, 'a.zip')).equals(readFileSync(first.path)), true);
  });

  for (const [what, bytes, pattern] of [
    ['a single request', 1000, /^PUT .*a\.zip/],
    ['a part', 20 * MEBIBYTE, /partNumber=2/],
  ] as const)
    test(`a bit that flips in ${what} is refused by the server`, async (t) => {
      const { writer, bucket } = await writerFor(t, {
        fault: (request) => (pattern.test(request) ? { kind: 'flipped bit' } : null),
      });
      await assert.rejects(writer.store(fileOf(t, bytes)), (error: unknown) => {
        assert(error instanceof Failure);
        assert.match(error.message, /cannot upload a\.zip to s3:/);
        return true;
      });
      await assert.rejects(contentOf(bucket, 'a.zip'), /does not exist/);
    });

  for (const bytes of [1000, 20 * MEBIBYTE])
    test(`if the answer to the last request is lost, ${bytes} bytes are stored`, async (t) => {
      let lost = 0;
      const { writer } = await writerFor(t, {
        fault: (request) => {
          const isLast = bytes > MEBIBYTE ? /^POST .*uploadId=/.test(request) : /^PUT/.test(request);
          if (!isLast || lost > 0) return null;
          lost += 1;
          return { kind: 'lost answer' };
        },
      });
      const { kind } = await writer.store(fileOf(t, bytes));
      assert.equal(kind, 'stored');
      assert.equal(lost, 1);
    });

  test('after 503 SlowDown, a part is sent again', async (t) => {
    let refused = 0;
    const { writer, requests } = await writerFor(t, {
      fault: (request) => {
        if (!/partNumber=1&/.test(request) || refused === 2) return null;
        refused += 1;
        return refusal(503, 'SlowDown');
      },
    });
    const upload = fileOf(t, 20 * MEBIBYTE);
    assert.deepEqual(await writer.store(upload), { kind: 'stored', sent: upload.bytes });
    assert.equal(matching(requests, /partNumber=/), 3 + 2);
  });
});

suite('interrupted uploads', () => {
  /** Begins an upload by hand, with some of its parts. */
  async function begun(bucket: string, key: string, parts: readonly Buffer[]): Promise<string> {
    const where = { Bucket: bucket, Key: key };
    const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(where));
    for (const [index, Body] of parts.entries())
      await server.client.send(new UploadPartCommand({ ...where, UploadId, PartNumber: index + 1, Body }));
    return UploadId ?? '';
  }

  test('an upload without parts is not resumed: another run may have begun it with other bytes', async (t) => {
    const { bucket, open } = await writerFor(t);
    const upload = fileOf(t, 30 * MEBIBYTE);
    await begun(bucket, 'production/a.zip', []);
    const writer = await open();
    assert.deepEqual(await writer.store(upload), { kind: 'stored', sent: 30 * MEBIBYTE });
    assert.equal(await uploadsIn(bucket), 1);
  });

  test('only the missing parts are sent', async (t) => {
    const { bucket, open } = await writerFor(t);
    const upload = fileOf(t, 30 * MEBIBYTE);
    const file = readFileSync(upload.path);
    await begun(bucket, 'production/a.zip', [
      file.subarray(0, 8 * MEBIBYTE),
      file.subarray(8 * MEBIBYTE, 16 * MEBIBYTE),
    ]);
    const writer = await open();
    assert.deepEqual(await writer.store(upload), { kind: 'stored', sent: 14 * MEBIBYTE });
    assert.equal((await contentOf(bucket, 'a.zip')).equals(file), true);
    assert.equal(await uploadsIn(bucket), 0);
  });

  test('an upload of other bytes is neither resumed nor deleted', async (t) => {
    const { bucket, writer } = await writerFor(t);
    await begun(bucket, 'production/a.zip', [randomBytes(8 * MEBIBYTE)]);
    const upload = fileOf(t, 20 * MEBIBYTE);
    assert.deepEqual(await writer.store(upload), { kind: 'stored', sent: upload.bytes });
    assert.equal((await contentOf(bucket, 'a.zip')).equals(readFileSync(upload.path)), true);
    assert.equal(await uploadsIn(bucket), 1);
  });

  test('when the time is over, the next run resumes the upload', async (t) => {
    const time = new AbortController();
    const { bucket, open, writer } = await writerFor(t, {
      fault: (request) =>
        /partNumber=3&/.test(request) && !time.signal.aborted ? { kind: 'silence' } : null,
    });
    const upload = fileOf(t, 30 * MEBIBYTE);
    const ended = assert.rejects((await open(time.signal)).store(upload), /the time is over/);
    await until(async () => (await partsIn(bucket)) > 0);
    time.abort(new Error('the time is over'));
    await ended;
    assert.equal(await uploadsIn(bucket), 1);
    const result = await writer.store(upload);
    assert(result.kind === 'stored' && result.sent < upload.bytes, JSON.stringify(result));
    assert.equal((await contentOf(bucket, 'a.zip')).equals(readFileSync(upload.path)), true);
  });

  test('only old uploads of this installation are deleted', async (t) => {
    const { bucket, writer } = await writerFor(t);
    for (const key of ['production/a.zip', 'production/other.zip', 'elsewhere/a.zip'])
      await begun(bucket, key, []);
    const isOurs = (name: string) => name === 'a.zip';
    assert.deepEqual(await writer.endUploads(new Date(Date.now() - 60_000), isOurs), []);
    assert.deepEqual(await writer.endUploads(new Date(Date.now() + 60_000), isOurs), ['a.zip']);
    assert.equal(await uploadsIn(bucket), 2);
  });

  test('without permission to list uploads, archives are uploaded', async (t) => {
    const { writer } = await writerFor(t, {
      fault: (request) => (/^GET .*\?uploads/.test(request) ? refusal(403, 'AccessDenied') : null),
    });
    const upload = fileOf(t, 20 * MEBIBYTE);
    assert.deepEqual(await writer.store(upload), { kind: 'stored', sent: upload.bytes });
  });
});

suite('listings without an end', () => {
  const endless = (t: TestContext, answer: (page: number) => string) => {
    let pages = 0;
    return writerFor(t, {
      fault: (request) => {
        if (!/^GET .*[?&](uploads|uploadId=)/.test(request)) return null;
        pages += 1;
        return { kind: 'answer', status: 200, body: answer(pages) };
      },
    });
  };

  test('a listing of uploads: the archive is uploaded', async (t) => {
    const { writer, requests } = await endless(
      t,
      (page) =>
        `<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextUploadIdMarker>${page}</NextUploadIdMarker></ListMultipartUploadsResult>`,
    );
    const upload = fileOf(t, 9 * MEBIBYTE);
    assert.deepEqual(await writer.store(upload), { kind: 'stored', sent: upload.bytes });
    assert.equal(matching(requests, /^GET .*[?&]uploads/), 100);
  });

  test('a listing of parts: the upload is not resumed', async (t) => {
    const { writer, requests } = await endless(t, (page) =>
      page === 1
        ? `<ListMultipartUploadsResult><Upload><Key>production/a.zip</Key><UploadId>u</UploadId><Initiated>${new Date().toISOString()}</Initiated></Upload></ListMultipartUploadsResult>`
        : `<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>${page}</NextPartNumberMarker><Part><PartNumber>20000</PartNumber><Size>1</Size></Part></ListPartsResult>`,
    );
    const upload = fileOf(t, 9 * MEBIBYTE);
    assert.deepEqual(await writer.store(upload), { kind: 'stored', sent: upload.bytes });
    assert.equal(matching(requests, /^GET .*[?&]uploadId=u&|^GET .*[?&]uploadId=u$/), 100);
  });
});

interface Where {
  readonly Bucket: string;
  readonly Key: string;
}

function retained(where: Where, Mode: ObjectLockRetentionMode): PutObjectRetentionCommand {
  const RetainUntilDate = new Date(Date.now() + 24 * 60 * 60 * 1000);
  return new PutObjectRetentionCommand({ ...where, Retention: { Mode, RetainUntilDate } });
}

suite('removing', () => {
  test('removing an object that is gone already succeeds', async (t) => {
    const { writer } = await writerFor(t);
    await writer.store(fileOf(t, 10));
    assert.deepEqual(await writer.remove('a.zip'), { kind: 'removed' });
    assert.deepEqual(await writer.remove('a.zip'), { kind: 'removed' });
    assert.equal(await writer.facts('a.zip'), null);
  });

  for (const [lock, set] of [
    ['retention in governance mode', (where: Where) => retained(where, 'GOVERNANCE')],
    ['retention in compliance mode', (where: Where) => retained(where, 'COMPLIANCE')],
    [
      'a legal hold',
      (where: Where) => new PutObjectLegalHoldCommand({ ...where, LegalHold: { Status: 'ON' } }),
    ],
  ] as const)
    test(`an object under ${lock} is kept, and the reason is what the server says`, async (t) => {
      const { bucket, writer } = await writerFor(t, { hasLocks: true });
      const upload = fileOf(t, 1000);
      await writer.store(upload);
      const where = { Bucket: bucket, Key: 'production/a.zip' };
      await server.client.send(set(where));
      assert.deepEqual(await writer.remove('a.zip'), {
        kind: 'refused',
        reason: 'the server refuses to remove it (AccessDenied)',
      });
      assert.ok((await contentOf(bucket, 'a.zip')).equals(readFileSync(upload.path)));
    });

  test('archives can be stored in a bucket that locks every new object', async (t) => {
    const { bucket, writer } = await writerFor(t, { hasLocks: true });
    const DefaultRetention = { Mode: 'COMPLIANCE', Days: 1 } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } } as const;
    await server.client.send(
      new PutObjectLockConfigurationCommand({ Bucket: bucket, ObjectLockConfiguration }),
    );
    for (const [name, bytes] of [
      ['a.zip', 1000],
      ['b.zip', 9 * MEBIBYTE],
    ] as const) {
      const { kind } = await writer.store(fileOf(t, bytes, name));
      assert.equal(kind, 'stored');
      assert.equal((await writer.remove(name)).kind, 'refused');
    }
  });

  test('an object that another program stored has no facts', async (t) => {
    const { bucket, writer } = await writerFor(t);
    await server.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'production/a.zip', Body: 'x' }));
    assert.deepEqual(await writer.facts('a.zip'), {});
  });
});

test('if the server does not answer, the upload fails after one timeout', async (t) => {
  const { writer } = await writerFor(t, {
    fault: () => ({ kind: 'silence' }),
    timeout: 300,
  });
  await assert.rejects(
    writer.store(fileOf(t, 10)),
    /cannot upload a\.zip to s3:.*the server does not answer/,
  );
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, type TestContext, test } from 'node:test';
import { openPlace } from '../../src/copies/open-place.ts';
import { parseLocation } from '../../src/volume/location.ts';
import { Failure } from '../../src/words/failure.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { refusal, type StoreFault, StoreProxy } from '../stores/store-proxy.ts';
import { startAzure, startGoogle, type TestStore } from '../stores/test-stores.ts';
import { STORE_OPTIONS } from '../volume/store-options.ts';

const MEBIBYTE = 1024 * 1024;
const FACTS = { time: '2026-09-20T00:15:00.000Z', complete: 'true' };

let stores: readonly TestStore[];

before(async () => {
  stores = await Promise.all([startAzure(), startGoogle()]);
});

after(async () => {
  await Promise.all(stores.map((store) => store.stop()));
});

function fileOf(t: TestContext, bytes: number) {
  const path = join(temporaryFolder(t), 'a.zip');
  writeFileSync(path, randomBytes(bytes));
  return { name: 'a.zip', path, bytes, facts: FACTS };
}

/** Opens a writer for a prefix of its own, through a proxy if the test wants faults. */
async function openerFor(
  t: TestContext,
  scheme: string,
  fault: ((request: string) => StoreFault | null) | null = null,
) {
  const store = stores.find((each) => each.scheme === scheme) ?? assert.fail(scheme);
  const proxy = fault === null ? null : await StoreProxy.start(store.server, { fault });
  if (proxy !== null) t.after(() => proxy.close());
  Object.assign(process.env, store.environment(proxy?.url));
  const location = parseLocation(`${store.location}/${t.name.replaceAll(/\W+/g, '-')}`);
  const options = { ...STORE_OPTIONS, requestTimeout: 5000 };
  return async () => (await openPlace(location, options, new AbortController().signal)).writer;
}

for (const scheme of ['azblob', 'gs'])
  suite(scheme, () => {
    for (const bytes of [0, 1000, 20 * MEBIBYTE])
      test(`${scheme}: ${bytes} bytes are stored with their facts; an existing object is not overwritten`, async (t) => {
        const open = await openerFor(t, scheme);
        const writer = await open();
        assert.deepEqual(await writer.store(fileOf(t, bytes)), { kind: 'stored', sent: bytes });
        assert.deepEqual(await writer.facts('a.zip'), FACTS);
        assert.deepEqual(await writer.store(fileOf(t, bytes + 1)), { kind: 'exists' });
        assert.deepEqual(await writer.remove('a.zip'), { kind: 'removed' });
        assert.deepEqual(await writer.remove('a.zip'), { kind: 'removed' });
        assert.equal(await writer.facts('a.zip'), null);
      });

    for (const bytes of [1000, 20 * MEBIBYTE])
      test(`${scheme}: if four clients create the same object of ${bytes} bytes, only one succeeds`, async (t) => {
        const open = await openerFor(t, scheme);
        const upload = fileOf(t, bytes);
        const results = await Promise.all([1, 2, 3, 4].map(async () => (await open()).store({ ...upload })));
        assert.deepEqual(results.map(({ kind }) => kind).sort(), ['exists', 'exists', 'exists', 'stored']);
      });

    test(`${scheme}: a bit that flips on the way is refused`, async (t) => {
      const open = await openerFor(t, scheme, (request) =>
        /comp=block&|upload_id=/.test(request) ? { kind: 'flipped bit' } : null,
      );
      const writer = await open();
      await assert.rejects(writer.store(fileOf(t, 1000)), /cannot upload a\.zip to/);
      assert.equal(await writer.facts('a.zip'), null);
    });
  });

test('Azure: an interrupted upload is resumed; only the missing blocks are sent', async (t) => {
  let blocks = 0;
  const open = await openerFor(t, 'azblob', (request) => {
    if (!/comp=block&/.test(request)) return null;
    blocks += 1;
    return blocks === 3 ? refusal(403, 'AuthorizationFailure') : null;
  });
  const upload = fileOf(t, 30 * MEBIBYTE);
  await assert.rejects((await open()).store(upload));
  const result = await (await open()).store(upload);
  assert(result.kind === 'stored' && result.sent < upload.bytes, JSON.stringify(result));
});

test('Google: no message contains the address of an upload, which is a secret', async (t) => {
  const open = await openerFor(t, 'gs', (request) =>
    /upload_id=/.test(request) ? { kind: 'lost answer' } : null,
  );
  await assert.rejects((await open()).store(fileOf(t, 1000)), (error: unknown) => {
    assert.ok(error instanceof Failure);
    assert.match(error.message, /: the connection broke \(/);
    assert.doesNotMatch(error.message, /upload_id|http/);
    return true;
  });
});

test('Google: the length of the description of an object is limited', async (t) => {
  const open = await openerFor(t, 'gs', (request) =>
    /fields=metadata/.test(request)
      ? { kind: 'answer', status: 200, body: JSON.stringify({ metadata: { x: 'x'.repeat(17 * MEBIBYTE) } }) }
      : null,
  );
  await assert.rejects((await open()).facts('a.zip'), /the answer is too long/);
});

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it, type TestContext } from 'node:test';
import type { StoreOptions } from '../../../src/volume/archive-store.ts';
import { readManifests } from '../../../src/volume/catalogue.ts';
import { parseLocation } from '../../../src/volume/location.ts';
import { openStore } from '../../../src/volume/open-store.ts';
import { Failure } from '../../../src/words/failure.ts';
import { temporaryFolder } from '../../archive/sample.ts';
import { object, writeArchive } from '../../comparison/archives.ts';
import { refusal as refused, type StoreFault, StoreProxy } from '../../stores/store-proxy.ts';
import { startTestStores, type TestStore } from '../../stores/test-stores.ts';
import { STORE_OPTIONS } from '../store-options.ts';

const NAMING = { name: 'b', stamp: 'yyyyMMdd', zone: 'UTC' };
const FILE = 'b20260911.zip';

/** The three stores, each behind a proxy. */
const stores: { readonly store: TestStore; readonly proxy: StoreProxy }[] = [];
const saved = { ...process.env };

function setEnvironment(values: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env))
    if (/^(AWS|AZURE|STORAGE|GOOGLE)_/.test(name)) delete process.env[name];
  Object.assign(process.env, values);
}

function open(
  store: TestStore,
  server: string,
  options: Partial<StoreOptions> = {},
  location = store.location,
) {
  const { OPENSHIFT_BACKUP_S3_ENDPOINT: s3Endpoint = null, ...environment } = store.environment(server);
  setEnvironment(environment);
  const signal = new AbortController().signal;
  return openStore(
    parseLocation(location),
    { ...STORE_OPTIONS, s3Endpoint, requestTimeout: 5000, retryFor: 0, ...options },
    signal,
  );
}

async function failureOf(action: () => Promise<unknown>): Promise<Failure> {
  try {
    await action();
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error;
  }
  throw new Error('it did not fail');
}

function archive(t: TestContext, size: string): Buffer {
  const folder = temporaryFolder(t);
  const path = writeArchive(folder, FILE, {
    'shop/configmaps.json': [object('ConfigMap', 'a', { data: { size } })],
  });
  return readFileSync(path);
}

before(async () => {
  for (const store of await startTestStores())
    stores.push({ store, proxy: await StoreProxy.start(store.server) });
});
afterEach(() => {
  for (const { proxy } of stores) proxy.reset();
});
after(async () => {
  setEnvironment({});
  Object.assign(process.env, saved);
  for (const { store, proxy } of stores) {
    await proxy.close();
    await store.stop();
  }
});

/** Answers of servers that refuse, as the three of them write these. */
function refusal(scheme: TestStore['scheme'], status: number, code: string, message: string): StoreFault {
  if (scheme !== 'gs') return refused(status, code, message);
  const body = JSON.stringify({ error: { code: status, message } });
  return { kind: 'answer', status, body, type: 'application/json' };
}

/** Each case holds for all three clouds: the sentence names the location and what is wrong. */
async function everywhere(check: (store: TestStore, proxy: StoreProxy) => Promise<void>): Promise<void> {
  for (const { store, proxy } of stores) await check(store, proxy);
}

async function assertListFails(
  store: TestStore,
  server: string,
  message: RegExp,
  options: Partial<StoreOptions> = {},
): Promise<Failure> {
  const failure = await failureOf(async () => (await open(store, server, options)).list(NAMING));
  assert.match(failure.message, message, store.scheme);
  assert.ok(failure.message.includes(store.location), failure.message);
  assert.ok(failure.hint !== null && failure.hint !== '', failure.message);
  assert.doesNotMatch(failure.message, /\n/);
  return failure;
}

describe('a listing that fails is an error, never an empty list', () => {
  it('the bucket does not exist', () =>
    everywhere(async (store) => {
      const none = `${store.scheme}://none-such`;
      const failure = await failureOf(async () => (await open(store, store.server, {}, none)).list(NAMING));
      assert.match(
        failure.message,
        /cannot list .*none-such: the (bucket|container) none-such does not exist/,
      );
    }));

  it('access is denied', () =>
    everywhere(async (store, proxy) => {
      const codes = { s3: 'AccessDenied', azblob: 'AuthorizationPermissionMismatch', gs: '' };
      proxy.fault = () => refusal(store.scheme, 403, codes[store.scheme], 'no permission for this');
      const failure = await assertListFails(store, proxy.url, /: access denied \(.*no permission for this\)/);
      assert.match(failure.hint ?? '', /s3:ListBucket|Storage Blob Data Reader|storage\.objects\.list/);
    }));

  it('nothing listens, or the host does not exist', () =>
    everywhere(async (store) => {
      await assertListFails(store, 'http://127.0.0.1:9', /: no connection \(.*ECONNREFUSED/);
      await assertListFails(store, 'http://bucket.invalid', /: the host name cannot be resolved \(/);
    }));

  it('the server is silent', () =>
    everywhere(async (store, proxy) => {
      proxy.fault = () => ({ kind: 'silence' });
      await assertListFails(store, proxy.url, /: the server does not answer \(no answer for 1 second/, {
        requestTimeout: 1000,
      });
      assert.equal(proxy.requests.length, 1, 'not repeated');
    }));

  it('the server stays overloaded, after further attempts', () =>
    everywhere(async (store, proxy) => {
      proxy.fault = () => refusal(store.scheme, 503, 'SlowDown', 'Please reduce your request rate.');
      await assertListFails(
        store,
        proxy.url,
        /: the server is overloaded or failing \(.*reduce your request rate/,
        { retryFor: 60_000 },
      );
      assert.equal(proxy.requests.length, 4);
    }));

  it('its certificate is not trusted, unless --store-ca names its CA', (t) =>
    everywhere(async (store) => {
      const proxy = await StoreProxy.start(store.server, { tls: true });
      try {
        await assertListFails(store, proxy.url, /: the server's certificate is not trusted \(/);
        const file = join(temporaryFolder(t), 'ca.pem');
        writeFileSync(file, proxy.caPem ?? '');
        const opened = await open(store, proxy.url, { storeCa: file });
        assert.deepEqual(await opened.list(NAMING), []);
      } finally {
        await proxy.close();
      }
    }));

  it('the answer breaks off, each time', () =>
    everywhere(async (store, proxy) => {
      await store.put(FILE, Buffer.from('x'));
      proxy.fault = () => ({ kind: 'truncate', afterBytes: 60 });
      await failureOf(async () => (await open(store, proxy.url)).list(NAMING));
    }));
});

describe('what a server sends is bounded', () => {
  const tooLong = 'x'.repeat(17 * 1024 * 1024);

  it('an answer that is too long', () =>
    everywhere(async (store, proxy) => {
      // Azure's library reads answers itself; only the time limit of the request bounds them.
      if (store.scheme === 'azblob') return;
      const page =
        store.scheme === 'gs'
          ? JSON.stringify({ items: [], other: tooLong })
          : `<?xml version="1.0"?><ListBucketResult><Other>${tooLong}</Other></ListBucketResult>`;
      for (const status of [200, 400]) {
        proxy.fault = () => ({ kind: 'answer', status, body: page });
        const failure = await assertListFails(store, proxy.url, /: the server refused the request \(/);
        assert.match(failure.message, status === 200 || store.scheme !== 'gs' ? /is too long/ : /status 400/);
      }
    }));

  it('a message with control characters, and one that is long', () =>
    everywhere(async (store, proxy) => {
      const message = `first\nsecond \u009b31m\u202e${'y'.repeat(5000)}`;
      proxy.fault = () => refusal(store.scheme, 403, 'AccessDenied', message);
      const failure = await assertListFails(store, proxy.url, /: access denied \(.*first/);
      assert.doesNotMatch(failure.message, /\p{C}/u);
      assert.ok(failure.message.length < 500, failure.message);
    }));
});

describe('an overloaded or broken connection is tried again', () => {
  it('a listing', () =>
    everywhere(async (store, proxy) => {
      await store.put(FILE, Buffer.from('x'));
      proxy.fault = () =>
        proxy.requests.length === 1 ? refusal(store.scheme, 503, 'SlowDown', 'slow down') : null;
      const archives = await (await open(store, proxy.url, { retryFor: 60_000 })).list(NAMING);
      assert.deepEqual(
        archives.map(({ file, bytes }) => [file, bytes]),
        [[FILE, 1]],
      );
    }));

  it('a read that was reset in the middle', (t) =>
    everywhere(async (store, proxy) => {
      await store.put(FILE, archive(t, '1'));
      const opened = await open(store, proxy.url, { retryFor: 60_000 });
      const [stored] = await opened.list(NAMING);
      let resets = 0;
      proxy.fault = () => {
        resets += 1;
        return resets === 1 ? { kind: 'reset', afterBytes: 100 } : null;
      };
      const reader = await stored?.open();
      assert.equal((await reader?.manifest())?.complete, true);
      assert.ok(resets > 1);
    }));
});

it('an archive that is replaced while it is read is noticed and named', (t) =>
  everywhere(async (store, proxy) => {
    await store.put(FILE, archive(t, '1'));
    const opened = await open(store, proxy.url);
    const [stored] = await opened.list(NAMING);
    await store.put(FILE, archive(t, '22'));
    const failure = await failureOf(async () => stored?.open());
    assert.match(failure.message, new RegExp(`cannot read ${store.location}/${FILE}: it was replaced`));
  }));

it('an archive that may be listed but not read is a row that says so', (t) =>
  everywhere(async (store, proxy) => {
    await store.put(FILE, archive(t, '1'));
    const opened = await open(store, proxy.url);
    proxy.fault = ({ range }) =>
      range === null ? null : refusal(store.scheme, 403, 'AccessDenied', 'no GetObject');
    const [row] = await readManifests(opened, NAMING);
    assert.equal(row?.reading.kind, 'unreadable');
    assert.match(
      row?.reading.kind === 'unreadable' ? row.reading.reason : '',
      /access denied \(.*no GetObject/,
    );
  }));

describe('S3 alone', () => {
  const s3 = () => {
    const found = stores.find(({ store }) => store.scheme === 's3');
    if (found === undefined) throw new Error('not started');
    return found;
  };

  it('credentials that are wrong, expired or missing', async () => {
    const { store, proxy } = s3();
    const environment = store.environment.bind(store);
    const wrong = {
      ...store,
      environment: (url?: string) => ({ ...environment(url), AWS_SECRET_ACCESS_KEY: 'x' }),
    };
    await assertListFails(wrong, store.server, /: the credentials were refused \(SignatureDoesNotMatch/);
    proxy.fault = () => refusal('s3', 400, 'ExpiredToken', 'The provided token has expired.');
    await assertListFails(store, proxy.url, /: the credentials have expired \(/);
    const none = {
      ...store,
      environment: (url = '') => ({ AWS_EC2_METADATA_DISABLED: 'true', OPENSHIFT_BACKUP_S3_ENDPOINT: url }),
    };
    await assertListFails(none, store.server, /: no credentials were found \(/);
  });

  it('another region than that of the bucket', async () => {
    const { store } = s3();
    const failure = await assertListFails(store, store.server, /: the region is wrong \(/, {
      s3Region: 'eu-west-9',
    });
    assert.match(failure.hint ?? '', /--s3-region/);
  });

  it('a clock that differs from that of the server is corrected', async () => {
    const { store, proxy } = s3();
    proxy.fault = () =>
      proxy.requests.length === 1
        ? refusal(
            's3',
            403,
            'RequestTimeTooSkewed',
            'The difference between the request time and the current time is too large.',
          )
        : null;
    await (await open(store, proxy.url, { retryFor: 60_000 })).list(NAMING);
    assert.equal(proxy.requests.length, 2);
  });

  it('a listing without an end, and one that breaks off', async () => {
    const { store, proxy } = s3();
    const page = (more: string) => ({
      kind: 'answer' as const,
      status: 200,
      body: `<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated>${more}</ListBucketResult>`,
    });
    proxy.fault = () => page('<NextContinuationToken>same</NextContinuationToken>');
    await assertListFails(store, proxy.url, /: the listing does not end/);
    proxy.fault = () => page('');
    await assertListFails(store, proxy.url, /the listing breaks off/);
  });

  it('objects without a valid size are ignored', async () => {
    const { store, proxy } = s3();
    const contents = ['1', '-5', '9007199254740993'].map(
      (size, index) =>
        `<Contents><Key>b2026010${index + 1}.zip</Key><Size>${size}</Size><ETag>"e"</ETag></Contents>`,
    );
    const body = `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
    proxy.fault = () => ({ kind: 'answer', status: 200, body });
    const archives = await (await open(store, proxy.url)).list(NAMING);
    assert.deepEqual(
      archives.map(({ file }) => file),
      ['b20260101.zip'],
    );
  });

  it('keys that are no plain file names are ignored', async () => {
    const { store, proxy } = s3();
    const keys = [
      'b20260101.zip',
      'b20260102.zip\u202e',
      '../b20260103.zip',
      'b20260104.zip/',
      'x/b20260105.zip',
      `b20260106_${'1'.repeat(1024)}.zip`,
      '',
    ];
    const contents = keys.map(
      (key) => `<Contents><Key>${key}</Key><Size>1</Size><ETag>"e"</ETag></Contents>`,
    );
    const body = `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
    proxy.fault = () => ({ kind: 'answer', status: 200, body });
    const archives = await (await open(store, proxy.url)).list(NAMING);
    assert.deepEqual(
      archives.map(({ file }) => file),
      ['b20260101.zip'],
    );
  });
});

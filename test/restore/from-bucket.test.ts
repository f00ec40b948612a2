import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, suite, test } from 'node:test';
import { namespace } from '../bad-days/bad-day.ts';
import { runCli, Volume } from '../cluster/run-cli.ts';
import { identityFile } from '../seal/sealed-archive.ts';
import { StoreProxy } from '../stores/store-proxy.ts';
import { startS3, type TestStore } from '../stores/test-stores.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { listAt, textAt } from '../support/kube-object.ts';
import { backUp, reportOf } from './restore-runs.ts';

// An archive is read while its objects are sent. In a bucket it can be replaced, and its server can fail.

const CONFIG_MAPS = '/api/v1/namespaces/shop/configmaps';
const COUNT = 160;
/** More than a reader of a bucket keeps in memory or reads ahead. */
const BYTES = 64 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'from-bucket-'));
const volume = new Volume();
let control: ControlPlane;
let api: FaultProxy;
let kubeconfig: string;
let store: TestStore;
let bucket: StoreProxy;
let key: Awaited<ReturnType<typeof identityFile>>;
let archive: { readonly name: string; readonly content: Buffer };

before(async () => {
  key = await identityFile(folder);
  [control, store] = await Promise.all([startControlPlane(), startS3()]);
  bucket = await StoreProxy.start(store.server);
  api = await startFaultProxy(control, { as: await control.addUser('root', ['system:masters']) });
  kubeconfig = await api.kubeconfigFor();
  const objects = Array.from({ length: COUNT }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `settings-${index}`, namespace: 'shop' },
    data: { noise: randomBytes(BYTES).toString('base64') },
  }));
  await control.apply([namespace('shop'), ...objects], { concurrency: 8 });
  await backUp(volume, control.kubeconfig, '-p', 'shop');
  const [name = ''] = volume.archives();
  archive = { name, content: readFileSync(join(volume.path, name)) };
  await store.put(`plain/${name}`, archive.content);
  const sealing = ['--volume', `${store.location}/sealed`, '--seal-to', key.recipient];
  const sealed = await runCli(['backup', '-p', 'shop', '--kubeconfig', control.kubeconfig, ...sealing], {
    environment: store.environment(),
  });
  assert.equal(sealed.status, 0, sealed.stderr);
  await control.deleteNamespace('shop');
});

afterEach(async () => {
  api.clear();
  bucket.reset();
  await control.deleteNamespace('shop').catch(() => {});
});

after(async () => {
  volume[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
  await bucket?.close();
  await api?.close();
  await store?.stop();
  await control?.stop();
});

/** Runs `restore latest` from a prefix of the bucket, through both proxies. */
async function restore(prefix: 'plain' | 'sealed', ...words: string[]) {
  const location = ['--volume', `${store.location}/${prefix}`, '--kubeconfig', kubeconfig];
  return await runCli(['restore', 'latest', ...location, '--retry-for', '3', ...words], {
    environment: store.environment(bucket.url),
  });
}

/** How many of the ConfigMaps are in the cluster. */
async function restored(): Promise<number> {
  return listAt(await control.request('GET', CONFIG_MAPS), 'items').filter((item) =>
    textAt(item, 'metadata', 'name').startsWith('settings-'),
  ).length;
}

type Match = (method: string, path: string) => boolean;

/** Does something when the first such request arrives at the API server, which answers none of them before it is done. */
function atFirst(match: Match, action: () => Promise<void>): void {
  const { promise: until, resolve, reject } = Promise.withResolvers<void>();
  let begun = false;
  const counted: Match = (method, path) => {
    const isMatch = match(method, path);
    if (isMatch && !begun) action().then(resolve, reject);
    begun ||= isMatch;
    return isMatch;
  };
  api.add({ match: counted, times: 'forever', fault: { kind: 'hold', until } });
}

const isCreate: Match = (method, path) => method === 'POST' && path.startsWith(CONFIG_MAPS);
const isAny: Match = () => true;

suite('restore from a bucket', () => {
  for (const [what, prefix, words] of [
    ['an archive', 'plain', () => []],
    ['a sealed archive', 'sealed', () => ['--identity', key.path]],
  ] as const) {
    test(`${what} is restored`, async () => {
      const run = await restore(prefix, '--apply', '-o', 'json', ...words());
      assert.equal(run.status, 0, run.stderr);
      const { report, rows } = reportOf(run);
      assert.match(String(report.archive), prefix === 'sealed' ? /\.zip\.age$/ : /\.zip$/);
      assert.equal(rows.filter(({ outcome }) => outcome === 'created').length, COUNT + 1);
      assert.equal(await restored(), COUNT);
    });

    test(`${what}: a dry run writes nothing`, async () => {
      const before = api.requests.length;
      const run = await restore(prefix, ...words());
      assert.equal(run.status, 0, run.stderr);
      assert.match(run.stdout, /dry run: nothing was changed/);
      const writes = api.requests
        .slice(before)
        .filter(({ method, path }) => method !== 'GET' && !path.includes('selfsubject'));
      assert.ok(writes.length > 0 && writes.every(({ query }) => query.get('dryRun') === 'All'));
      assert.equal((await control.admin.answer('GET', '/api/v1/namespaces/shop')).status, 404);
    });

    test(`${what}: a connection that breaks in the middle is opened again`, async () => {
      let broken = 0;
      atFirst(isCreate, async () => {
        bucket.fault = ({ range }) => {
          if (range === null || broken >= 2) return null;
          broken += 1;
          return { kind: 'reset', afterBytes: 1000 };
        };
      });
      const run = await restore(prefix, '--apply', '--retry-for', '60', ...words());
      assert.equal(run.status, 0, run.stderr);
      assert.equal(broken, 2);
      assert.equal(await restored(), COUNT);
    });
  }

  test('without the identity, a sealed archive is not restored, and the message says so', async () => {
    const run = await restore('sealed', '--apply');
    assert.equal(run.status, 4, run.stderr);
    assert.match(run.stderr, /\.zip\.age is sealed: no --identity was given/);
    assert.equal((await control.admin.answer('GET', '/api/v1/namespaces/shop')).status, 404);
  });

  test('a connection that stays broken stops the restore, and the next run restores the rest', async () => {
    atFirst(isCreate, async () => {
      bucket.fault = ({ range }) => (range === null ? null : { kind: 'reset', afterBytes: 1000 });
    });
    const run = await restore('plain', '--apply');
    assert.equal(run.status, 3, run.stderr);
    const count = await restored();
    assert.ok(count > 0 && count < COUNT, String(count));
    assert.match(
      run.stderr,
      new RegExp(`Stopped in the middle, with ${count + 1} objects created or updated: cannot read`),
    );
    assert.match(run.stderr, /run the same command again to restore the rest/);
    bucket.reset();
    api.clear();
    const again = await restore('plain', '--apply', '-o', 'json');
    assert.equal(again.status, 0, again.stderr);
    assert.equal(reportOf(again).report.numCreated, COUNT - count);
    assert.equal(await restored(), COUNT);
  });

  test('an object that was deleted and not created again counts as a change, and the report names it', async () => {
    const objects = Array.from({ length: COUNT }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `settings-${index}`, namespace: 'shop' },
    }));
    await control.apply([namespace('shop'), ...objects], { concurrency: 8 });
    let isDeleted = false;
    const isRefused: Match = (method, path) => isDeleted && isCreate(method, path);
    api.add({ match: isRefused, times: 'forever', fault: { kind: 'status', status: 403 } });
    const isDelete: Match = (method, path) => method === 'DELETE' && path.startsWith(CONFIG_MAPS);
    atFirst(isDelete, async () => {
      isDeleted = true;
      bucket.fault = ({ range }) => (range === null ? null : { kind: 'reset', afterBytes: 1000 });
    });
    const run = await restore('plain', '--apply', '--existing', 'replace');
    assert.equal(run.status, 3, run.stderr);
    const deleted = COUNT - (await restored());
    assert.ok(deleted > 0);
    const named = run.stdout.match(
      /^failed +shop\/configmaps\/settings-\d+\s+it was deleted, and creating it again failed/gm,
    );
    assert.equal(named?.length, deleted);
    assert.match(run.stderr, /with 0 objects created or updated, \d+ failed: cannot read/);
  });

  test('an archive that is replaced in the middle is never mixed with the new one', async () => {
    const other = readFileSync(join(volume.path, archive.name));
    // Equal in size and in everything that a reader has seen so far, but for the version that the bucket gives it.
    other[Math.floor(other.length / 2)] = (other[Math.floor(other.length / 2)] ?? 0) ^ 1;
    atFirst(isCreate, () => store.put(`plain/${archive.name}`, other));
    try {
      const run = await restore('plain', '--apply');
      assert.equal(run.status, 3, run.stderr);
      assert.match(run.stderr, /it was replaced or removed while it was read/);
      const count = await restored();
      assert.ok(count > 0 && count < COUNT, String(count));
      assert.match(run.stderr, new RegExp(`${count + 1} objects created or updated`));
    } finally {
      await store.put(`plain/${archive.name}`, archive.content);
    }
    api.clear();
    const again = await restore('plain', '--apply');
    assert.equal(again.status, 0, again.stderr);
    assert.equal(await restored(), COUNT);
  });

  test('an archive that is replaced before anything is sent leaves the cluster as it is', async () => {
    atFirst(isAny, () => store.put(`plain/${archive.name}`, archive.content.subarray(0, 1000)));
    try {
      const run = await restore('plain', '--apply');
      assert.equal(run.status, 4, run.stderr);
      assert.match(run.stderr, /it was replaced or removed while it was read/);
      assert.doesNotMatch(run.stderr, /Stopped in the middle/);
      assert.equal((await control.admin.answer('GET', '/api/v1/namespaces/shop')).status, 404);
    } finally {
      await store.put(`plain/${archive.name}`, archive.content);
    }
  });
});

import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { storeArchive } from '../../src/copies/bucket-archive.ts';
import { openPlace, type Place } from '../../src/copies/open-place.ts';
import { parseLocation } from '../../src/volume/location.ts';
import { sampleManifest, temporaryFolder, writeSample } from '../archive/sample.ts';
import { type StoreFault, StoreProxy } from '../stores/store-proxy.ts';
import { startAzure, type TestStore } from '../stores/test-stores.ts';
import { STORE_OPTIONS } from '../volume/store-options.ts';

const NAMING = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const FILE = 'openshift-backup202609200015.zip';
const { signal } = new AbortController();
let store: TestStore;

before(async () => {
  store = await startAzure();
});

after(() => store.stop());

/** A prefix of its own, through a proxy. */
async function typePathOf(t: TestContext, prefix: string, fault: (line: string) => StoreFault | null) {
  const proxy = await StoreProxy.start(store.server, { fault });
  t.after(() => proxy.close());
  Object.assign(process.env, store.environment(proxy.url));
  return await openPlace(parseLocation(`${store.location}/${prefix}`), STORE_OPTIONS, signal);
}

async function storedNames(t: TestContext, place: Place): Promise<string[]> {
  const directory = temporaryFolder(t);
  writeSample(directory, FILE);
  const manifest = { ...sampleManifest(), startedAt: '2026-09-20T00:15:30.000Z' };
  const built = { directory, file: FILE, bytes: statSync(join(directory, FILE)).size, manifest };
  const { name } = await storeArchive(built, place, NAMING, [], signal);
  const files = (await place.store.list(NAMING)).map(({ file }) => file);
  assert.ok(files.includes(name), name);
  return files;
}

test('an archive whose upload had its answer lost is stored once', async (t) => {
  let lost = 0;
  const place = await typePathOf(t, 'lost', (line) => {
    if (!/^PUT .*comp=blocklist/.test(line) || lost > 0) return null;
    lost += 1;
    return { kind: 'lost answer' };
  });
  assert.deepEqual(await storedNames(t, place), [FILE]);
  assert.equal(lost, 1);
});

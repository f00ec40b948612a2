import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it, type TestContext } from 'node:test';
import { parseLocation } from '../../../src/volume/location.ts';
import { openStore } from '../../../src/volume/open-store.ts';
import { checkRehearsed, rehearsalOf } from '../../../src/volume/rehearsals.ts';
import { removeOrphans } from '../../../src/volume/rotation.ts';
import { temporaryFolder } from '../../archive/sample.ts';
import { object, writeArchive } from '../../comparison/archives.ts';
import { startTestStores, type TestStore } from '../../stores/test-stores.ts';
import { STORE_OPTIONS } from '../store-options.ts';

const NAMING = { name: 'b', stamp: 'yyyyMMdd', zone: 'UTC' };
const FILE = 'b20260911.zip';
const RECORD = 'b20260911.rehearsal.json';
const NOW = new Date('2026-09-12T00:00:00Z');
const saved = { ...process.env };

function archive(t: TestContext, mode: string): Buffer {
  const files = { 'shop/configmaps.json': [object('ConfigMap', 'a', { data: { mode } })] };
  return readFileSync(writeArchive(temporaryFolder(t), FILE, files));
}

function record(digest: string): Buffer {
  const times = { startedAt: '2026-09-11T01:00:00Z', finishedAt: '2026-09-11T01:01:00Z' };
  const counts = { differs: 0, refused: 0, notRehearsed: 0 };
  const own = { formatVersion: 1, digest, kubernetes: 'v1.36.3', ...times, objects: 1, proven: 1, counts };
  return Buffer.from(JSON.stringify(own));
}

describe('the result of a rehearsal in a bucket', () => {
  let stores: readonly TestStore[] = [];

  before(async () => {
    stores = await startTestStores();
  });

  after(async () => {
    process.env = saved;
    for (const store of stores) await store.stop();
  });

  it('is written as a whole, read for exactly this archive, and removed with it or after it', async (t) => {
    for (const each of stores) {
      const { OPENSHIFT_BACKUP_S3_ENDPOINT: s3Endpoint = null, ...environment } = each.environment(
        each.server,
      );
      Object.assign(process.env, environment);
      const store = await openStore(
        parseLocation(each.location),
        { ...STORE_OPTIONS, s3Endpoint, requestTimeout: 5000 },
        new AbortController().signal,
      );
      await each.put(FILE, archive(t, 'slow'));
      const [stored] = await store.list(NAMING);
      assert.ok(stored !== undefined, each.location);
      assert.equal(stored.hasRehearsal, false);
      assert.equal(await stored.rehearsal?.read(), null);
      const reader = await stored.open();
      const digest = await reader.digest();
      reader.close();
      await stored.rehearsal?.write(record('0'.repeat(64)));
      assert.equal(await rehearsalOf(stored), null, 'the result of another archive');
      await stored.rehearsal?.write(record(digest));
      const [listed] = await store.list(NAMING);
      assert.equal(listed?.hasRehearsal, true);
      assert.equal((await rehearsalOf(stored))?.proven, 1);
      assert.equal((await checkRehearsed(store, NAMING, 86_400_000, NOW)).state, 'fresh');
      await each.put(FILE, archive(t, 'fast'));
      const [other] = await store.list(NAMING);
      assert.ok(other !== undefined);
      assert.equal(await rehearsalOf(other), null, 'the archive was replaced');
      await store.remove(FILE);
      await each.put(FILE, archive(t, 'fast'));
      assert.equal((await store.list(NAMING))[0]?.hasRehearsal, false);
      await store.remove(FILE);

      // A lifecycle rule has removed the archive.
      await each.put(RECORD, record(digest));
      assert.deepEqual(await store.list(NAMING), []);
      assert.deepEqual((await removeOrphans(store, NAMING, true)).failed, []);
      assert.deepEqual(await store.orphanedResults(NAMING), []);
    }
  });
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DirectoryStore } from '../../src/volume/directory-store.ts';
import { checkFreshness } from '../../src/volume/freshness.ts';
import { incompleteManifest, temporaryFolder, writeSample } from '../archive/sample.ts';

const NAMING = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const NOW = new Date('2026-09-11T10:15:00Z');
const HOUR = 3_600_000;

type Kind = 'complete' | 'incomplete' | 'damaged';

/** A volume of these archives, asked for a complete one of at most 25 hours; names less what all share. */
async function asked(test: TestContext, archives: Readonly<Record<string, Kind>>) {
  const volume = temporaryFolder(test);
  for (const [stamp, kind] of Object.entries(archives)) {
    const file = `openshift-backup${stamp}.zip`;
    if (kind === 'damaged') writeFileSync(join(volume, file), 'damaged');
    else writeSample(volume, file, ...(kind === 'incomplete' ? [incompleteManifest()] : []));
  }
  const { state, newest, attempts } = await checkFreshness(
    new DirectoryStore(volume, {}),
    NAMING,
    25 * HOUR,
    NOW,
  );
  const stampOf = (file: string) => file.slice(16, -4);
  return [
    state,
    newest === null ? null : stampOf(newest.file),
    attempts.map((each) => `${stampOf(each.file)} ${each.state}`),
  ];
}

test('a complete archive of last night is fresh', async (t) => {
  assert.deepEqual(await asked(t, { '202609110015': 'complete', '202609100015': 'complete' }), [
    'fresh',
    '202609110015',
    [],
  ]);
});

test('the age may be reached, not exceeded', async (t) => {
  assert.equal((await asked(t, { '202609100915': 'complete' }))[0], 'fresh');
  assert.deepEqual(await asked(t, { '202609100914': 'complete' }), ['stale', '202609100914', []]);
});

test('an incomplete one does not count, but an older complete one does while it is young enough', async (t) => {
  assert.deepEqual(await asked(t, { '202609110915': 'incomplete', '202609110015': 'complete' }), [
    'fresh',
    '202609110015',
    ['202609110915 incomplete'],
  ]);
});

test('nothing but an incomplete one is told from nothing at all', async (t) => {
  assert.deepEqual(await asked(t, { '202609110015': 'incomplete', '202609090015': 'complete' }), [
    'incomplete',
    '202609090015',
    ['202609110015 incomplete'],
  ]);
  assert.deepEqual(await asked(t, { '202609110015': 'damaged', '202609090015': 'complete' }), [
    'stale',
    '202609090015',
    ['202609110015 damaged'],
  ]);
  assert.deepEqual(await asked(t, {}), ['stale', null, []]);
});

test('an archive of the future proves nothing, but clocks may differ by minutes', async (t) => {
  assert.deepEqual(await asked(t, { '209901010000': 'complete' }), ['stale', null, []]);
  assert.deepEqual(await asked(t, { '202609111021': 'complete' }), ['stale', null, []]);
  assert.deepEqual((await asked(t, { '202609111019': 'complete' }))[0], 'fresh');
});

test('what counts is when the backup started, not what its name says', async (t) => {
  const volume = temporaryFolder(t);
  const named = (stamp: string, startedAt: string) =>
    writeSample(volume, `openshift-backup${stamp}.zip`, undefined, startedAt);
  named('202609110115', '2026-09-01T00:15:00Z');
  named('209901010000', '2026-09-02T00:15:00Z');
  const before = await checkFreshness(new DirectoryStore(volume, {}), NAMING, 25 * HOUR, NOW);
  assert.deepEqual([before.state, before.newest?.file], ['stale', 'openshift-backup209901010000.zip']);
  named('202001010000', '2026-09-11T00:15:00Z');
  const { state, newest } = await checkFreshness(new DirectoryStore(volume, {}), NAMING, 25 * HOUR, NOW);
  assert.deepEqual(
    [state, newest?.file, newest?.time.toISOString()],
    ['fresh', 'openshift-backup202001010000.zip', '2026-09-11T00:15:00.000Z'],
  );
});

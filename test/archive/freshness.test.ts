import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkFreshness } from '../../src/archive/freshness.ts';
import { incompleteManifest, temporaryFolder, writeSample } from './sample.ts';

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
  const { state, newest, attempts } = await checkFreshness(volume, NAMING, 25 * HOUR, NOW);
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

test('a stamp in the future proves nothing', async (t) => {
  assert.deepEqual(await asked(t, { '209901010000': 'complete' }), ['stale', null, []]);
});

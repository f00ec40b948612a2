import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseLocation } from '../../src/volume/location.ts';
import { openArchives, resolveArchive } from '../../src/volume/reference.ts';
import { Failure } from '../../src/words/failure.ts';
import { temporaryFolder, writeSample } from '../archive/sample.ts';
import { STORE_OPTIONS } from './store-options.ts';

const NOW = new Date('2026-09-11T10:15:00Z');
const NAMING = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };

function volumeWith(test: TestContext, ...files: string[]): string {
  const volume = temporaryFolder(test);
  for (const file of files) writeFileSync(join(volume, file), 'x');
  return volume;
}

function archivesIn(volume: string) {
  const config = { ...NAMING, ...STORE_OPTIONS, volume: parseLocation(volume) };
  return openArchives(config, NOW, new AbortController().signal);
}

async function resolve(volume: string, reference: string) {
  return await resolveArchive(await archivesIn(volume), reference);
}

const THREE = ['202609090015', '202609100015', '202609110015'].map((stamp) => `openshift-backup${stamp}.zip`);

test('resolves latest, previous, file names, prefixes and paths', async (t) => {
  const volume = volumeWith(t, ...THREE, 'openshift-backup202609110015_02.zip', 'renamed.zip');
  const resolved = async (reference: string) => (await resolve(volume, reference)).file;
  assert.equal(await resolved('latest'), 'openshift-backup202609110015_02.zip');
  assert.equal(await resolved('previous'), 'openshift-backup202609110015.zip');
  assert.equal(await resolved('openshift-backup202609100015.zip'), 'openshift-backup202609100015.zip');
  assert.equal(await resolved('renamed.zip'), 'renamed.zip');
  assert.equal(await resolved('20260910'), 'openshift-backup202609100015.zip');
  // A whole stamp means its first run, or that one could not be named.
  assert.equal(await resolved('202609110015'), 'openshift-backup202609110015.zip');
  assert.equal(await resolved('202609110015_02'), 'openshift-backup202609110015_02.zip');
  const path = join(volume, 'renamed.zip');
  const { file, path: found } = await resolve('/nowhere', path);
  assert.deepEqual([file, found], ['renamed.zip', path]);
});

test('an empty reference is refused, also if there is only one archive', async (t) => {
  const volume = volumeWith(t, 'openshift-backup202609110015.zip');
  await assert.rejects(resolve(volume, ''), { message: 'the name of the ARCHIVE is empty', ending: 'usage' });
});

test('several references of a command are of one moment, and the manifests are read once', async (t) => {
  const volume = volumeWith(t, ...THREE);
  const archives = await archivesIn(volume);
  const previous = await resolveArchive(archives, 'previous');
  // A backup ends in between.
  writeSample(volume, 'openshift-backup202609110900.zip');
  assert.deepEqual([previous.file, (await resolveArchive(archives, 'latest')).file], [THREE[1], THREE[2]]);
});

test('refuses a prefix that several archives share, and names them', async (t) => {
  const volume = volumeWith(t, ...THREE);
  await assert.rejects(resolve(volume, '202609'), (error) => {
    assert.ok(error instanceof Failure && error.ending === 'usage');
    for (const file of THREE) assert.ok(error.message.includes(file));
    return true;
  });
});

test('names what is there where nothing matches', async (t) => {
  const volume = volumeWith(t, THREE[0] ?? '');
  await assert.rejects(resolve(volume, '1999'), /no archive matches 1999: .* has openshift-backup2026/);
  await assert.rejects(resolve(volume, 'previous'), /there is no previous archive/);
  await assert.rejects(resolve(volume, './none.zip'), /the file \.\/none\.zip does not exist/);
  await assert.rejects(resolve(volume, 'none.zip'), /no archive matches none\.zip/);
  await assert.rejects(resolve(volume, `${volume}/none.zip`), /the file .*none\.zip does not exist/);
  await assert.rejects(resolve(volume, `${volume}/`), /is a directory, not an archive/);
  await assert.rejects(resolve(volumeWith(t), 'latest'), /has no archive of this name/);
});

test('a file in the current folder needs no volume, but one on the volume goes before it', async (t) => {
  const before = process.cwd();
  process.chdir(volumeWith(t, 'a.zip'));
  t.after(() => process.chdir(before));
  assert.equal((await resolve('/nowhere', 'a.zip')).path, 'a.zip');
  const volume = volumeWith(t, 'a.zip');
  assert.equal((await resolve(volume, 'a.zip')).path, join(volume, 'a.zip'));
});

test('latest and previous go by the time in the manifest, not by the name', async (t) => {
  const volume = temporaryFolder(t);
  const named = (stamp: string, startedAt: string) =>
    writeSample(volume, `openshift-backup${stamp}.zip`, undefined, startedAt);
  const resolved = async (reference: string) => (await resolve(volume, reference)).file.slice(16, -4);
  // Stamped in Vienna, then, from the night after a move to New York, there.
  named('202609100215', '2026-09-10T00:15:00Z');
  named('202609091945', '2026-09-09T23:45:00Z');
  named('202609100130', '2026-09-10T05:30:00Z');
  assert.equal(await resolved('latest'), '202609100130');
  assert.equal(await resolved('previous'), '202609100215');
  // A clock that was wrong.
  named('202609100000', '2099-01-01T00:00:00Z');
  assert.equal(await resolved('latest'), '202609100130');
  // A name finds it as before.
  assert.equal(await resolved('202609091'), '202609091945');
});

test('an archive of the future is the latest where there is no other; of one time, names decide', async (t) => {
  const volume = temporaryFolder(t);
  for (const file of ['openshift-backup202609110015.zip', 'openshift-backup202609110015_02.zip'])
    writeSample(volume, file, undefined, '2099-01-01T00:00:00Z');
  assert.equal((await resolve(volume, 'latest')).file, 'openshift-backup202609110015_02.zip');
});

test('a damaged archive stands after the readable ones of its minute, by its run number', async (t) => {
  const volume = temporaryFolder(t);
  const named = (run: string, startedAt: string) =>
    writeSample(volume, `openshift-backup202609110015${run}.zip`, undefined, startedAt);
  named('', '2026-09-11T00:15:12Z');
  named('_02', '2026-09-11T00:15:33Z');
  writeFileSync(join(volume, 'openshift-backup202609110015_03.zip'), 'cut off');
  named('_04', '2026-09-11T00:15:50Z');
  const order = ['latest', 'previous'].map((each) => resolve(volume, each));
  const files = (await Promise.all(order)).map(({ file }) => file.slice(28, -4));
  assert.deepEqual(files, ['_04', '_03']);
});

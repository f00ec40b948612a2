import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { resolveArchive } from '../../src/archive/reference.ts';
import { Failure } from '../../src/snapshot/failure.ts';
import { temporaryFolder } from './sample.ts';

const NAMING = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };

function volumeWith(test: TestContext, ...files: string[]): string {
  const volume = temporaryFolder(test);
  for (const file of files) writeFileSync(join(volume, file), 'x');
  return volume;
}

const THREE = ['202609090015', '202609100015', '202609110015'].map((stamp) => `openshift-backup${stamp}.zip`);

test('resolves latest, previous, file names, prefixes and paths', async (t) => {
  const volume = volumeWith(t, ...THREE, 'openshift-backup202609110015_02.zip', 'renamed.zip');
  const resolved = async (reference: string) => (await resolveArchive(volume, NAMING, reference)).file;
  assert.equal(await resolved('latest'), 'openshift-backup202609110015_02.zip');
  assert.equal(await resolved('previous'), 'openshift-backup202609110015.zip');
  assert.equal(await resolved('openshift-backup202609100015.zip'), 'openshift-backup202609100015.zip');
  assert.equal(await resolved('renamed.zip'), 'renamed.zip');
  assert.equal(await resolved('20260910'), 'openshift-backup202609100015.zip');
  // A whole stamp means its first run, or that one could not be named.
  assert.equal(await resolved('202609110015'), 'openshift-backup202609110015.zip');
  assert.equal(await resolved('202609110015_02'), 'openshift-backup202609110015_02.zip');
  const path = join(volume, 'renamed.zip');
  assert.deepEqual(await resolveArchive('/nowhere', NAMING, path), { file: 'renamed.zip', path });
});

test('refuses a prefix that several archives share, and names them', async (t) => {
  const volume = volumeWith(t, ...THREE);
  await assert.rejects(resolveArchive(volume, NAMING, '202609'), (error) => {
    assert.ok(error instanceof Failure && error.ending === 'usage');
    for (const file of THREE) assert.ok(error.message.includes(file));
    return true;
  });
});

test('names what is there where nothing matches', async (t) => {
  const volume = volumeWith(t, THREE[0] ?? '');
  await assert.rejects(
    resolveArchive(volume, NAMING, '1999'),
    /no archive matches 1999: .* has openshift-backup2026/,
  );
  await assert.rejects(resolveArchive(volume, NAMING, 'previous'), /there is no previous archive/);
  await assert.rejects(resolveArchive(volume, NAMING, './none.zip'), /there is no file \.\/none\.zip/);
  await assert.rejects(resolveArchive(volume, NAMING, 'none.zip'), /no archive matches none\.zip/);
  await assert.rejects(resolveArchive(volumeWith(t), NAMING, 'latest'), /has no archive of this name/);
});

test('a file in the current folder needs no volume, but one on the volume goes before it', async (t) => {
  const before = process.cwd();
  process.chdir(volumeWith(t, 'a.zip'));
  t.after(() => process.chdir(before));
  assert.deepEqual(await resolveArchive('/nowhere', NAMING, 'a.zip'), { file: 'a.zip', path: 'a.zip' });
  const volume = volumeWith(t, 'a.zip');
  assert.equal((await resolveArchive(volume, NAMING, 'a.zip')).path, join(volume, 'a.zip'));
});

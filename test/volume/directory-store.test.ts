import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DirectoryStore, sweepPartials } from '../../src/volume/directory-store.ts';
import { Failure } from '../../src/words/failure.ts';
import { temporaryFolder } from '../archive/sample.ts';

const NAMING = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };

function volumeWith(test: TestContext, ...files: string[]): string {
  const volume = temporaryFolder(test);
  for (const file of files) writeFileSync(join(volume, file), 'x');
  return volume;
}

test('lists the archives of the naming, the newest first, and nothing else', async (t) => {
  const volume = volumeWith(
    t,
    'openshift-backup202609090015.zip',
    'openshift-backup202609110015_02.zip',
    'openshift-backup202609110015.zip',
    'openshift-backup202613110015.zip',
    'other202609110015.zip',
    'openshift-backup202609110015.zip.bak',
    '.openshift-backup202609120015.zip.partial',
  );
  mkdirSync(join(volume, 'openshift-backup202609130015.zip'));
  symlinkSync('openshift-backup202609110015.zip', join(volume, 'openshift-backup202609140015.zip'));
  const archives = await new DirectoryStore(volume, {}).list(NAMING);
  assert.deepEqual(
    archives.map(({ file, run, bytes }) => [file, run, bytes]),
    [
      ['openshift-backup202609110015_02.zip', 2, 1],
      ['openshift-backup202609110015.zip', 1, 1],
      ['openshift-backup202609090015.zip', 1, 1],
    ],
  );
  assert.equal(archives[0]?.stampTime.toISOString(), '2026-09-11T00:15:00.000Z');
});

test('says what is wrong with a volume', async (t) => {
  const volume = volumeWith(t, 'file');
  await assert.rejects(
    new DirectoryStore(join(volume, 'none'), {}).list(NAMING),
    /the volume .*none does not exist/,
  );
  await assert.rejects(
    new DirectoryStore(join(volume, 'file'), {}).list(NAMING),
    /the volume .*file is not a directory/,
  );
});

test('says that a volume may not be read', async (t) => {
  const volume = volumeWith(t, 'openshift-backup202609090015.zip');
  const geteuid = process.geteuid?.();
  chmodSync(volume, 0o300);
  // Root may read everything, so it becomes somebody else for a moment.
  if (geteuid === 0) process.seteuid?.(65534);
  try {
    await assert.rejects(new DirectoryStore(volume, {}).list(NAMING), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(error.message, /no permission to read the volume .* \(EACCES\)/);
      assert.match(error.hint ?? '', /permission/);
      return true;
    });
  } finally {
    if (geteuid === 0) process.seteuid?.(0);
    chmodSync(volume, 0o700);
  }
});

test('removing what is gone already is fine', async (t) => {
  const volume = volumeWith(t, 'a');
  await new DirectoryStore(volume, {}).remove('a');
  await new DirectoryStore(volume, {}).remove('a');
  assert.deepEqual(readdirSync(volume), []);
  mkdirSync(join(volume, 'folder'));
  await assert.rejects(new DirectoryStore(volume, {}).remove('folder'), /cannot remove .*folder \(E/);
});

test('sweeps the partials of this naming that nobody has touched for ten minutes', async (t) => {
  const now = new Date('2026-09-11T00:15:00Z');
  const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const files = {
    '.openshift-backup202609100015.zip.partial': 11,
    '.openshift-backup202609100015.zip.partial.3': 11,
    '.openshift-backup202609110010.zip.partial': 9,
    '.other202609100015.zip.partial': 11,
    '.openshift-backup-notes.zip.partial': 11,
    'openshift-backup202609090015.zip': 11,
  };
  const volume = volumeWith(t, ...Object.keys(files));
  for (const [file, minutes] of Object.entries(files)) {
    utimesSync(join(volume, file), minutesAgo(minutes), minutesAgo(minutes));
  }
  assert.deepEqual((await sweepPartials(volume, NAMING, now)).sort(), [
    '.openshift-backup202609100015.zip.partial',
    '.openshift-backup202609100015.zip.partial.3',
  ]);
  assert.equal(existsSync(join(volume, '.openshift-backup202609100015.zip.partial')), false);
  assert.equal(readdirSync(volume).length, 4);
});

test('a stamp of another zone is a name too, also of an hour that this zone leaves out in spring', async (t) => {
  const volume = volumeWith(t, 'openshift-backup202603290230.zip');
  const [archive] = await new DirectoryStore(volume, {}).list({ ...NAMING, zone: 'Europe/Vienna' });
  assert.equal(archive?.stampTime.toISOString(), '2026-03-29T01:30:00.000Z');
});

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DirectoryStore } from '../../src/volume/directory-store.ts';
import { removeOrphans, rotate } from '../../src/volume/rotation.ts';
import { incompleteManifest, temporaryFolder, writeSample } from '../archive/sample.ts';

const NAMING = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const NOW = new Date('2026-09-20T12:00:00Z');
const named = (day: string) => `openshift-backup202609${day}0015.zip`;

function volume(folder: string): string {
  writeSample(folder, named('01'));
  writeSample(folder, named('02'));
  writeSample(folder, named('03'), incompleteManifest());
  writeFileSync(join(folder, named('04')), 'damaged');
  writeSample(folder, named('19'), incompleteManifest());
  writeSample(folder, 'other202609010015.zip');
  return folder;
}

test('removes by age, but keeps the newest complete archive and foreign files', async (t) => {
  const folder = volume(temporaryFolder(t));
  const before = readdirSync(folder);
  const policy = { days: 7, min: 1, rules: null, zone: 'UTC' };
  const report = await rotate(new DirectoryStore(folder, {}), NAMING, policy, NOW, false);
  assert.deepEqual(
    report.keep.map(({ file }) => file),
    [named('19'), named('02')],
  );
  assert.deepEqual(
    report.remove.map(({ file }) => file),
    [named('04'), named('03'), named('01')],
  );
  assert.deepEqual(readdirSync(folder), before, 'a report touches nothing');

  assert.deepEqual(await rotate(new DirectoryStore(folder, {}), NAMING, policy, NOW, true), report);
  assert.deepEqual(readdirSync(folder).sort(), [named('02'), named('19'), 'other202609010015.zip'].sort());
});

test('two rotations at once remove the same and both end well', async (t) => {
  const folder = volume(temporaryFolder(t));
  const policy = { days: 7, min: 1, rules: null, zone: 'UTC' };
  const both = await Promise.all(
    [1, 2].map(() => rotate(new DirectoryStore(folder, {}), NAMING, policy, NOW, true)),
  );
  assert.deepEqual(
    both.map(({ failed }) => failed),
    [[], []],
  );
  assert.deepEqual(readdirSync(folder).sort(), [named('02'), named('19'), 'other202609010015.zip'].sort());
});

test('folders and links with the name of an archive are left alone', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, named('01')));
  symlinkSync('/etc/hostname', join(folder, named('02')));
  assert.deepEqual(
    await rotate(
      new DirectoryStore(folder, {}),
      NAMING,
      { days: 1, min: 0, rules: null, zone: 'UTC' },
      NOW,
      true,
    ),
    {
      keep: [],
      remove: [],
      failed: [],
    },
  );
  assert.equal(readdirSync(folder).length, 2);
});

test('an archive that cannot be read is kept: it may be the last good one', async (t) => {
  const folder = temporaryFolder(t);
  const path = writeSample(folder, named('01'));
  const euid = process.geteuid?.();
  chmodSync(folder, 0o777);
  chmodSync(path, 0o000);
  if (euid === 0) process.seteuid?.(65534);
  try {
    const { keep, remove } = await rotate(
      new DirectoryStore(folder, {}),
      NAMING,
      { days: 1, min: 0, rules: null, zone: 'UTC' },
      NOW,
      true,
    );
    assert.deepEqual(remove, []);
    assert.deepEqual(keep, [{ file: named('01'), reason: 'it cannot be read: permission denied (EACCES)' }]);
  } finally {
    if (euid === 0) process.seteuid?.(0);
  }
});

test('what cannot be removed is told and does not stop the others', async (t) => {
  const folder = temporaryFolder(t);
  writeSample(folder, named('01'));
  writeSample(folder, named('02'));
  writeSample(folder, named('03'));
  const euid = process.geteuid?.();
  chmodSync(folder, 0o555);
  if (euid === 0) process.seteuid?.(65534);
  try {
    const { remove, failed } = await rotate(
      new DirectoryStore(folder, {}),
      NAMING,
      { days: 1, min: 0, rules: null, zone: 'UTC' },
      NOW,
      true,
    );
    assert.deepEqual(
      remove.map(({ file }) => file),
      [named('02'), named('01')],
    );
    assert.equal(failed.length, 2);
    assert.match(failed[0]?.reason ?? '', /cannot remove .*02.* \(EACCES\)/);
  } finally {
    if (euid === 0) process.seteuid?.(0);
    chmodSync(folder, 0o755);
  }
});

test('the age is that of the manifest, not of the name', async (t) => {
  const folder = temporaryFolder(t);
  writeSample(folder, named('19'), undefined, '2026-09-02T00:15:00Z');
  writeSample(folder, named('01'), undefined, '2026-09-19T00:15:00Z');
  writeSample(folder, named('02'), undefined, '2099-01-01T00:00:00Z');
  const { keep, remove } = await rotate(
    new DirectoryStore(folder, {}),
    NAMING,
    { days: 7, min: 1, rules: null, zone: 'UTC' },
    NOW,
    false,
  );
  assert.deepEqual(keep, [
    { file: named('02'), reason: 'its time is in the future' },
    { file: named('01'), reason: 'newest complete archive' },
  ]);
  assert.deepEqual(
    remove.map(({ file }) => file),
    [named('19')],
  );
});

test('the result of a rehearsal is removed if its archive is gone, plain or sealed, and no other file is', async (t) => {
  const folder = temporaryFolder(t);
  const result = (day: string) => named(day).replace('.zip', '.rehearsal.json');
  writeSample(folder, named('01'));
  writeFileSync(join(folder, `${named('02')}.age`), '');
  const others = [
    'other202609030015.rehearsal.json',
    'openshift-backup-notes.rehearsal.json',
    'openshift-backup202609030015.json',
  ];
  for (const file of [...['01', '02', '03', '04'].map(result), ...others])
    writeFileSync(join(folder, file), '{}');
  const store = new DirectoryStore(folder, {});
  const before = readdirSync(folder);
  const report = await removeOrphans(store, NAMING, false);
  assert.deepEqual(
    report.remove.map(({ file }) => file),
    [result('03'), result('04')],
  );
  assert.deepEqual(readdirSync(folder), before, 'a report touches nothing');
  assert.deepEqual(await removeOrphans(store, NAMING, true), report);
  assert.deepEqual(
    readdirSync(folder).sort(),
    [named('01'), `${named('02')}.age`, result('01'), result('02'), ...others].sort(),
  );
});

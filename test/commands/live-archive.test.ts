import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { takeTemporaryDirectory } from '../../src/commands/live-archive.ts';
import { temporaryFolder } from '../archive/sample.ts';

/** The number of a process that has ended. */
const ENDED = spawnSync('true').pid;

function filled(parent: string, name: string): string {
  const path = join(parent, name);
  mkdirSync(path, { mode: 0o700 });
  writeFileSync(join(path, 'archive.zip'), 'Secrets');
  return path;
}

async function swept(
  t: TestContext,
  name: string,
  change: (path: string) => void = () => {},
): Promise<boolean> {
  const parent = temporaryFolder(t);
  const path = filled(parent, name);
  change(path);
  await takeTemporaryDirectory(parent);
  return !existsSync(path);
}

test('only this user may enter it', async (t) => {
  const path = await takeTemporaryDirectory(temporaryFolder(t));
  assert.match(path, new RegExp(`/openshift-backup-live-${process.pid}-\\w{6}$`));
  assert.equal(statSync(path).mode & 0o777, 0o700);
});

test('what a killed run left is swept, what a live run has is not', async (t) => {
  assert.equal(await swept(t, `openshift-backup-live-${ENDED}-abcdef`), true);
  assert.equal(await swept(t, `openshift-backup-live-${process.pid}-abcdef`), false);
  assert.equal(await swept(t, 'openshift-backup-live-notes'), false);
  assert.equal(await swept(t, `my-openshift-backup-live-${ENDED}-abcdef`), false);
});

test('what version 1.0 left, which names no process, is swept when it is a day old', async (t) => {
  const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
  assert.equal(await swept(t, 'openshift-backup-live-abcdef'), false);
  assert.equal(await swept(t, 'openshift-backup-live-abcdef', (path) => utimesSync(path, old, old)), true);
});

test('directories of others are left alone, and no link is followed', async (t) => {
  const name = `openshift-backup-live-${ENDED}-abcdef`;
  if (process.getuid?.() === 0)
    assert.equal(await swept(t, name, (path) => chownSync(path, 4711, 4711)), false);
  const [parent, elsewhere] = [temporaryFolder(t), temporaryFolder(t)];
  filled(elsewhere, 'mine');
  symlinkSync(elsewhere, join(parent, name));
  await takeTemporaryDirectory(parent);
  assert.deepEqual(readdirSync(elsewhere), ['mine']);
  assert.ok(existsSync(join(elsewhere, 'mine', 'archive.zip')));
});

test('a place that takes no directory is told', async () => {
  await assert.rejects(takeTemporaryDirectory('/nonexistent'), {
    message: /^cannot create a temporary directory: ENOENT/,
    hint: 'set TMPDIR to another directory',
  });
});

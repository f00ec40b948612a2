import assert from 'node:assert/strict';
import { chmodSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { prune } from '../../src/commands/prune.ts';
import { temporaryFolder, writeSample } from '../archive/sample.ts';
import { contextOf } from './context.ts';

const now = new Date('2026-09-20T00:15:00Z');
const OLD = 'openshift-backup202609010015.zip';
const NEW = 'openshift-backup202609190015.zip';

test('only reports, with reasons, until --apply', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, OLD);
  writeSample(volume, NEW);
  const words = ['prune', '--volume', volume];
  const report = contextOf(words, { now });
  assert.equal(await prune(report.context), 'done');
  assert.deepEqual(report.text().split('\n'), [
    'ARCHIVE                           ACTION  REASON',
    `${NEW}  keep    newest complete archive`,
    `${OLD}  remove  19 days old, older than 7 days`,
    '',
    'dry run: nothing was removed; use --apply to remove archives',
    '',
  ]);
  assert.deepEqual(readdirSync(volume).sort(), [OLD, NEW]);

  const applied = contextOf([...words, '--apply'], { now });
  assert.equal(await prune(applied.context), 'done');
  assert.match(applied.text(), /removed {2}19 days old, older than 7 days\n$/);
  assert.deepEqual(readdirSync(volume), [NEW]);
});

test('-o json tells the same', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, OLD);
  writeSample(volume, NEW);
  const { context, text } = contextOf(['prune', '--volume', volume, '--retain-min', '2', '-o', 'json'], {
    now,
  });
  assert.equal(await prune(context), 'done');
  const keep = [
    { archive: NEW, reason: 'newest complete archive' },
    { archive: OLD, reason: 'one of the 2 newest complete archives' },
  ];
  assert.deepEqual(JSON.parse(text()), { applied: false, keep, remove: [], failed: [] });
});

test('an empty volume is no mistake', async (t) => {
  const { context, text } = contextOf(['prune', '--volume', temporaryFolder(t)]);
  assert.equal(await prune(context), 'done');
  assert.match(text(), /^no archives named openshift-backup…/);
});

test('an archive that resists ends the run as failed', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, OLD);
  writeSample(volume, NEW);
  const { context, text } = contextOf(['prune', '--volume', volume, '--apply'], { now });
  const euid = process.geteuid?.();
  chmodSync(volume, 0o555);
  // Root may write everywhere, so it becomes somebody else for a moment.
  if (euid === 0) process.seteuid?.(65534);
  try {
    assert.equal(await prune(context), 'failed');
  } finally {
    if (euid === 0) process.seteuid?.(0);
    chmodSync(volume, 0o755);
  }
  assert.match(text(), /^openshift-backup202609010015\.zip {2}failed {2}cannot remove .* \(EACCES\)$/m);
});

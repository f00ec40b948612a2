import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verify } from '../../src/commands/verify.ts';
import { incompleteManifest, temporaryFolder, writeSample } from '../archive/sample.ts';
import { contextOf } from './context.ts';

test('verifies all archives on the volume, and ends as the worst of them', async (t) => {
  const volume = temporaryFolder(t);
  const run = async () => {
    const { context, text } = contextOf(['verify', '--volume', volume]);
    return { ending: await verify(context), lines: text().trimEnd().split('\n') };
  };
  const good = writeSample(volume, 'openshift-backup202609090015.zip');
  assert.deepEqual(await run(), { ending: 'done', lines: [`${good}: good (7 files, 4.1 KiB)`] });

  const incomplete = writeSample(volume, 'openshift-backup202609100015.zip', incompleteManifest());
  const second = await run();
  assert.equal(second.ending, 'incomplete');
  assert.ok(second.lines[0]?.startsWith(`${incomplete}: incomplete (7 files, `));
  assert.equal(second.lines[1], '  routes.route.openshift.io failed: GET /apis/route: 503');

  writeFileSync(join(volume, 'openshift-backup202609080015.zip'), 'damaged');
  const third = await run();
  assert.equal(third.ending, 'failed');
  assert.match(third.lines.at(-1) ?? '', /^ {2}End of central directory/);
});

test('verifies those that are named', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609090015.zip');
  writeFileSync(join(volume, 'openshift-backup202609080015.zip'), 'damaged');
  const { context, text } = contextOf(['verify', 'latest', '20260909', '--volume', volume, '-o', 'json']);
  assert.equal(await verify(context), 'done');
  const archive = join(volume, 'openshift-backup202609090015.zip');
  const row = { archive, verdict: 'good', problems: [], files: 7, contentBytes: 4210 };
  assert.deepEqual(JSON.parse(text()), [row, row]);
});

test('nothing to verify is a failure', async (t) => {
  const { context } = contextOf(['verify', '--volume', temporaryFolder(t)]);
  await assert.rejects(verify(context), { name: 'Failure', message: /there is nothing to verify/ });
});

test('stops between two archives when it is told to', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609090015.zip');
  const { context } = contextOf(['verify', '--volume', volume]);
  await assert.rejects(verify({ ...context, signal: AbortSignal.abort('SIGTERM') }));
});

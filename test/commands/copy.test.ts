import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { copy } from '../../src/commands/copy.ts';
import { copyAfterBackup } from '../../src/commands/copy-after.ts';
import { incompleteManifest, sampleManifest, temporaryFolder, writeSample } from '../archive/sample.ts';
import { contextOf } from './context.ts';

const now = new Date('2026-09-20T12:00:00Z');
const named = (day: string) => `openshift-backup202609${day}0015.zip`;

/** Two directories: the volume, and a place for copies. */
function places(test: Parameters<typeof temporaryFolder>[0]) {
  const folder = temporaryFolder(test);
  const [volume, place] = [join(folder, 'volume'), join(folder, 'place')];
  mkdirSync(volume);
  mkdirSync(place);
  const words = ['copy', '--volume', volume, '--to', place];
  return { volume, place, words };
}

test('without --apply, copy only reports; after --apply, nothing is left to do', async (t) => {
  const { volume, place, words } = places(t);
  for (const day of ['01', '18', '19', '20']) writeSample(volume, named(day));
  const report = contextOf(words, { now });
  assert.equal(await copy(report.context), 'done');
  assert.deepEqual(report.text().split('\n'), [
    'ARCHIVE                           ACTION      DETAILS',
    `${named('20')}  copy`,
    `${named('18')}  copy`,
    `${named('19')}  copy`,
    `${named('01')}  not copied  the retention of copies would remove it: 19 days 11 hours old, older than 7 days`,
    '',
    'dry run: nothing was copied or removed; use --apply to do it',
    '',
  ]);
  assert.deepEqual(readdirSync(place), []);

  const applied = contextOf([...words, '--apply'], { now });
  assert.equal(await copy(applied.context), 'done');
  assert.match(applied.text(), /copied {6}2\.\d KiB\n/);
  assert.deepEqual(readdirSync(place).sort(), [named('18'), named('19'), named('20')]);
  assert.deepEqual(readFileSync(join(place, named('20'))), readFileSync(join(volume, named('20'))));

  const again = contextOf([...words, '--apply', '-o', 'json'], { now });
  assert.equal(await copy(again.context), 'done');
  const { copy: due, copied, present } = JSON.parse(again.text());
  assert.deepEqual([due, copied, present.length], [[], [], 3]);
});

test('a file of a killed run that cannot be removed is a warning; the copies succeed', async (t) => {
  const { volume, words } = places(t);
  writeSample(volume, named('20'));
  // A directory cannot be removed as a file, whoever asks.
  const left = join(volume, `.${named('19')}.age.0123456789abcdef.sealed`);
  mkdirSync(left);
  utimesSync(left, new Date('2026-09-01'), new Date('2026-09-01'));
  const run = contextOf([...words, '--apply'], { now });
  const warnings: string[] = [];
  const log = { ...run.context.log, warn: (message: string) => warnings.push(message) };
  assert.equal(await copy({ ...run.context, log }), 'done');
  assert.match(run.text(), /copied/);
  assert.deepEqual(warnings, ['Files of a killed run could not be removed']);
});

test('old copies are removed by the retention of copies; other files are not touched', async (t) => {
  const { volume, place, words } = places(t);
  for (const day of ['18', '19', '20']) writeSample(volume, named(day));
  for (const day of ['01', '02']) writeSample(place, named(day));
  writeSample(place, 'other202609010015.zip');
  writeFileSync(join(place, 'notes.txt'), '');
  const elsewhere = { ...sampleManifest().cluster, server: 'https://other' };
  writeSample(place, named('03'), { ...sampleManifest(), cluster: elsewhere });
  const run = contextOf([...words, '--copy-keep-last', '2', '--apply', '-o', 'json'], { now });
  assert.equal(await copy(run.context), 'done');
  assert.deepEqual(readdirSync(place).sort(), [
    'notes.txt',
    named('03'),
    named('19'),
    named('20'),
    'other202609010015.zip',
  ]);
  const { remove } = JSON.parse(run.text());
  assert.deepEqual(
    remove.map(({ archive }: { archive: string }) => archive),
    [named('02'), named('01')],
  );
});

test('--copy-keep none removes nothing, and cannot be combined with a rule', async (t) => {
  const { volume, place, words } = places(t);
  writeSample(volume, named('20'));
  writeSample(place, named('01'));
  assert.equal(await copy(contextOf([...words, '--copy-keep', 'none', '--apply'], { now }).context), 'done');
  assert.deepEqual(readdirSync(place).sort(), [named('01'), named('20')]);
  const both = contextOf([...words, '--copy-keep', 'none', '--copy-keep-daily', '7'], { now });
  await assert.rejects(copy(both.context), /--copy-keep none removes no copies/);
});

test('a damaged archive is reported and not copied; an incomplete one is copied', async (t) => {
  const { volume, place, words } = places(t);
  writeSample(volume, named('20'), incompleteManifest());
  writeFileSync(join(volume, named('19')), 'damaged');
  const run = contextOf([...words, '--apply'], { now });
  assert.equal(await copy(run.context), 'done');
  assert.match(run.text(), new RegExp(`${named('19')} {2}not copied {2}it is damaged: `));
  assert.deepEqual(readdirSync(place), [named('20')]);
});

test('another archive with the same name is not overwritten; the run ends with 3', async (t) => {
  const { volume, place, words } = places(t);
  writeSample(volume, named('20'));
  writeSample(place, named('20'), sampleManifest(), '2026-09-20T00:15:07.000Z');
  const before = readFileSync(join(place, named('20')));
  const run = contextOf([...words, '--apply'], { now });
  assert.equal(await copy(run.context), 'incomplete');
  assert.match(run.text(), /failed {2}a different archive has its name; give each cluster its own prefix/);
  assert.deepEqual(readFileSync(join(place, named('20'))), before);
});

test('a named archive is copied even if it is older than all copies, and nothing is removed then', async (t) => {
  const { volume, place, words } = places(t);
  for (const day of ['01', '20']) writeSample(volume, named(day));
  writeSample(place, named('20'));
  const run = contextOf([...words, '20260901', '--apply'], { now });
  assert.equal(await copy(run.context), 'done');
  assert.deepEqual(readdirSync(place).sort(), [named('01'), named('20')]);
});

test('if the directory of the copies does not exist, copy fails and says so', async (t) => {
  const { volume, place, words } = places(t);
  writeSample(volume, named('20'));
  rmSync(place, { recursive: true });
  await assert.rejects(copy(contextOf([...words, '--apply'], { now }).context), /does not exist/);
});

test('an interrupt is not reported as a lack of time; a backup says that its archive is on the volume', async (t) => {
  const { volume, place, words } = places(t);
  writeSample(volume, named('20'));
  const signal = AbortSignal.abort('SIGTERM');
  const alone = { ...contextOf([...words, '--apply'], { now }).context, signal };
  await assert.rejects(copy(alone), (reason) => reason === 'SIGTERM');

  const warned: string[] = [];
  const { context } = contextOf(['backup', '--volume', volume, '--copy-to', place], { now });
  const log = { ...context.log, warn: (text: string) => warned.push(text), error: assert.fail };
  assert.equal(await copyAfterBackup({ ...context, log, signal }), false);
  assert.deepEqual(warned, [
    'Copying was interrupted; the archive is on the volume, and the next run copies the rest',
  ]);
});

import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from 'js-yaml';
import type { Manifest } from '../../src/archive/format/manifest.ts';
import { list } from '../../src/commands/list.ts';
import { incompleteManifest, sampleManifest, temporaryFolder, writeSample } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { contextOf } from './context.ts';

interface Row {
  readonly retention: { readonly keep: boolean; readonly reason: string };
}

const ORIGIN = {
  server: 'https://api.example.com:6443',
  clusterVersion: 'v1.36.3',
  user: 'system:serviceaccount:cluster-backup:openshift-backup',
  startedAt: '2026-09-11T00:15:00.000Z',
  finishedAt: '2026-09-11T00:15:02.500Z',
  tool: 'openshift-backup 1.0.0',
};
const WIDE =
  / 1\.3 KiB +2\.5 s {2}https:\/\/api\.example\.com:6443 {2}v1\.36\.3 {2}system:\S+:openshift-backup {2}openshift-backup 1\.0\.0 {2}- +keep: newest complete archive +complete$/;
const now = new Date('2026-09-11T03:15:00Z');

test('prints a row per archive, the newest first', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609090015.zip');
  writeSample(volume, 'openshift-backup202609110015.zip', incompleteManifest());
  writeFileSync(join(volume, 'openshift-backup202609100015.zip'), 'damaged');
  const { context, text } = contextOf(['list', '--volume', volume], { now });
  assert.equal(await list(context), 'done');
  const [head, ...rows] = text().trimEnd().split('\n');
  assert.match(
    head ?? '',
    /^ARCHIVE +TIME +AGE +SIZE +PROJECTS +OBJECTS +ADDED +CHANGED +REMOVED +NOT SHOWN +STATE$/,
  );
  assert.equal(rows.length, 3);
  assert.match(
    rows[0] ?? '',
    /^openshift-backup202609110015\.zip {2}2026-09-11 00:15 UTC {2}3 hours ago .* 2 +6 +1 +2 +0 +- {2}incomplete: routes\.route\.openshift\.io failed$/,
  );
  assert.match(rows[1] ?? '', /1 day ago +7 B +- +- +- +- +- +- {2}damaged: End of central directory/);
  assert.match(rows[2] ?? '', /2 days ago +[\d.]+ KiB +2 +6 +1 +2 +0 +- {2}complete$/);
});

test('a zip of another origin under the name of an archive is told as foreign', async (t) => {
  const volume = temporaryFolder(t);
  writeFileSync(join(volume, 'openshift-backup202609110015.zip'), makeZip([{ name: 'a.txt', content: 'a' }]));
  const { context, text } = contextOf(['list', '--volume', volume], { now });
  assert.equal(await list(context), 'done');
  assert.match(text(), / {2}foreign: it has no manifest\.json\n$/);
});

test('prints times in the zone', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'nightly2026-09-11.zip');
  const words = [
    'list',
    '--volume',
    volume,
    '--zone',
    'Europe/Zurich',
    '--name',
    'nightly',
    '--stamp',
    'yyyy-MM-dd',
  ];
  const { context, text } = contextOf(words, { now });
  await list(context);
  assert.match(text(), /2026-09-11 02:15 GMT\+2 {2}3 hours ago/);
});

test('-o json is a list with the documented fields', async (t) => {
  const volume = temporaryFolder(t);
  const path = writeSample(volume, 'openshift-backup202609110015.zip', incompleteManifest());
  writeFileSync(join(volume, 'openshift-backup202609100015.zip'), 'damaged');
  const { context, text } = contextOf(['list', '--volume', volume, '-o', 'json'], { now });
  assert.equal(await list(context), 'done');
  const [good, damaged, ...more] = JSON.parse(text());
  assert.deepEqual(more, []);
  assert.deepEqual(good, {
    archive: 'openshift-backup202609110015.zip',
    path,
    time: '2026-09-11T00:15:00.000Z',
    bytes: statSync(path).size,
    state: 'incomplete',
    reason: null,
    failed: ['routes.route.openshift.io'],
    projects: 2,
    objects: 6,
    files: 5,
    contentBytes: 1288,
    previous: { archive: 'openshift-backup202609100015.zip', added: 1, changed: 2, removed: 0, projects: 2 },
    origin: ORIGIN,
    holdUntil: null,
    expires: null,
    note: null,
    rehearsal: null,
    retention: { keep: true, reason: '3 hours old, not older than 7 days' },
    copies: [],
    onVolume: true,
  });
  assert.equal(damaged.state, 'damaged');
  assert.match(damaged.reason, /End of central directory/);
  assert.deepEqual(
    [
      damaged.projects,
      damaged.objects,
      damaged.files,
      damaged.contentBytes,
      damaged.previous,
      damaged.origin,
    ],
    [null, null, null, null, null, null],
  );
});

test('an empty volume is no mistake', async (t) => {
  const volume = temporaryFolder(t);
  const asText = contextOf(['list', '--volume', volume]);
  assert.equal(await list(asText.context), 'done');
  assert.equal(asText.text(), `no archives named openshift-backup… in ${volume} yet\n`);
  const asJson = contextOf(['list', '--volume', volume, '-o', 'json']);
  assert.equal(await list(asJson.context), 'done');
  assert.equal(asJson.text(), '[]\n');
});

test('a volume that is missing is a failure with a way out', async () => {
  const { context } = contextOf(['list', '--volume', '/nowhere']);
  await assert.rejects(list(context), { name: 'Failure', message: 'the volume /nowhere does not exist' });
});

test('-o wide also tells of which cluster an archive is, who made it and how long it took', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609110015.zip');
  writeFileSync(join(volume, 'openshift-backup202609100015.zip'), 'damaged');
  const { context, text } = contextOf(['list', '--volume', volume, '-o', 'wide'], { now });
  assert.equal(await list(context), 'done');
  const [head = '', whole = '', damaged = ''] = text().split('\n');
  assert.match(
    head,
    / NOT SHOWN +CONTENT +DURATION +CLUSTER +VERSION +USER +TOOL +REHEARSED +RETENTION +STATE$/,
  );
  assert.match(whole, WIDE);
  assert.match(damaged, / +- +- +- +- +- +- +- +keep: 1 day 3 hours old, not older than 7 days +damaged: /);
});

test('-o yaml is the same list as YAML', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609110015.zip');
  const printed = async (form: string) => {
    const { context, text } = contextOf(['list', '--volume', volume, '-o', form], { now });
    await list(context);
    return text();
  };
  assert.deepEqual(load(await printed('yaml')), JSON.parse(await printed('json')));
});

test('shows what was asked for when an archive was made, and what retention would do with it', async (t) => {
  const volume = temporaryFolder(t);
  const marked = (day: string, marks: Partial<Manifest>) =>
    writeSample(volume, `openshift-backup202609${day}0015.zip`, { ...sampleManifest(), ...marks });
  marked('01', { note: 'before the "big" upgrade' });
  marked('02', { holdUntil: '2027-03-01T00:00:00.000Z', note: 'vor dem Umzug' });
  marked('03', { holdUntil: 'forever' });
  marked('04', { expires: '2026-09-10T12:00:00.000Z' });
  marked('10', {});
  const shown = contextOf(['list', '--volume', volume], { now });
  await list(shown.context);
  assert.deepEqual(
    shown
      .text()
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((row) => row.replace(/.* {2}(?=complete)/, '')),
    [
      'complete',
      'complete, expires on 2026-09-10',
      'complete, held forever',
      'complete, held until 2027-03-01, "vor dem Umzug"',
      'complete, "before the \\"big\\" upgrade"',
    ],
  );
  const elsewhere = contextOf(['list', '--volume', volume, '--zone', 'America/New_York'], { now });
  await list(elsewhere.context);
  assert.match(elsewhere.text(), /held until 2027-02-28, "vor dem Umzug"/);
  const words = ['list', '--volume', volume, '--keep-daily', '1', '-o', 'json'];
  const asJson = contextOf(words, { now });
  await list(asJson.context);
  assert.deepEqual(
    JSON.parse(asJson.text()).map(({ retention: { keep, reason } }: Row) => `${keep} ${reason}`),
    [
      'true newest complete archive, daily archive',
      'false expired on 2026-09-10',
      'true held forever',
      'true held until 2027-03-01',
      'false 10 days 3 hours old, no --keep rule applies',
    ],
  );
});

test('--copy-to shows where the copies are, and archives that only a place has', async (t) => {
  const [volume, first, second] = [temporaryFolder(t), temporaryFolder(t), temporaryFolder(t)];
  const named = (day: string) => `openshift-backup202609${day}0015.zip`;
  for (const day of ['09', '10', '11']) writeSample(volume, named(day));
  for (const day of ['08', '10']) writeSample(first, named(day));
  writeSample(second, named('10'));
  writeFileSync(join(second, named('09')), 'cut off');
  const words = ['list', '--volume', volume, '--copy-to', `${first},${second}`];
  const asJson = contextOf([...words, '-o', 'json'], { now });
  assert.equal(await list(asJson.context), 'done');
  const rows: { archive: string; copies: string[]; onVolume: boolean; path: string }[] = JSON.parse(
    asJson.text(),
  );
  assert.deepEqual(
    rows.map(({ archive, copies, onVolume }) => [archive, copies, onVolume]),
    [
      [named('11'), [], true],
      [named('10'), [first, second], true],
      [named('09'), [], true],
      [named('08'), [first], false],
    ],
  );
  assert.equal(rows[3]?.path, join(first, named('08')));
  const { context, text } = contextOf(words, { now });
  await list(context);
  assert.match(text(), / COPIES +STATE\n/);
  assert.match(text(), new RegExp(`${named('11')}.* none +complete\n`));
  assert.match(text(), new RegExp(`${named('08')}.* ${first} +complete, not on the volume\n`));
});

test('a sealed archive on the volume is not listed again for its copy', async (t) => {
  const [volume, place] = [temporaryFolder(t), temporaryFolder(t)];
  const [sealed, plain] = ['openshift-backup202609100015.zip.age', 'openshift-backup202609110015.zip'];
  for (const directory of [volume, place]) writeFileSync(join(directory, sealed), 'age-encryption.org/v1\n');
  writeSample(volume, plain);
  writeFileSync(join(volume, `${plain}.age`), 'age-encryption.org/v1\n');
  writeSample(place, plain);
  const { context, text } = contextOf(['list', '--volume', volume, '--copy-to', place, '-o', 'json'], {
    now,
  });
  assert.equal(await list(context), 'done');
  const rows: { archive: string; copies: string[]; onVolume: boolean }[] = JSON.parse(text());
  assert.deepEqual(rows.map(({ archive, copies, onVolume }) => [archive, copies, onVolume]).sort(), [
    [sealed, [place], true],
    [plain, [place], true],
    [`${plain}.age`, [place], true],
  ]);
});

test('-o html is a page of all archives, with their copies', async (t) => {
  const [volume, place] = [temporaryFolder(t), temporaryFolder(t)];
  for (const day of ['10', '11']) writeSample(volume, `openshift-backup202609${day}0015.zip`);
  writeSample(place, 'openshift-backup202609100015.zip');
  const words = ['list', '--volume', volume, '-o', 'html', '--copy-to', `${place},/nonexistent`];
  const { context, text } = contextOf(words, { now });
  assert.equal(await list(context), 'incomplete');
  assert.match(text(), /^<!doctype html>\n.*<\/html>\n$/s);
  assert.match(
    text(),
    new RegExp(`202609110015\\.zip</th>.*<td[^>]*>unknown</td></tr>\n.*<td[^>]*>${place}</td></tr>`),
  );
  assert.match(text(), /<p class="notice">.*\/nonexistent/);
});

test('-o html of an empty volume is a page, too', async (t) => {
  const { context, text } = contextOf(['list', '--volume', temporaryFolder(t), '-o', 'html'], { now });
  assert.equal(await list(context), 'done');
  assert.match(text(), /<p class="notice">no archives named openshift-backup… in .* yet<\/p>/);
});

test('a place that cannot be listed does not hide the archives; the exit code is 3', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609110015.zip');
  const { context, text } = contextOf(['list', '--volume', volume, '--copy-to', '/nonexistent'], { now });
  assert.equal(await list(context), 'incomplete');
  assert.match(text(), /openshift-backup202609110015\.zip .* unknown +complete\n/);
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { completionText } from '../../src/completion/complete.ts';
import { listJson, objectJson, sampleEntries, sampleFiles, temporaryFolder } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';

const HOSTILE = ['$(id)', '`id`', 'a b', 'a;b', "a'b", 'a"b', 'a\\b', 'a&b', 'a|b', '~', '-rf', 'a*'];

function volumeOf(test: TestContext): string {
  const volume = temporaryFolder(test);
  const names = [...HOSTILE, 'front', 'system:node'].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const files = sampleFiles().set('web/pods.json', listJson(names.map((name) => objectJson('Pod', name))));
  for (const day of ['10', '11']) {
    writeFileSync(join(volume, `openshift-backup202609${day}0015.zip`), makeZip(sampleEntries(files)));
  }
  return volume;
}

/** The words without their meanings, and what the shell has to do. */
async function completed(volume: string, ...words: string[]): Promise<string[]> {
  const text = await completionText(words, { OPENSHIFT_BACKUP_VOLUME: volume });
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/\t.*/, ''));
}

test('archives are completed by stamp, or by file name if the word begins like one', async (t) => {
  const volume = volumeOf(t);
  assert.deepEqual(await completed(volume, 'show', ''), [
    'latest',
    'previous',
    '202609110015',
    '202609100015',
    ':done',
  ]);
  assert.deepEqual(await completed(volume, 'show', '2026091'), ['202609110015', '202609100015', ':done']);
  assert.deepEqual(await completed(volume, 'show', 'openshift-backup20260910'), [
    'openshift-backup202609100015.zip',
    ':done',
  ]);
  assert.deepEqual(await completed(volume, 'show', './'), [':files']);
});

test('projects, then types, then objects, without a blank until the last part', async (t) => {
  const volume = volumeOf(t);
  assert.deepEqual(await completed(volume, 'show', 'latest', ''), ['_cluster/', 'shop/', 'web/', ':open']);
  assert.deepEqual(await completed(volume, 'show', '20260910', 'web/d'), ['web/deployments.apps/', ':open']);
  assert.deepEqual(await completed(volume, 'show', 'latest', 'web/deployments.apps/'), [
    'web/deployments.apps/front',
    ':done',
  ]);
  assert.deepEqual(await completed(volume, 'show', 'latest', 'web/deploy/f'), ['web/deploy/front', ':done']);
  assert.deepEqual(await completed(volume, 'show', 'latest', '_cluster/ns/w'), ['_cluster/ns/web', ':done']);
  assert.deepEqual(await completed(volume, 'extract', 'latest', 'w'), ['web', ':done']);
});

test('logs of pods: the folder, then pods, then containers; only for show', async (t) => {
  const volume = temporaryFolder(t);
  const files = sampleFiles()
    .set('web/_logs/front-1/proxy.log', 'line\n')
    .set('web/_logs/front-1/web.log', 'line\n')
    .set('web/_logs/front-1/web.previous.log', 'line\n')
    .set('web/_logs/front-2/web.log', 'line\n');
  writeFileSync(join(volume, 'openshift-backup202609100015.zip'), makeZip(sampleEntries(files)));
  assert.deepEqual(await completed(volume, 'show', 'latest', 'web/_'), ['web/_logs/', ':open']);
  assert.deepEqual(await completed(volume, 'show', 'latest', 'web/_logs/'), [
    'web/_logs/front-1',
    'web/_logs/front-2',
    ':done',
  ]);
  assert.deepEqual(await completed(volume, 'show', 'latest', 'web/_logs/front-1/w'), [
    'web/_logs/front-1/web',
    'web/_logs/front-1/web.previous',
    ':done',
  ]);
  // A project without logs, the folder of another view, and commands that print no logs.
  for (const words of [
    ['show', 'latest', 'shop/_'],
    ['show', 'latest', '_cluster/_'],
    ['show', 'latest', 'web/_status/_'],
    ['show', 'latest', 'web/_logs/other/'],
    ['log', 'web/_'],
    ['history', 'web/_'],
    ['restore', 'latest', 'web/_'],
  ])
    assert.doesNotMatch((await completed(volume, ...words)).join(), /_logs/, words.join(' '));
});

test('projects, types and objects for log, as often as there are arguments', async (t) => {
  const volume = volumeOf(t);
  assert.deepEqual(await completed(volume, 'log', 'w'), ['web/', ':open']);
  assert.deepEqual(await completed(volume, 'log', 'shop', '--since', '7d', 'web/dep'), [
    'web/deployments.apps/',
    ':open',
  ]);
  assert.deepEqual(await completed(volume, 'log', 'web/deployments/'), ['web/deployments/front', ':done']);
});

test('projects and types for the options that choose them', async (t) => {
  const volume = volumeOf(t);
  assert.deepEqual(await completed('/nowhere', 'list', '--zone', 'Europe/Zur'), ['Europe/Zurich', ':done']);
  const words = ['backup', '--volume', volume];
  assert.deepEqual(await completed('/nowhere', ...words, '--project=w'), ['--project=web', ':done']);
  assert.deepEqual(await completed('/nowhere', ...words, '--resource', 'dep'), ['deployments.apps', ':done']);
});

test('words that a shell would expand or split are never offered', async (t) => {
  const [offered, ...others] = await completed(volumeOf(t), 'show', 'latest', 'web/pods/');
  assert.deepEqual([offered, ...others], ['web/pods/-rf', 'web/pods/front', 'web/pods/system:node', ':done']);
});

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseIgnored } from '../../src/changes/ignored.ts';
import { type ComparisonLimits, compareWithPrevious } from '../../src/comparison/with-previous.ts';
import { parseLocation } from '../../src/volume/location.ts';
import { sampleManifest, temporaryFolder } from '../archive/sample.ts';
import { identityFile, sealBeside } from '../seal/sealed-archive.ts';
import { STORE_OPTIONS } from '../volume/store-options.ts';
import { object, row, writeArchive } from './archives.ts';

const NAMING = { name: 'b', stamp: 'yyyyMMdd', zone: 'UTC' };
const MANIFEST = { ...sampleManifest(), options: {}, resourceTypes: [row('configmaps')] };
const cm = (name: string, more = {}) => object('ConfigMap', name, more);
const OLD = { 'shop/configmaps.json': [cm('a'), cm('b', { data: { x: '1' } })] };
const NEW = { 'shop/configmaps.json': [cm('b', { data: { x: '2', y: '2' } }), cm('c')] };

function previousIn(volume: string) {
  return { volume: parseLocation(volume), options: STORE_OPTIONS };
}

function compare(
  volume: string,
  provided: string,
  signal = new AbortController().signal,
  ignored: readonly string[] = [],
) {
  return compareWithPrevious(
    provided,
    MANIFEST,
    previousIn(volume),
    NAMING,
    ignored.map(parseIgnored),
    signal,
  );
}

/** Why a comparison under such limits says nothing. */
async function failure(volume: string, provided: string, limits: ComparisonLimits): Promise<string> {
  const signal = new AbortController().signal;
  const result = await compareWithPrevious(
    provided,
    MANIFEST,
    previousIn(volume),
    NAMING,
    [],
    signal,
    limits,
  );
  return result.kind === 'failed' ? result.reason : result.kind;
}

test('an archive before that is sealed is not a failure: a backup has no identity', async (t) => {
  const volume = temporaryFolder(t);
  const key = await identityFile(temporaryFolder(t));
  const before = writeArchive(volume, 'b20260910.zip', OLD);
  await sealBeside(before, key.recipient);
  rmSync(before);
  const provided = writeArchive(volume, '.b20260911.zip.partial', NEW);
  assert.deepEqual(await compare(volume, provided), { kind: 'sealed', archive: 'b20260910.zip.age' });
});

test('counts what has changed since the newest archive before', async (t) => {
  const volume = temporaryFolder(t);
  writeArchive(volume, 'b20260909.zip', {});
  writeArchive(volume, 'b20260910.zip', OLD);
  writeFileSync(join(volume, 'b20990101.zip'), 'a clock was wrong once');
  const provided = writeArchive(volume, '.b20260911.zip.partial', NEW);
  const { peakMemory, ...result } = Object(await compare(volume, provided));
  assert.ok(peakMemory > 10 * 1024 * 1024);
  assert.deepEqual(result, {
    kind: 'compared',
    archive: 'b20260910.zip',
    totals: { added: 1, changed: 1, removed: 1, projects: 1, clusterScoped: 0 },
    notShown: 0,
    notComparable: [],
  });
});

test('counts what was renamed by a hash of its content as changed', async (t) => {
  const volume = temporaryFolder(t);
  writeArchive(volume, 'b20260910.zip', { 'shop/configmaps.json': [cm('a-1a2b3c4d', { data: { x: '1' } })] });
  const provided = writeArchive(volume, '.b20260911.zip.partial', {
    'shop/configmaps.json': [cm('a-5e6f7a8b', { data: { x: '2' } })],
  });
  const result = await compare(volume, provided);
  assert.deepEqual(result.kind === 'compared' && result.totals, {
    added: 0,
    changed: 1,
    removed: 0,
    projects: 1,
    clusterScoped: 0,
  });
});

test('what changes by itself, or in fields of --ignore alone, is counted apart', async (t) => {
  const volume = temporaryFolder(t);
  const election = (renewed: string) =>
    object(
      'ConfigMap',
      'leader',
      {},
      { annotations: { 'control-plane.alpha.kubernetes.io/leader': renewed } },
    );
  const night = (value: string) => ({
    'shop/configmaps.json': [
      cm('b', { data: { x: value, y: value } }),
      cm('c', { data: { x: value } }),
      election(value),
    ],
  });
  writeArchive(volume, 'b20260910.zip', night('1'));
  const provided = writeArchive(volume, '.b20260911.zip.partial', night('2'));
  const result = await compare(volume, provided, undefined, ['cm:data.x']);
  assert.ok(result.kind === 'compared');
  assert.equal(result.totals.changed, 1);
  assert.equal(result.notShown, 2);
});

test('the first archive has nothing to be compared with', async (t) => {
  const volume = temporaryFolder(t);
  assert.deepEqual(await compare(volume, writeArchive(volume, '.b.partial', NEW)), { kind: 'first' });
});

test('an archive before that cannot be read is a reason, no error', async (t) => {
  const volume = temporaryFolder(t);
  const provided = writeArchive(volume, '.b.partial', NEW);
  writeFileSync(join(volume, 'b20260910.zip'), 'damaged');
  const result = await compare(volume, provided);
  assert.equal(result.kind, 'failed');
  assert.match(result.kind === 'failed' ? result.reason : '', /b20260910\.zip is damaged: /);
});

test('a comparison that runs out of memory is a reason, no error', async (t) => {
  const volume = temporaryFolder(t);
  writeArchive(volume, 'b20260910.zip', OLD);
  const provided = writeArchive(volume, '.b.partial', NEW);
  assert.equal(
    await failure(volume, provided, { seconds: 60, mebibytes: 1 }),
    'the comparison needed more than 1 MiB of memory',
  );
});

test('a comparison that takes too long is ended, and is a reason, no error', async (t) => {
  const volume = temporaryFolder(t);
  writeArchive(volume, 'b20260910.zip', OLD);
  const provided = writeArchive(volume, '.b.partial', NEW);
  assert.equal(
    await failure(volume, provided, { seconds: 0.001, mebibytes: 100 }),
    'the comparison took longer than 0.001 seconds',
  );
});

test('a signal ends it', async (t) => {
  const volume = temporaryFolder(t);
  writeArchive(volume, 'b20260910.zip', OLD);
  const ended = AbortSignal.abort(new Error('ended by SIGTERM'));
  await assert.rejects(compare(volume, writeArchive(volume, '.b.partial', NEW), ended), /ended by SIGTERM/);
});

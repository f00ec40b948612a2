import assert from 'node:assert/strict';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'node:test';
import { diff } from '../../src/commands/diff.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { object, writeArchive } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

const VALUES = ['sehr-geheim', 'noch-geheimer'];
const secret = (value = '') => object('Secret', 's', { data: { p: Buffer.from(value).toString('base64') } });

async function page(volume: string, before: string, after: string, ...words: string[]): Promise<string> {
  const { context, text } = contextOf(['diff', before, after, '-o', 'html', '--volume', volume, ...words]);
  assert.equal(await diff(context), 'differences');
  return text();
}

test('diff -o html prints a page with all archives of the volume, and no value of a Secret', async (t) => {
  const volume = temporaryFolder(t);
  for (const [day, value] of [
    ['01', VALUES[0]],
    ['02', VALUES[0]],
    ['03', VALUES[1]],
  ] as const) {
    await writeArchive(
      volume,
      `openshift-backup202609${day}0015.zip`,
      { 'shop/secrets.json': [secret(value)] },
      { startedAt: `2026-09-${day}T00:15:00.000Z` },
    );
  }
  const masked = await page(volume, '20260901', '20260903');
  assert.match(masked, /^<!doctype html>\n/);
  assert.ok(masked.endsWith('</html>\n'));
  assert.match(masked, /1 object changed in 1 project\./);
  assert.match(masked, /3 archives from 2026-09-01 00:15 UTC to 2026-09-03 00:15 UTC/);
  assert.equal(masked.match(/class="mark"/g)?.length, 2);
  const texts = VALUES.flatMap((value) => [value, Buffer.from(value).toString('base64')]);
  for (const text of texts) assert.ok(!masked.includes(text), text);
  const open = await page(volume, '20260901', '20260903', '--show-secrets');
  assert.ok(open.includes(Buffer.from('noch-geheimer').toString('base64')));
  assert.match(open, /This page contains the values of Secrets/);
});

test('the archives of the volume are listed once', async (t) => {
  const volume = temporaryFolder(t);
  for (const [day, value] of [
    ['01', 'a'],
    ['02', 'b'],
  ] as const)
    await writeArchive(
      volume,
      `openshift-backup202609${day}0015.zip`,
      { 'shop/secrets.json': [secret(value)] },
      { startedAt: `2026-09-${day}T00:15:00.000Z` },
    );
  const readdir = t.mock.method(files, 'readdir');
  syncBuiltinESMExports();
  t.after(() => {
    readdir.mock.restore();
    syncBuiltinESMExports();
  });
  assert.match(await page(volume, 'previous', 'latest'), /2 archives from 2026-09-01/);
  assert.equal(readdir.mock.callCount(), 1);
});

test('archives that are given by path need no volume', async (t) => {
  const folder = temporaryFolder(t);
  const before = await writeArchive(folder, 'a.zip', { 'shop/secrets.json': [secret('a')] });
  const after = await writeArchive(folder, 'b.zip', { 'shop/secrets.json': [secret('b')] });
  const text = await page(`${folder}/missing`, before, after);
  assert.doesNotMatch(text, /<svg/);
  assert.match(text, /data\.p/);
});

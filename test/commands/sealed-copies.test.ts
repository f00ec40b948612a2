import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { copy } from '../../src/commands/copy.ts';
import { list } from '../../src/commands/list.ts';
import { verify } from '../../src/commands/verify.ts';
import { temporaryFolder, writeSample } from '../archive/sample.ts';
import { identityFile } from '../seal/sealed-archive.ts';
import { openedByAge } from '../stores/age.ts';
import { contextOf } from './context.ts';

const NOW = new Date('2026-09-11T03:15:00Z');
const FILES = ['openshift-backup202609100015.zip', 'openshift-backup202609110015.zip'];

async function copied(t: TestContext, ...recipients: readonly string[]) {
  const [volume, place] = [temporaryFolder(t), temporaryFolder(t)];
  for (const file of FILES) writeSample(volume, file);
  const again = async () => {
    const to = recipients.flatMap((recipient) => ['--seal-to', recipient]);
    const words = ['copy', '--volume', volume, '--to', place, ...to, '--apply', '-o', 'json'];
    const { context, text } = contextOf(words, { now: NOW });
    assert.equal(await copy(context), 'done');
    return JSON.parse(text());
  };
  return { volume, place, again, report: await again() };
}

test('copies are sealed, the archives on the volume are not, and no other file stays there', async (t) => {
  const key = await identityFile(temporaryFolder(t));
  const { volume, place } = await copied(t, key.recipient);
  assert.deepEqual(readdirSync(volume).sort(), FILES);
  assert.deepEqual(
    readdirSync(place).sort(),
    FILES.map((file) => `${file}.age`),
  );
  for (const file of FILES) {
    const sealed = join(place, `${file}.age`);
    assert.equal(statSync(sealed).mode & 0o007, 0);
    const opened = openedByAge(key.path, sealed);
    assert.ok(opened.equals(readFileSync(join(volume, file))));
    // Neither the content of an object, nor a name, nor any piece of the zip.
    const bytes = readFileSync(sealed);
    for (const text of ['c2VjcmV0', 'password', 'manifest.json', 'shop', 'PK\x03\x04'])
      assert.equal(bytes.indexOf(text), -1, text);
  }
});

test('each of two identities opens the copies, and verify checks them', async (t) => {
  const [first, second] = [await identityFile(temporaryFolder(t)), await identityFile(temporaryFolder(t))];
  const { place } = await copied(t, first.recipient, second.recipient);
  for (const { path } of [first, second]) {
    const { context, text } = contextOf(['verify', '--volume', place, '--identity', path], { now: NOW });
    assert.equal(await verify(context), 'done');
    assert.equal(text().match(/: good/g)?.length ?? text(), 2);
  }
});

test('the next run finds the sealed copies and does not seal them again', async (t) => {
  const key = await identityFile(temporaryFolder(t));
  const { place, again } = await copied(t, key.recipient);
  const before = FILES.map((file) => readFileSync(join(place, `${file}.age`)));
  const { copied: copies } = await again();
  assert.deepEqual(copies, []);
  FILES.forEach((file, at) => {
    assert.ok(readFileSync(join(place, `${file}.age`)).equals(before[at] ?? Buffer.alloc(0)));
  });
});

test('list names sealed copies in the place', async (t) => {
  const key = await identityFile(temporaryFolder(t));
  const { place } = await copied(t, key.recipient);
  const { context, text } = contextOf(['list', '--volume', place], { now: NOW });
  await list(context);
  assert.match(text(), /202609110015\.zip\.age .* sealed\n/);
});

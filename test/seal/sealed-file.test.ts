import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sealFile, sweepSealed } from '../../src/seal/sealed-file.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { openedByAge } from '../stores/age.ts';
import { identityFile } from './sealed-archive.ts';

const NAMING = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const FILE = 'openshift-backup202609110015.zip';
const HOUR = 60 * 60 * 1000;
const never = new AbortController().signal;

async function archiveIn(t: TestContext, bytes = 300_000) {
  const volume = temporaryFolder(t);
  const key = await identityFile(temporaryFolder(t));
  const path = join(volume, FILE);
  const content = randomBytes(bytes);
  writeFileSync(path, content);
  return { volume, path, content, key };
}

test('the sealed file is beside the archive, hidden, for this user alone, and age opens it', async (t) => {
  const { volume, path, content, key } = await archiveIn(t);
  const sealed = await sealFile(path, [key.recipient], never);
  assert.equal(sealed.name, `${FILE}.age`);
  assert.match(sealed.path, /\/\.openshift-backup202609110015\.zip\.age\.[0-9a-f]{16}\.sealed$/);
  const { size, mode } = statSync(sealed.path);
  assert.deepEqual([size, mode & 0o777], [sealed.bytes, 0o600]);
  assert.ok(openedByAge(key.path, sealed.path).equals(content));
  await sealed.discard();
  await sealed.discard();
  assert.deepEqual(readdirSync(volume), [FILE]);
});

test('age ignores the facts in a header, also if their last line is full or empty', async (t) => {
  const { path, content, key } = await archiveIn(t, 1000);
  // With 40 characters, their JSON has 48 bytes: exactly one line of base64.
  for (const length of [39, 40, 41]) {
    const sealed = await sealFile(path, [key.recipient], never, { a: 'x'.repeat(length) });
    assert.ok(readFileSync(sealed.path).includes('-> openshift-backup/facts'));
    assert.ok(openedByAge(key.path, sealed.path).equals(content), String(length));
  }
});

test('what an earlier run sealed is used again, byte for byte', async (t) => {
  const { path, key } = await archiveIn(t);
  const bytes = readFileSync((await sealFile(path, [key.recipient], never)).path);
  const again = await sealFile(path, [key.recipient], never);
  assert.ok(readFileSync(again.path).equals(bytes));
});

test('… but not for other recipients, for another archive, or if it is not whole', async (t) => {
  const { path, key } = await archiveIn(t);
  const other = await identityFile(temporaryFolder(t));
  const first = await sealFile(path, [key.recipient], never);
  const forBoth = await sealFile(path, [key.recipient, other.recipient], never);
  assert.notEqual(forBoth.path, first.path);
  assert.ok(openedByAge(other.path, forBoth.path).length > 0);
  for (const damage of [
    () => truncateSync(first.path, first.bytes - 1),
    () => appendFileSync(first.path, 'x'),
    () => writeFileSync(first.path, ''),
  ]) {
    damage();
    const whole = await sealFile(path, [key.recipient], never);
    assert.ok(openedByAge(key.path, whole.path).length > 0);
  }
  utimesSync(path, new Date(0), new Date(0));
  assert.notEqual((await sealFile(path, [key.recipient], never)).path, first.path);
});

test('two jobs at once seal the same archive, and neither disturbs the other', async (t) => {
  const { volume, path, content, key } = await archiveIn(t, 5_000_000);
  const program = `
    import { sealFile } from ${JSON.stringify(new URL('../../src/seal/sealed-file.ts', import.meta.url).href)};
    await sealFile(${JSON.stringify(path)}, [${JSON.stringify(key.recipient)}], new AbortController().signal);`;
  const sealing = sealFile(path, [key.recipient], never);
  execFileSync(process.execPath, ['--input-type=module', '--eval', program]);
  const sealed = await sealing;
  assert.ok(openedByAge(key.path, sealed.path).equals(content));
  assert.equal(readdirSync(volume).length, 2);
});

test('a run that is ended leaves nothing', async (t) => {
  const { volume, path, key } = await archiveIn(t, 5_000_000);
  const stop = new AbortController();
  const sealing = sealFile(path, [key.recipient], stop.signal);
  stop.abort(new Error('SIGTERM'));
  await assert.rejects(sealing, /SIGTERM/);
  assert.deepEqual(readdirSync(volume), [FILE]);
});

test('a volume with too little space is left alone', async (t) => {
  const { volume, path, key } = await archiveIn(t, 1);
  truncateSync(path, 2 ** 43);
  await assert.rejects(sealFile(path, [key.recipient], never), {
    name: 'Failure',
    message:
      /^no space on \S+ for openshift-backup202609110015\.zip\.age: it needs 8\d{6} MiB, and \d+ MiB are free$/,
  });
  assert.deepEqual(readdirSync(volume), [FILE]);
});

test('old sealed files of the naming are removed, and nothing else', async (t) => {
  const { volume, path, key } = await archiveIn(t);
  const sealed = await sealFile(path, [key.recipient], never);
  const hidden = (name: string, age: number) => {
    const file = join(volume, name);
    writeFileSync(file, 'x');
    const time = new Date(Date.now() - age);
    utimesSync(file, time, time);
    return name;
  };
  const name = `.${FILE}.age.0123456789abcdef.sealed`;
  const gone = [hidden(name, 26 * HOUR), hidden(`${name}.4711`, HOUR)];
  const kept = [
    hidden(`.${FILE}.age.1123456789abcdef.sealed`, 24 * HOUR),
    hidden(`${name}.4712`, HOUR / 12),
    hidden(name.replace('openshift', 'other'), 99 * HOUR),
    hidden(`${FILE}.age`, 99 * HOUR),
  ];
  assert.deepEqual([...(await sweepSealed(volume, NAMING, new Date()))].sort(), gone.sort());
  assert.deepEqual(readdirSync(volume).sort(), [FILE, sealed.path.slice(volume.length + 1), ...kept].sort());
});

import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import type { Run } from '../../src/commands/context.ts';
import { diff } from '../../src/commands/diff.ts';
import { extract } from '../../src/commands/extract.ts';
import { history } from '../../src/commands/history.ts';
import { list } from '../../src/commands/list.ts';
import { log } from '../../src/commands/log.ts';
import { prune } from '../../src/commands/prune.ts';
import { restore } from '../../src/commands/restore.ts';
import { show } from '../../src/commands/show.ts';
import { verify } from '../../src/commands/verify.ts';
import { temporaryFolder, writeSample } from '../archive/sample.ts';
import { identityFile, sealBeside } from '../seal/sealed-archive.ts';
import { contextOf } from './context.ts';

const NOW = new Date('2026-09-12T03:15:00Z');
const FIRST = 'openshift-backup202609100015.zip';
const SECOND = 'openshift-backup202609110015.zip';

/** Two nights on a volume, not sealed, and the same two sealed on another. */
async function volumes(t: TestContext) {
  const [plain, sealed, keys] = [temporaryFolder(t), temporaryFolder(t), temporaryFolder(t)];
  const key = await identityFile(keys);
  for (const file of [FIRST, SECOND]) {
    const path = writeSample(plain, file);
    renameSync(await sealBeside(path, key.recipient), join(sealed, `${file}.age`));
  }
  return { plain, sealed, keys, key };
}

async function run(command: Run, words: readonly string[]) {
  const { context, text, bytes } = contextOf(words, { now: NOW });
  const ending = await command(context);
  return { ending, output: text() + bytes().toString('latin1') };
}

/** What each command is asked, without the volume; none of it needs a cluster. */
const READING: Readonly<Record<string, readonly [Run, readonly string[]]>> = {
  'show ARCHIVE': [show, ['show', 'latest']],
  'show by stamp': [show, ['show', '2026091100', 'shop']],
  'show OBJECT': [show, ['show', '20260911', 'shop/configmaps/a', '-o', 'yaml']],
  diff: [diff, ['diff', 'previous', 'latest']],
  history: [history, ['history', 'shop/configmaps/a', '-o', 'json']],
  log: [log, ['log']],
  verify: [verify, ['verify', '20260911']],
  'verify --max-age': [verify, ['verify', '--max-age', '48h', '-o', 'json']],
  extract: [extract, ['extract', 'latest', 'shop', '--to', '-']],
};

suite('with its identity, a sealed archive is read as any other', () => {
  for (const [name, [command, words]] of Object.entries(READING))
    test(name, async (t) => {
      const { plain, sealed, key } = await volumes(t);
      const expected = await run(command, [...words, '--volume', plain]);
      const given = await run(command, [...words, '--volume', sealed, '--identity', key.path]);
      const samePlace = given.output.replaceAll(sealed, plain).replaceAll('.zip.age', '.zip');
      assert.equal(samePlace, expected.output);
      assert.equal(given.ending, expected.ending);
    });
});

suite('without an identity, a command says so in a sentence', () => {
  const commands = Object.entries({
    ...READING,
    restore: [restore, ['restore', 'latest', '-p', 'shop']] as const,
  });
  for (const [name, [command, words]] of commands.filter(([name]) => !/verify|history|log/.test(name)))
    test(name, async (t) => {
      const { sealed } = await volumes(t);
      await assert.rejects(run(command, [...words, '--volume', sealed]), {
        message: /^\S+openshift-backup2026091\d0015\.zip\.age is sealed: no --identity was given$/,
        hint: 'give the file of its identity with --identity FILE',
      });
    });

  test('verify names each, and fails', async (t) => {
    const { sealed } = await volumes(t);
    const { ending, output } = await run(verify, ['verify', '--volume', sealed]);
    assert.equal(ending, 'failed');
    assert.equal(output.match(/no --identity was given/g)?.length, 2);
  });

  test('history and log say that there is nothing to read', async (t) => {
    const { sealed } = await volumes(t);
    for (const [command, words] of [
      [history, ['history', 'shop/configmaps/a']],
      [log, ['log']],
    ] as const)
      await assert.rejects(run(command, [...words, '--volume', sealed]), {
        message: `no archive can be read; ${SECOND}.age is sealed: no --identity was given, and 1 more`,
        hint: /^--identity FILE opens sealed archives/,
      });
  });
});

suite('list', () => {
  test('shows name, size and time of sealed archives, and why there is no more', async (t) => {
    const { sealed } = await volumes(t);
    const { output } = await run(list, ['list', '--volume', sealed]);
    const rows = output.split('\n');
    assert.match(
      rows[1] ?? '',
      /^openshift-backup202609110015\.zip\.age +2026-09-11 00:15 UTC +1 day ago +[\d.]+ KiB +- +- +- +- +- +- +sealed$/,
    );
    assert.match(output, /\n2 archives are sealed: no --identity was given\n$/);
    const json = JSON.parse((await run(list, ['list', '--volume', sealed, '-o', 'json'])).output);
    assert.deepEqual(
      json.map((row: Record<string, unknown>) => [row.state, row.reason, row.objects, row.time]),
      ['11', '10'].map((day) => ['sealed', 'no --identity was given', null, `2026-09-${day}T00:15:00.000Z`]),
    );
  });

  test('shows everything with the identity, and says what another one opens', async (t) => {
    const { sealed, key, keys } = await volumes(t);
    const row = async (...files: string[]) =>
      (await run(list, ['list', '--volume', sealed, ...files.flatMap((file) => ['--identity', file])]))
        .output;
    assert.match(await row(key.path), /\.zip\.age .* 2 +6 +1 +2 +0 +- +complete\n/);
    const stranger = await identityFile(keys, 'stranger.txt');
    assert.match(
      await row(stranger.path),
      / sealed\n\n2 archives are sealed: no identity in \S+stranger\.txt matches\n$/,
    );
    assert.match(await row(stranger.path, key.path), / complete\n$/);
  });
});

test('prune keeps what it cannot open, and judges what it can', async (t) => {
  const { sealed, key } = await volumes(t);
  const words = ['prune', '--volume', sealed, '--keep-last', '1', '--apply'];
  const { output } = await run(prune, words);
  assert.match(output, /zip\.age +keep +it cannot be read: no --identity was given\n/);
  assert.equal(readdirSync(sealed).length, 2);
  await run(prune, [...words, '--identity', key.path]);
  assert.deepEqual(readdirSync(sealed), [`${SECOND}.age`]);
});

test('an archive that is there both sealed and not counts once', async (t) => {
  const { plain, sealed, key } = await volumes(t);
  renameSync(join(sealed, `${SECOND}.age`), join(plain, `${SECOND}.age`));
  assert.match((await run(show, ['show', '20260911', '--volume', plain])).output, /^shop/m);
  const { output } = await run(diff, ['diff', 'previous', 'latest', '-o', 'json', '--volume', plain]);
  assert.match(output, new RegExp(`"${FIRST}"[^]*"${SECOND}"`));
  // Whoever cannot open the sealed one could have put the other beside it.
  const words = ['verify', '--volume', plain, '--identity', key.path];
  for (const name of ['latest', '20260911'])
    assert.match((await run(verify, [...words, name])).output, /202609110015\.zip\.age/);
});

suite('a sealed archive that was changed', () => {
  const changes: Readonly<Record<string, readonly [(bytes: Buffer) => Buffer, RegExp]>> = {
    'cut off': [(bytes) => bytes.subarray(0, -10), /chunk \d+ of the sealed archive was changed, or/],
    'cut off in its header': [
      (bytes) => bytes.subarray(0, 60),
      /the header of the sealed archive has no end/,
    ],
    'followed by other data': [
      (bytes) => Buffer.concat([bytes, Buffer.alloc(100)]),
      /chunk \d+ of the sealed/,
    ],
    empty: [() => Buffer.alloc(0), /it is not a sealed archive/],
    'the archive before it was sealed': [() => Buffer.from('PK\x05\x06'), /it is not a sealed archive/],
    'with a changed byte': [
      (bytes) => Buffer.from(bytes.map((byte, at) => (at === bytes.length - 30 ? byte ^ 1 : byte))),
      /chunk \d+ of the sealed archive was changed/,
    ],
  };
  for (const [name, [change, reason]] of Object.entries(changes))
    test(`${name} is damaged`, async (t) => {
      const { sealed, key } = await volumes(t);
      const path = join(sealed, `${SECOND}.age`);
      writeFileSync(path, change(readFileSync(path)));
      const { ending, output } = await run(verify, [
        'verify',
        '20260911',
        '--volume',
        sealed,
        '--identity',
        key.path,
      ]);
      assert.equal(ending, 'failed');
      assert.match(output, /damaged/);
      assert.match(output, reason);
      await assert.rejects(run(show, ['show', '20260911', '--volume', sealed, '--identity', key.path]), {
        name: 'Damage',
        message: reason,
      });
    });
});

suite('a file of --identity', () => {
  const files: Readonly<Record<string, readonly [(path: string) => void, RegExp]>> = {
    'that does not exist': [(path) => unlinkSync(path), /^--identity \S+key\.txt: does not exist$/],
    'that is a directory': [(path) => rmSync(path), /^--identity \S+: is a directory$/],
    'that is too large': [(path) => writeFileSync(path, '#'.repeat(2_000_000)), /more than 1048576 bytes/],
    'with a passphrase': [
      (path) => writeFileSync(path, 'age-encryption.org/v1\n-> scrypt a 18\n'),
      /passphrase/,
    ],
    'of ssh': [(path) => writeFileSync(path, '-----BEGIN OPENSSH PRIVATE KEY-----\n'), /ssh and PEM keys/],
    'of a plugin': [(path) => writeFileSync(path, 'AGE-PLUGIN-YUBIKEY-1QQQ\n'), /plugins/],
    'with something else': [
      (path) => writeFileSync(path, 'hunter2 is my password\n'),
      /line 1: is not an identity/,
    ],
  };
  for (const [name, [change, message]] of Object.entries(files))
    test(`${name} is refused, even where no archive is sealed`, async (t) => {
      const { plain, keys, key } = await volumes(t);
      change(key.path);
      const path = name.endsWith('directory') ? keys : key.path;
      await assert.rejects(run(list, ['list', '--volume', plain, '--identity', path]), (error: Error) => {
        assert.match(error.message, message);
        assert.ok('ending' in error && error.ending === 'usage');
        assert.doesNotMatch(error.message, /hunter2|scrypt/);
        return true;
      });
    });

  test('that others can read is taken, with a warning', async (t) => {
    const { sealed, key } = await volumes(t);
    const warned = async () => {
      const warnings: string[] = [];
      const { context } = contextOf(['list', '--volume', sealed, '--identity', key.path]);
      await list({ ...context, log: { ...context.log, warn: (text) => warnings.push(text) } });
      return warnings;
    };
    chmodSync(key.path, 0o644);
    const [warning, ...others] = await warned();
    assert.match(warning ?? '', /^--identity \S+: other users of this machine can read it; chmod 600/);
    assert.deepEqual(others, []);
  });
});

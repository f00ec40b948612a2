import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { backup } from '../../src/commands/backup.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { contextOf } from './context.ts';

const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);

test('a backup to a directory that nothing copies is refused: it would not be sealed', async (t) => {
  const volume = temporaryFolder(t);
  const { context } = contextOf(['backup', '--volume', volume, '--seal-to', recipient]);
  await assert.rejects(backup(context), { name: 'Failure', ending: 'usage', message: /are not sealed$/ });
  assert.deepEqual(readdirSync(volume), []);
});

test('a recipient that is not whole is refused before the backup', async (t) => {
  const volume = temporaryFolder(t);
  const { context } = contextOf(['backup', '--volume', volume, '--seal-to', recipient.slice(0, -1)]);
  await assert.rejects(backup(context), { ending: 'usage', message: /is not a whole recipient/ });
  assert.deepEqual(readdirSync(volume), []);
});

test('recipients of other kinds are refused as wrong options', () => {
  for (const [text, message] of [
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA', /^--seal-to ssh-ed25519 .*: ssh keys are not supported/],
    ['age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t', /plugins are not supported/],
    [`${recipient},age1pq1qqqqqqqq`, /cannot be mixed/],
    ['', /needs a value/],
    [Array.from({ length: 21 }, (_, at) => `age1${at}`).join(','), /takes at most 20 recipients/],
  ] as const)
    assert.throws(() => contextOf(['backup', '--seal-to', text]), { message });
});

test('an identity that was given by mistake is not repeated', () => {
  for (const words of [
    ['backup', '--seal-to', identity],
    ['backup', '--seal-to', `${recipient},${identity.toLowerCase()}`],
    ['list', '--identity', identity],
  ])
    assert.throws(
      () => contextOf(words),
      (error: Error) =>
        /AGE-SECRET-KEY-…: /.test(error.message) && !error.message.includes(identity.slice(20, 40)),
    );
});

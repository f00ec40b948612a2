import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { checkRecipients, identitiesOf } from '../../src/seal/keys.ts';
import { recipientMistake } from '../../src/words/recipient.ts';

const identity = await generateX25519Identity();
const hybrid = await generateHybridIdentity();

test('recipients of age-keygen are taken, post-quantum ones too', async () => {
  for (const recipient of [await identityToRecipient(identity), await identityToRecipient(hybrid)]) {
    assert.equal(recipientMistake(recipient), null);
    checkRecipients([recipient]);
    const wrong = recipient.slice(0, -1) + (recipient.endsWith('q') ? 'p' : 'q');
    assert.throws(() => checkRecipients([wrong]), { name: 'Failure', ending: 'usage' });
  }
});

test('anything else is refused with what to do', () => {
  assert.match(recipientMistake('ssh-ed25519 AAAA') ?? '', /make a key with age-keygen$/);
  assert.match(
    recipientMistake('age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t') ?? '',
    /plugins/,
  );
  assert.match(recipientMistake('somebody') ?? '', /^must be a recipient/);
});

test('a secret key that was given as a recipient is not repeated', () => {
  for (const secret of [identity, identity.toLowerCase(), hybrid]) {
    const mistake = recipientMistake(secret);
    assert.match(mistake ?? '', /^this is a secret identity, not a recipient/);
    assert.doesNotMatch(mistake ?? '', new RegExp(secret.slice(20, 30), 'i'));
  }
});

test('a file of identities has one a line, and comments', () => {
  assert.deepEqual(
    identitiesOf('key.txt', `# created: today\n# public key: age1…\n${identity}\r\n\n${hybrid}\n`),
    [identity, hybrid],
  );
});

test('a line that is none is named by its number, never by its content', async () => {
  const cases: [text: string, message: RegExp][] = [
    ['', /^--identity key\.txt: has no identity/],
    ['# only a comment\n', /has no identity/],
    [`${identity}\n${identity.slice(0, -1)}\n`, /^--identity key\.txt, line 2: is not an identity of age/],
    [await identityToRecipient(identity), /line 1: is a recipient; reading needs the identity/],
    ['AGE-PLUGIN-YUBIKEY-1QQQ', /line 1: identities of plugins are not supported/],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\n', /line 1: ssh and PEM keys are not supported/],
    ['age-encryption.org/v1\n-> scrypt a 18\n', /is protected by a passphrase; decrypt it first/],
    ['-----BEGIN AGE ENCRYPTED FILE-----\n', /is protected by a passphrase/],
  ];
  for (const [text, message] of cases)
    assert.throws(
      () => identitiesOf('key.txt', text),
      (error: Error) => message.test(error.message) && !error.message.includes(identity.slice(20, 30)),
      text,
    );
});

import { Decrypter, Encrypter } from 'age-encryption';
import { Failure } from '../words/failure.ts';

/** A file of identities has a line for each; this is room for hundreds. */
export const LONGEST_IDENTITY_FILE = 1024 * 1024;

/** Throws Failure (usage) for a recipient whose checksum is wrong. */
export function checkRecipients(recipients: readonly string[]): void {
  for (const recipient of recipients) {
    try {
      new Encrypter().addRecipient(recipient);
    } catch {
      const shown = recipient.length > 80 ? `${recipient.slice(0, 40)}…` : recipient;
      const message = `--seal-to ${shown}: is not a whole recipient; a part may be missing, or a letter wrong`;
      throw new Failure(message, null, 'usage');
    }
  }
}

/**
 * The identities in the text of a file, as age-keygen writes it: one a line; lines that begin with # are comments.
 *
 * @param file for messages, which never contain a line of it
 * @throws Failure (usage) with the number of the wrong line
 */
export function identitiesOf(file: string, text: string): readonly string[] {
  const refuse = (line: number | null, reason: string): never => {
    const where = line === null ? file : `${file}, line ${line}`;
    throw new Failure(`--identity ${where}: ${reason}`, null, 'usage');
  };
  if (/^(age-encryption\.org\/v1|-----BEGIN AGE ENCRYPTED FILE-----)/.test(text))
    refuse(null, 'is protected by a passphrase; decrypt it first: age --decrypt --output key.txt FILE');
  const identities = text.split('\n').flatMap((line, index) => {
    const identity = line.trim();
    if (identity === '' || identity.startsWith('#')) return [];
    if (identity.startsWith('-----BEGIN'))
      refuse(index + 1, 'ssh and PEM keys are not supported: make a key with age-keygen');
    if (identity.startsWith('AGE-PLUGIN-')) refuse(index + 1, 'identities of plugins are not supported');
    if (identity.startsWith('age1'))
      refuse(index + 1, 'is a recipient; reading needs the identity (AGE-SECRET-KEY-…)');
    try {
      new Decrypter().addIdentity(identity);
    } catch {
      refuse(index + 1, 'is not an identity of age (AGE-SECRET-KEY-…)');
    }
    return [identity];
  });
  if (identities.length === 0) refuse(null, 'has no identity (AGE-SECRET-KEY-…)');
  return identities;
}

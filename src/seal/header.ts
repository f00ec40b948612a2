import { Decrypter, Encrypter, Stanza } from 'age-encryption';
import { Malformed } from '../archive/format/damage.ts';
import { NONCE, TAG } from './payload.ts';

/** The first line of every age file. */
const VERSION = 'age-encryption.org/v1\n';
/** To try one costs a millisecond or more, and anyone who can write an archive can write thousands. */
const MOST_RECIPIENTS = 64;
/** The stanza that contains the facts. Readers of age files ignore stanzas of unknown types (age v1, "Recipient stanza"). */
const FACTS = 'openshift-backup/facts';
const FACTS_STANZA = new RegExp(`\n-> ${FACTS}\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63})\n`);

/** Short texts that anyone can read in the header of a sealed archive. */
export type SealedFacts = Readonly<Record<string, string>>;

/** Whether bytes are the beginning of an age file. */
export function isSealed(start: Buffer): boolean {
  return start.subarray(0, VERSION.length).equals(Buffer.from(VERSION));
}

/**
 * Makes a new header and the key that it hides.
 *
 * @param recipients as checkRecipients accepts them
 * @param facts {} for none
 */
export async function newHeader(
  recipients: readonly string[],
  facts: SealedFacts,
): Promise<{ readonly header: Buffer; readonly fileKey: Uint8Array }> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  let fileKey: Uint8Array = new Uint8Array();
  // The library gives the key to every recipient, also to this one, whose stanza does not contain it.
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key);
      return Object.keys(facts).length === 0 ? [] : [new Stanza([FACTS], Buffer.from(JSON.stringify(facts)))];
    },
  });
  // The header is followed by a nonce and a chunk without content.
  const empty = Buffer.from(await encrypter.encrypt(new Uint8Array()));
  return { header: empty.subarray(0, -(NONCE + TAG)), fileKey };
}

/**
 * The header at the beginning of a sealed archive, including its last line, which begins with `---`.
 *
 * @throws Malformed if there is none
 */
export function headerOf(start: Buffer): Buffer {
  if (!isSealed(start))
    throw new Malformed('it is not a sealed archive: it does not begin as an age file does');
  const last = start.indexOf('\n--- ');
  const end = last < 0 ? -1 : start.indexOf('\n', last + 1);
  if (end < 0) throw new Malformed('the header of the sealed archive has no end');
  const header = start.subarray(0, end + 1);
  if (header.toString('latin1').split('\n-> ').length - 1 > MOST_RECIPIENTS)
    throw new Malformed(`the header of the sealed archive has more than ${MOST_RECIPIENTS} recipients`);
  return header;
}

/**
 * The key that a header hides; null if none of the identities opens it.
 *
 * @param identities as readIdentities returns them
 * @throws Malformed if the header is not valid, or was changed
 */
export async function fileKeyOf(header: Buffer, identities: readonly string[]): Promise<Uint8Array | null> {
  for (const identity of identities) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    try {
      return await decrypter.decryptHeader(header);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      // The library has no class for this error.
      if (said.startsWith('no identity matched')) continue;
      // Its other messages may quote the header, which anyone can have written.
      throw new Malformed(
        said.startsWith('invalid header HMAC')
          ? 'the header of the sealed archive was changed'
          : 'the header of the sealed archive is not valid',
      );
    }
  }
  return null;
}

/**
 * The facts in a header; {} if there are none that can be read. Without an identity, nothing proves them: anyone who can
 * write the file can change them.
 */
export function factsIn(header: Buffer): SealedFacts {
  const [, body] = FACTS_STANZA.exec(header.toString('latin1')) ?? [];
  if (body === undefined) return {};
  try {
    const facts: unknown = JSON.parse(Buffer.from(body, 'base64').toString('utf8'));
    if (typeof facts !== 'object' || facts === null) return {};
    const entries = Object.entries<unknown>({ ...facts });
    return Object.fromEntries(
      entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : [])),
    );
  } catch {
    // Another program may use the same type of stanza.
    return {};
  }
}

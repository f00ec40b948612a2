import { randomBytes } from 'node:crypto';
import { Encrypter } from 'age-encryption';
import { CHUNK, NONCE, payloadKey, sealChunk } from './payload.ts';

/**
 * The bytes sealed for recipients as an age v1 file: `age -d` opens it, and so does SealedSource.
 * The library makes the header; the payload is sealed here, since node:crypto is twice as fast.
 *
 * @param recipients as checkRecipients has let them pass
 */
export async function* sealed(
  plain: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): AsyncGenerator<Buffer> {
  const { header, fileKey } = await newHeader(recipients);
  const nonce = randomBytes(NONCE);
  const key = payloadKey(fileKey, nonce);
  yield Buffer.concat([header, nonce]);
  const chunk = Buffer.alloc(CHUNK);
  let index = 0;
  let filled = 0;
  for await (const piece of plain) {
    let rest = piece;
    while (rest.length > 0) {
      // Only what follows tells that a full chunk is not the last one.
      if (filled === CHUNK) {
        yield* sealChunk(key, index, false, chunk);
        index += 1;
        filled = 0;
      }
      const part = rest.subarray(0, CHUNK - filled);
      chunk.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
    }
  }
  yield* sealChunk(key, index, true, chunk.subarray(0, filled));
}

/** A header and the key that it hides. A recipient that adds no stanza hears the key of the others. */
async function newHeader(recipients: readonly string[]): Promise<{ header: Buffer; fileKey: Uint8Array }> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  let fileKey: Uint8Array = new Uint8Array();
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const empty = Buffer.from(await encrypter.encrypt(new Uint8Array()));
  // Behind the header: a nonce and a chunk without content.
  return { header: empty.subarray(0, -(NONCE + 16)), fileKey };
}

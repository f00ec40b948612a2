import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { Malformed } from '../archive/format/damage.ts';

/** Bytes of plain text in a chunk; only the last chunk may have fewer. */
export const CHUNK = 64 * 1024;
/** Bytes that a chunk has more when it is sealed. */
export const TAG = 16;
export const SEALED_CHUNK = CHUNK + TAG;
export const NONCE = 16;

const CIPHER = 'chacha20-poly1305';
const OPTIONS = { authTagLength: TAG };

/** How many bytes a payload has when it is sealed, without header and nonce. */
export function sealedBytes(plain: number): number {
  return plain + Math.max(1, Math.ceil(plain / CHUNK)) * TAG;
}

/** The key of a payload (age v1, "Payload": HKDF-SHA-256 of the file key, with the nonce before the payload as salt). */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/** A chunk, and its tag, which follows. `index` counts from 0; a flag marks the last one, so that a cut is noticed. */
export function sealChunk(
  key: Buffer,
  index: number,
  last: boolean,
  plain: Uint8Array,
): readonly [Buffer, Buffer] {
  const cipher = createCipheriv(CIPHER, key, chunkNonce(index, last), OPTIONS);
  const chunk = cipher.update(plain);
  cipher.final();
  return [chunk, cipher.getAuthTag()];
}

/** What was sealed. Throws Malformed where it is not what was written at this place. */
export function openChunk(key: Buffer, index: number, last: boolean, sealed: Buffer): Buffer {
  const decipher = createDecipheriv(CIPHER, key, chunkNonce(index, last), OPTIONS);
  decipher.setAuthTag(sealed.subarray(-TAG));
  const plain = decipher.update(sealed.subarray(0, -TAG));
  try {
    decipher.final();
  } catch {
    throw new Malformed(`chunk ${index} of the sealed archive was changed, or the archive was cut off`);
  }
  return plain;
}

/** 11 bytes of counter, big-endian, and the flag. */
function chunkNonce(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

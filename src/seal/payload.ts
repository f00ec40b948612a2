import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { Malformed } from '../archive/format/damage.ts';

/** Bytes of content in a chunk; only the last chunk may have fewer. */
export const CHUNK = 64 * 1024;
/** Bytes of the authentication tag after each chunk. */
export const TAG = 16;
export const SEALED_CHUNK = CHUNK + TAG;
export const NONCE = 16;
/** A post-quantum recipient takes 1.7 KB, and --seal-to takes 20 of them. */
export const LONGEST_HEADER = 64 * 1024;

const CIPHER = 'chacha20-poly1305';
const OPTIONS = { authTagLength: TAG };

/** The size of a sealed payload, without header and nonce. @param plain bytes of the content */
export function sealedBytes(plain: number): number {
  return plain + Math.max(1, Math.ceil(plain / CHUNK)) * TAG;
}

/** Whether a sealed archive of so many bytes can have content of so many bytes. The size of its header is unknown. */
export function isSealedSize(sealed: number, plain: number): boolean {
  const header = sealed - NONCE - sealedBytes(plain);
  return header > 0 && header <= LONGEST_HEADER;
}

/** The key of a payload (age v1, "Payload": HKDF-SHA-256 of the file key; the salt is the nonce before the payload). */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/**
 * Encrypts a chunk; returns it and the tag that follows it.
 *
 * @param index from 0
 * @param last marks the last chunk, so that truncation is detected
 */
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

/** Decrypts a chunk. Throws Malformed if it is not what was written at this position. */
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

/** 11 bytes of big-endian counter, and the flag of the last chunk. */
function chunkNonce(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

import { isUtf8 } from 'node:buffer';
import { gunzipSync, inflateRawSync } from 'node:zlib';

/** The content of a packed text, or that it is unknown. */
export type Unpacked = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unknown' };

/** Limit for the unpacked text; etcd accepts 1.5 MB of packed text. */
const MOST_BYTES = 16 * 1024 * 1024;
const BASE64 = /^[\w+/-][\w+/\s-]{15,}={0,2}\s*$/;
const DATA_URL = /^data:[\w./+;=-]{0,80},/;
const ZIP_HEADER = Buffer.from('PK\u0003\u0004');
const ZIP_NAME_AT = 30;

/**
 * Unpacks a text that is base64, possibly of gzip or of a zip file (some tools store the last
 * applied form of an object in this way), or a data URL. Null if it is none of these, or if the
 * content is not text, such as an image. Unknown if it is larger than 16 MiB when unpacked, or
 * a zip file with several files.
 */
export function unpacked(text: string): Unpacked | null {
  const bytes = packedBytes(text.trim());
  if (bytes === null) return null;
  try {
    const plain = withoutCompression(bytes);
    if (plain === null) return { kind: 'unknown' };
    return isUtf8(plain) ? { kind: 'text', text: plain.toString('utf8') } : null;
  } catch {
    // The message of zlib does not matter: it is not packed data, or too large.
    return { kind: 'unknown' };
  }
}

function packedBytes(text: string): Buffer | null {
  const url = DATA_URL.exec(text)?.[0];
  if (url === undefined) return BASE64.test(text) ? Buffer.from(text, 'base64') : null;
  const content = text.slice(url.length);
  if (url.endsWith(';base64,')) return Buffer.from(content, 'base64');
  try {
    return Buffer.from(decodeURIComponent(content));
  } catch {
    return Buffer.from(content);
  }
}

/** Null if a zip file contains more than one file. */
function withoutCompression(bytes: Buffer): Buffer | null {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  if (!bytes.subarray(0, ZIP_HEADER.length).equals(ZIP_HEADER) || bytes.length < ZIP_NAME_AT) return bytes;
  if (bytes.includes(ZIP_HEADER, ZIP_NAME_AT)) return null;
  const content = bytes.subarray(ZIP_NAME_AT + bytes.readUInt16LE(26) + bytes.readUInt16LE(28));
  return bytes.readUInt16LE(8) === 0 ? content : inflateRawSync(content, { maxOutputLength: MOST_BYTES });
}

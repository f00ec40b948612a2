import { isUtf8 } from 'node:buffer';
import { gunzipSync, inflateRawSync } from 'node:zlib';

/** What a text is packed from, or that it cannot be known. */
export type Unpacked = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unknown' };

/** Of what is unpacked; etcd takes 1.5 MB of what is packed. */
const MOST_BYTES = 16 * 1024 * 1024;
const BASE64 = /^[\w+/-][\w+/\s-]{15,}={0,2}\s*$/;
const DATA_URL = /^data:[\w./+;=-]{0,80},/;
const ZIP_HEADER = Buffer.from('PK\u0003\u0004');
const ZIP_NAME_AT = 30;

/**
 * The text in a text that is base64, perhaps of gzip or of a zip file (as tools keep the last
 * applied form of an object in an annotation), or a data URL. Null where it is none of these,
 * or holds no text: an image, say. What does not unpack within 16 MiB, or is a zip file of
 * several files, is unknown.
 */
export function unpacked(text: string): Unpacked | null {
  const bytes = packedBytes(text.trim());
  if (bytes === null) return null;
  try {
    const plain = withoutCompression(bytes);
    if (plain === null) return { kind: 'unknown' };
    return isUtf8(plain) ? { kind: 'text', text: plain.toString('utf8') } : null;
  } catch {
    // What zlib says of it is of no use to anybody: it is no archive, or too large.
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

/** Null where a zip file has more than one file in it. */
function withoutCompression(bytes: Buffer): Buffer | null {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  if (!bytes.subarray(0, ZIP_HEADER.length).equals(ZIP_HEADER) || bytes.length < ZIP_NAME_AT) return bytes;
  if (bytes.includes(ZIP_HEADER, ZIP_NAME_AT)) return null;
  const content = bytes.subarray(ZIP_NAME_AT + bytes.readUInt16LE(26) + bytes.readUInt16LE(28));
  return bytes.readUInt16LE(8) === 0 ? content : inflateRawSync(content, { maxOutputLength: MOST_BYTES });
}

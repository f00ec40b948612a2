import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/**
 * What credentials are made of, checked before Node or OpenSSL see it: their errors name
 * neither the field nor what to do. Every function throws an Error whose message goes on
 * after the name of the field, and never holds the value.
 */

/** A token, or another value of a header, without the white space around it. */
export function headerValue(text: string): string {
  const value = text.trim();
  if (value === '') throw new Error('is empty');
  if (/[\r\n]/.test(value)) throw new Error('has a line end in the middle; it must be one line');
  if (!/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value))
    throw new Error('holds a character that no HTTP header can have');
  return value;
}

/** The bytes of a `…-data` field. */
export function fromBase64(text: string): Buffer {
  const packed = text.replace(/\s+/g, '');
  if (packed === '') throw new Error('is empty');
  if (text.includes('-----BEGIN'))
    throw new Error(
      'is PEM; it must be base64 of the PEM, or stand in a file that the field without -data names',
    );
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed) || packed.length % 4 !== 0)
    throw new Error('is not valid base64');
  return Buffer.from(packed, 'base64');
}

/** The certificates of a PEM text, of which there must be one at least. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(
    /-----BEGIN (TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (TRUSTED )?CERTIFICATE-----/g,
  );
  if (blocks === null) throw new Error('holds no certificate in PEM form');
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new Error('holds a certificate that cannot be read; it was cut off or changed');
    }
  });
}

/** The private key of a PEM text. */
export function privateKeyOf(pem: string): KeyObject {
  if (!pem.includes('-----BEGIN')) throw new Error('holds no private key in PEM form');
  try {
    return createPrivateKey(pem);
  } catch {
    if (/ENCRYPTED/.test(pem)) throw new Error('is encrypted with a passphrase; use one without');
    throw new Error('holds no private key that can be read');
  }
}

/** Checks that a client certificate and a key belong together. */
export function checkPair(certificate: string, key: string): void {
  const [own] = certificatesOf(certificate);
  if (own !== undefined && !own.checkPrivateKey(privateKeyOf(key)))
    throw new Error('is not the key of the client certificate beside it');
}

/** The schemes through which a proxy can be reached. */
const PROXIES = ['http:', 'https:'];

export function checkProxyUrl(text: string): void {
  if (!URL.canParse(text) || !PROXIES.includes(new URL(text).protocol) || new URL(text).hostname === '')
    throw new Error('is no URL of an HTTP proxy: http://HOST:PORT or https://HOST:PORT');
}

export function checkServerName(text: string): void {
  if (!/^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?$/.test(text) && !/^[0-9a-fA-F:.]+$/.test(text))
    throw new Error('is no host name');
}

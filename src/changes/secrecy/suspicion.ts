import { SECRET_KEYS, SECRET_KINDS } from './fields.ts';

/** How a key may stand in JSON at any depth of escaping, and in YAML. */
const COLON = String.raw`["'\\]*\s*:`;

/** Of an object that has secrets, by its kind or a key: "kind":"Secret", \"kind\":\"Secret\", kind: Secret. */
const OBJECT_SIGNS = [
  String.raw`kind\W{1,80}(?:Secret|SecretList|${SECRET_KINDS.join('|')})\b`,
  `\\b(?:${SECRET_KEYS.join('|')})${COLON}`,
];

/** Each begins what may hold a secret; all else is passed over without being taken apart. */
const SIGNS = [
  ...OBJECT_SIGNS,
  'PRIVATE KEY',
  'AGE-SECRET-KEY-',
  // Base64 of "-----" and "---", of gzip, zip, base64 of gzip, of "{"", "{\n", "apiVer" and "kind".
  String.raw`(?:LS0tL|H4sI|UEsDB|SDRzSU|eyJ|ewog|YXBpVmVy|a2luZD)[\w+/=-]{12}`,
  String.raw`data:[\w./+;=-]{0,80},`,
  // https://user:password@host
  String.raw`:\/\/[^\s/:@"'\\<>]{1,256}:[^\s/@"'\\<>]{1,512}@`,
  // Letters written as escapes, which would hide all of these; < > & are written so by every program in Go.
  String.raw`\\u00(?!26|3[cCeE])[2-7]`,
];

const SUSPECT = new RegExp(SIGNS.join('|'));
const OBJECT = new RegExp(OBJECT_SIGNS.join('|'));

/** Whether a text, or the bytes of a document, may hold a secret. */
export function isSuspect(text: string | Uint8Array): boolean {
  if (typeof text === 'string') return SUSPECT.test(text);
  const { buffer, byteOffset, byteLength } = text;
  return SUSPECT.test(Buffer.from(buffer, byteOffset, byteLength).toString('latin1'));
}

/** Whether a text may hold an object that has secrets, as JSON or YAML. */
export function namesSecretObject(text: string): boolean {
  return OBJECT.test(text);
}

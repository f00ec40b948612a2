import { SECRET_KEYS, SECRET_KINDS, SHAPE_SIGNS } from './fields.ts';

/** A key in JSON at any level of escaping, or in YAML. */
const COLON = String.raw`["'\\]*\s*:`;

const KINDS = `(?:Secret|SecretList|${SECRET_KINDS.join('|')})\\b`;
/** What YAML allows between a key and its value: line ends, quotes, block indicators, tags, anchors, comments. */
const BETWEEN = String.raw`(?:[\s"'\\>|+-]|[!&]\S{0,80}\s|#[^\n]{0,200}\n){0,80}`;

/** Of an object that has secrets, by its kind or a key: "kind":"Secret", \"kind\":\"Secret\", kind: !!str Secret. */
const OBJECT_SIGNS = [
  String.raw`kind\W{1,80}${KINDS}`,
  `kind${COLON}${BETWEEN}${KINDS}`,
  `\\b(?:${SECRET_KEYS.join('|')})${COLON}`,
];

/** Each may be the beginning of a secret. A text without any of them is not parsed. */
const SIGNS = [
  ...OBJECT_SIGNS,
  'PRIVATE KEY',
  'AGE-SECRET-KEY-',
  // Base64 of "-----" and "---", of gzip, zip, base64 of gzip, of "{"", "{\n", "apiVer" and "kind".
  String.raw`(?:LS0tL|H4sI|UEsDB|SDRzSU|eyJ|ewog|YXBpVmVy|a2luZD)[\w+/=-]{12}`,
  String.raw`data:[\w./+;=-]{0,80},`,
  // https://user:password@host
  String.raw`:\/\/[^\s/:@"'\\<>]{1,256}:[^\s/@"'\\<>]{1,512}@`,
  // Escaped letters, which would hide all of these. Go programs always escape < > &, so these do not count.
  String.raw`\\u00(?!26|3[cCeE])[2-7]`,
  // The same in YAML.
  String.raw`\\(?:x|U000000)[2-7]`,
  ...SHAPE_SIGNS.map((key) => `\\b${key}${COLON}`),
];

const SUSPECT = new RegExp(SIGNS.join('|'));
const OBJECT = new RegExp(OBJECT_SIGNS.join('|'));
/** Every document that contains an object with secrets matches one of these, with or without escapes. */
const WORDS = new RegExp(String.raw`\b${KINDS}|\\[xuU]`);
const SHAPES = new RegExp(SHAPE_SIGNS.map((key) => `\\b${key}${COLON}`).join('|'));
const KIND = /kind|\\[xuU]/;

/** Whether a text, or the bytes of a document, may hold a secret. */
export function isSuspect(text: string | Uint8Array): boolean {
  if (typeof text === 'string') return SUSPECT.test(text) || mentionsSecretObject(text);
  const { buffer, byteOffset, byteLength } = text;
  return isSuspect(Buffer.from(buffer, byteOffset, byteLength).toString('latin1'));
}

/** Whether a text may contain an object with secrets, as JSON or YAML; parsing it decides. */
export function mentionsSecretObject(text: string): boolean {
  return (WORDS.test(text) && KIND.test(text)) || OBJECT.test(text) || SHAPES.test(text);
}

/** Whether a text that cannot be parsed seems to contain such an object, and does not only mention one. */
export function namesSecretObject(text: string): boolean {
  return OBJECT.test(text);
}

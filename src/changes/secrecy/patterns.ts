import { MASK } from '../../json/value.ts';

/** Forms of secrets, which are recognized in every text. */
interface SecretPattern {
  readonly pattern: RegExp;
  /** The replacement; by default only the mask. */
  readonly shown?: (match: string, ...groups: readonly string[]) => string;
  readonly reason: string;
}

const PLACEHOLDER = /^(?:\$[({].*|%s|\*+|[xX]+)$/s;

const PATTERNS: readonly SecretPattern[] = [
  {
    pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g,
    reason: 'a JSON Web Token (RFC 7519) grants access to anyone who has it',
  },
  {
    pattern: /\bAGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+/g,
    reason: 'an identity of age (https://age-encryption.org/v1)',
  },
  {
    // As in URLs of proxies and Git repositories: https://user:password@proxy.example.com
    pattern: /(:\/\/[^\s/:@"'\\<>]{1,256}:)([^\s/@"'\\<>]{1,512})@/g,
    shown: (match, before = '', password = '') => (PLACEHOLDER.test(password) ? match : `${before}${MASK}@`),
    reason: 'the password in a URL (RFC 3986, 3.2.1)',
  },
];

const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** Base64 and formats based on it, inside other text. */
const TOKEN = /(?<![\w+/])(?:LS0tL|H4sI|UEsDB|SDRzSU|eyJ|ewog|YXBpVmVy|a2luZD)[\w+/-]{12,}={0,2}/g;

/**
 * A text in which secrets with a known form are masked: private keys (RFC 7468), tokens,
 * passwords in URLs, and packed texts that contain secrets.
 *
 * @param isSecret whether a packed text contains a secret
 */
export function withoutPatterns(text: string, isSecret: (packed: string) => boolean): string {
  const masked = PATTERNS.reduce(
    (left, { pattern, shown }) => left.replace(pattern, shown ?? (() => MASK)),
    withoutPrivateKeys(text),
  );
  return masked.replace(TOKEN, (packed) => (isSecret(packed) ? MASK : packed));
}

/** Searches for the markers one by one, since a pattern for a whole key would need memory for each character. */
function withoutPrivateKeys(text: string): string {
  let shown = '';
  let at = 0;
  for (;;) {
    KEY_BEGIN.lastIndex = at;
    const begin = KEY_BEGIN.exec(text);
    if (begin === null) return shown + text.slice(at);
    KEY_END.lastIndex = begin.index;
    const end = KEY_END.exec(text);
    shown += text.slice(at, begin.index) + MASK;
    // Without an end marker, all the rest may belong to the key.
    if (end === null) return shown;
    at = end.index + end[0].length;
  }
}

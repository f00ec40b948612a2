import { isPrintable, UNSEEN } from './printable.ts';

/**
 * Words that YAML 1.1 takes for something else than a text, and those that some
 * reader of it does: kubectl's knows `y` and `n` as keys only, and would call one `false`.
 */
const RESERVED = new Set(
  '~ null y n yes no on off true false .nan nan .inf inf . infinity undefined none'.split(' '),
);
/** Begins with a letter or what is as harmless, and has no indicator in it. Colon and blank are looked at apart. */
const PLAIN =
  /^(?:[\p{L}_/$]|-{1,2}[A-Za-z]|\.[A-Za-z])[\p{L}\p{N}_./$@%+=~^;:,()<>\\-]*(?: [\p{L}\p{N}_./$@%+=~^;:,()<>\\-]+)*$/u;
/** Quantities and addresses, the texts that begin with a digit and can be no number, time or date. */
const HARMLESS = /^(?:[1-9]\d*(?:[a-df-zA-DF-Z]|[KMGTPE]i)|\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?)$/;
const UNSEEN_CHARACTER = new RegExp(`[${UNSEEN}]`, 'gv');

/** A text as it stands on one line: plain where every reader takes it for a text, else in double quotes. */
export function lineText(text: string): string {
  return isPlain(text) ? text : quoted(text);
}

/** In double quotes, safe on a terminal; a lone surrogate becomes U+FFFD, as for every reader in Go. */
export function quoted(text: string): string {
  // Not the escapes of JSON: YAML knows no pairs of them.
  return JSON.stringify(text.toWellFormed()).replace(UNSEEN_CHARACTER, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
  });
}

/**
 * A text of several lines as a literal, `|` and its lines at a column; null where
 * it has one line, or something that would not come back from a literal.
 */
export function literal(text: string, column: number): string | null {
  if (!text.includes('\n') || !isPrintable(text)) return null;
  // White space alone is taken for indentation.
  if (!/[^ \t\n]/.test(text)) return null;
  const indicator = /^[ \t\n]/.test(text) ? '2' : '';
  const end = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = text.replace(/\n$/, '').split('\n');
  const pad = ' '.repeat(column);
  return `|${indicator}${end}\n${lines.map((line) => (line === '' ? '' : `${pad}${line}`)).join('\n')}`;
}

function isPlain(text: string): boolean {
  if (HARMLESS.test(text)) return true;
  return PLAIN.test(text) && isPrintable(text) && !/:( |$)/.test(text) && !RESERVED.has(text.toLowerCase());
}

/**
 * Characters that no screen shows as themselves, as the inside of a character class (flag v):
 *
 * - Cc, Cf, Zl, Zp: control and format characters. Terminals take the first for
 *   commands (colours, titles, clipboard); the others reverse the direction of writing, break
 *   lines, or have no width (zero-width characters, tags).
 * - Default_Ignorable_Code_Point: variation selectors, Hangul fillers and others that
 *   fonts draw as nothing.
 * - Cs, Noncharacter_Code_Point: not characters.
 * - Zs: spaces of other widths; the ordinary space is excluded.
 * - Characters with an empty glyph: the empty Braille pattern, a musical null
 *   note, the Khitan filler, two blanks of the Egyptian hieroglyphs.
 *
 * @see https://www.unicode.org/reports/tr44/ and https://www.unicode.org/reports/tr36/
 */
export const UNSEEN = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Cs}\p{Noncharacter_Code_Point}[\p{Zs}--\x20]\u2800\u{1D159}\u{16FE4}\u{13441}\u{13442}`;

const UNSEEN_IN_LINE = new RegExp(`[${UNSEEN}]`, 'gv');

const UNSEEN_IN_TEXT = new RegExp(String.raw`[[${UNSEEN}]--[\t\n]]`, 'gv');

/** Nearly all text is ASCII, which is checked much faster than any class of Unicode. */
const SUSPICIOUS_IN_LINE = /[^\x20-\x7e]+/g;

const SUSPICIOUS_IN_TEXT = /[^\t\n\x20-\x7e]+/g;

/** A text of any origin as one line that is safe on a screen: `\u001b[2J` is printed as letters. */
export function printable(text: string): string {
  return text.replace(SUSPICIOUS_IN_LINE, (run) => run.replace(UNSEEN_IN_LINE, escaped));
}

/**
 * The same for a text of several lines, which keeps its line feeds and tabs. JSON keeps its
 * meaning: only strings can contain the characters that are escaped.
 */
export function printableText(text: string): string {
  return text.replace(SUSPICIOUS_IN_TEXT, (run) => run.replace(UNSEEN_IN_TEXT, escaped));
}

/** Whether a text needs no escapes, line feeds and tabs apart. */
export function isPrintable(text: string): boolean {
  return text.search(UNSEEN_IN_TEXT) < 0;
}

/** As in JSON: a code point above U+FFFF gets an escape for each of its surrogates. */
function escaped(character: string): string {
  let escapes = '';
  for (let at = 0; at < character.length; at += 1)
    escapes += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escapes;
}

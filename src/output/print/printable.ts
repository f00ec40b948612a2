/**
 * What no screen shows as itself, as the inside of a character class (flag v):
 *
 * - Cc, Cf, Zl, Zp: control and format characters. Terminals make colours, titles and
 *   clipboard contents of the first; the others turn the direction of writing, break
 *   lines, or take no room (zero-width characters, tags).
 * - Default_Ignorable_Code_Point: variation selectors, Hangul fillers and others that
 *   fonts draw as nothing.
 * - Cs, Noncharacter_Code_Point: no characters at all.
 * - Zs: blanks of other widths, which look like a space; the space itself is taken out below.
 * - Characters with a glyph that has no ink: the empty Braille pattern, a musical null
 *   note, the Khitan filler, two blanks of the Egyptian hieroglyphs.
 *
 * @see https://www.unicode.org/reports/tr44/ and https://www.unicode.org/reports/tr36/
 */
export const UNSEEN = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Cs}\p{Noncharacter_Code_Point}[\p{Zs}--\x20]\u2800\u{1D159}\u{16FE4}\u{13441}\u{13442}`;

const UNSEEN_IN_LINE = new RegExp(`[${UNSEEN}]`, 'gv');

const UNSEEN_IN_TEXT = new RegExp(String.raw`[[${UNSEEN}]--[\t\n]]`, 'gv');

/** Nearly all text is ASCII, which is much quicker to pass over than any class of Unicode. */
const SUSPICIOUS_IN_LINE = /[^\x20-\x7e]+/g;

const SUSPICIOUS_IN_TEXT = /[^\t\n\x20-\x7e]+/g;

/** A text of any origin as one line that is safe on a screen: `\u001b[2J` stands there in letters. */
export function printable(text: string): string {
  return text.replace(SUSPICIOUS_IN_LINE, (run) => run.replace(UNSEEN_IN_LINE, escaped));
}

/**
 * The same for a text of several lines, which keeps its line feeds and tabs. JSON text
 * keeps its meaning: only its strings can hold what is escaped.
 */
export function printableText(text: string): string {
  return text.replace(SUSPICIOUS_IN_TEXT, (run) => run.replace(UNSEEN_IN_TEXT, escaped));
}

/** Whether a text shows itself as it is, line feeds and tabs apart. */
export function isPrintable(text: string): boolean {
  return text.search(UNSEEN_IN_TEXT) < 0;
}

/** As in JSON: beyond the first 65,536 code points, an escape for each half of the pair. */
function escaped(character: string): string {
  let escapes = '';
  for (let at = 0; at < character.length; at += 1)
    escapes += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escapes;
}

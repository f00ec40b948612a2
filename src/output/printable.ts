/**
 * Control characters, of which terminals make colours, titles and worse, and
 * those that turn the direction of writing, behind which a name can hide.
 */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\ufeff]/gu;
/** The same, less the white space of JSON. */
const UNPRINTABLE_IN_JSON = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\ufeff]/gu;

/** A text of any origin as one line that is safe on a terminal: `\u001b[2J` stands there in letters. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** JSON text that is safe on a terminal and means the same: only strings can hold such characters. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE_IN_JSON, escaped);
}

/** A value as the JSON that `-o json` prints, with a newline at the end. */
export function jsonText(value: unknown): string {
  return `${printableJson(JSON.stringify(value, null, 2))}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

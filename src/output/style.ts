import { styleText } from 'node:util';
import { printableText } from './printable.ts';

/** The styles that we use. */
export type Style = 'bold' | 'green' | 'red' | 'yellow' | 'cyan';

/** Their codes and no others, each as a group of its own. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is where they are told from all others
export const STYLE_CODES = /(\u001b\[(?:1|22|31|32|33|36|39)m)/;

/** A text of any origin in a style; nothing in it can end the style or begin another. */
export function styled(style: Style, text: string): string {
  return styleText(style, printableText(text), { validateStream: false });
}

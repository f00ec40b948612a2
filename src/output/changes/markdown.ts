import type { Change } from '../../changes/change.ts';
import { printable } from '../print/printable.ts';
import { changesLines } from './lines.ts';

/**
 * Changes as a fenced diff.
 *
 * @param authors of each change; see authorTexts
 */
export function changesMarkdown(changes: readonly Change[], authors: readonly string[]): string {
  const lines = changesLines(changes, authors, false).map(({ sign, text }) =>
    // A diff has no sign for a changed line; it becomes context.
    sign === '~' ? `  ${text.slice(2)}` : text,
  );
  const fence = fenceOf(lines);
  return `${fence}diff\n${lines.join('\n')}\n${fence}\n`;
}

/** A fence ends at a line with as many backticks, which values may contain. */
function fenceOf(lines: readonly string[]): string {
  const longest =
    lines
      .join('\n')
      .match(/`+/g)
      ?.reduce((most, run) => Math.max(most, run.length), 0) ?? 0;
  return '`'.repeat(Math.max(3, longest + 1));
}

/** A text of any origin; nothing in it is read as markup. */
export function escaped(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>()#|!&~]/g, '\\$&');
}

/** A name as code. */
export function code(text: string): string {
  const safe = printable(text);
  return safe.includes('`') ? escaped(safe) : `\`${safe}\``;
}

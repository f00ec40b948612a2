import type { Change } from '../../changes/change.ts';
import { printable } from '../print/printable.ts';
import { changeLines } from './lines.ts';

/** Changes as a fenced diff. */
export function changesMarkdown(changes: readonly Change[]): string {
  const lines = changes
    .flatMap((each) => changeLines(each, false))
    .map(({ sign, text }) =>
      // Neither `~` nor a path means anything to a diff's reader.
      sign === '~' ? `  ${text.slice(2)}` : text,
    );
  const fence = fenceOf(lines);
  return `${fence}diff\n${lines.join('\n')}\n${fence}\n`;
}

/** A fence ends at a line of as many backticks; values may hold some. */
function fenceOf(lines: readonly string[]): string {
  const longest =
    lines
      .join('\n')
      .match(/`+/g)
      ?.reduce((most, run) => Math.max(most, run.length), 0) ?? 0;
  return '`'.repeat(Math.max(3, longest + 1));
}

/** Names and reasons come from archives: nothing in them may be read as markup. */
export function escaped(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>()#|!&~]/g, '\\$&');
}

/** A name as code. */
export function code(text: string): string {
  const plain = printable(text);
  return plain.includes('`') ? escaped(plain) : `\`${plain}\``;
}

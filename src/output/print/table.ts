import { printable } from './printable.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly align?: 'right';
}

const GAP = '  ';

/**
 * Columns as wide as their widest cell, a title line above, a newline after
 * every row. Cells may be of any origin: what is not printable is escaped.
 */
export function table(columns: readonly Column[], rows: ReadonlyArray<readonly string[]>): string {
  const lines = [columns.map(({ title }) => title), ...rows].map((row) => row.map(printable));
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? '').length)));
  return lines
    .map((line) => {
      const cells = columns.map(({ align }, index) => {
        const [cell, width] = [line[index] ?? '', widths[index] ?? 0];
        return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      });
      return `${cells.join(GAP).trimEnd()}\n`;
    })
    .join('');
}

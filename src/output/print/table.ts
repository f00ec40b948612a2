import { printable } from './printable.ts';

export interface Column {
  readonly title: string;
  /** For numbers. */
  readonly align?: 'right';
}

const GAP = '  ';

/**
 * A title line and a line per row, in columns as wide as their widest cell. Cells may be of any
 * origin: unprintable characters are escaped.
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

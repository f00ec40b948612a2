import { STEP_TABLE } from '../src/restore-rules/order.ts';
import { REACH_TABLE } from '../src/restore-rules/reach/reach.ts';
import type { ChangeRow, SkipRow } from '../src/restore-rules/rule.ts';
import { CHANGES, SKIPS } from '../src/restore-rules/rule-table.ts';

/** The generated tables of docs/restore-rules.md, by the name of their markers. */
export const RESTORE_TABLES: Readonly<Record<string, () => string>> = {
  steps: () =>
    rows(
      ['step', 'types', 'because'],
      STEP_TABLE.map(([name, types, reason], at) => [
        `${at + 1}. ${name}`,
        types.length === 0 ? 'all others' : globs(types),
        reason,
      ]),
    ),
  skips: () => rules(SKIPS),
  changes: () => rules(CHANGES),
  reach: () =>
    rows(
      ['rule', 'types', 'what reaches further', 'it is', 'see'],
      REACH_TABLE.map((row) => [
        `\`${row.rule}\``,
        globs(row.types),
        row.description,
        row.action,
        link(row.source),
      ]),
    ),
};

function rules(table: ReadonlyArray<SkipRow | ChangeRow>): string {
  return rows(
    ['rule', 'types', 'because', 'see'],
    table.map((row) => [`\`${row.rule}\``, globs(row.types), reasonOf(row), link(row.source)]),
  );
}

function reasonOf(row: SkipRow | ChangeRow): string {
  const isShared = 'shared' in row && row.shared !== undefined;
  return isShared ? `${row.reason}; an existing object keeps what it holds for other projects` : row.reason;
}

/** A link named after the page it leads to. A source that is no URL is returned as it is. */
function link(source: string): string {
  if (!URL.canParse(source)) return source;
  const page = new URL(source).pathname.split('/').findLast((part) => part !== '') ?? source;
  return `[${page.replace(/\.[a-z]+$/, '')}](${source})`;
}

function globs(types: readonly string[]): string {
  return types.map((type) => `\`${type}\``).join(', ');
}

function rows(head: readonly string[], body: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), `|${head.map(() => '---').join('|')}|`, ...body.map(line)].join('\n')}\n`;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { ENDING_MEANING, type Ending, EXIT } from '../src/exit.ts';
import { COMMAND_NAMES, COMMANDS, type CommandName } from '../src/options/commands.ts';
import { shownValue } from '../src/options/option.ts';
import { OPTIONS } from '../src/options/table.ts';
import { writeChart } from './chart.ts';
import { MANIFEST_SCHEMA_FILE, manifestSchema } from './manifest-schema.ts';
import { RESTORE_TABLES } from './restore-tables.ts';

/** The generated tables of a document: the name of each pair of markers, and what prints the table between them. */
export type Tables = Readonly<Record<string, () => string>>;

/** Every document with generated tables. A test compares the files with these tables. */
export const DOCUMENTS: Readonly<Record<string, Tables>> = {
  'docs/reference.md': { commands, options, 'exit-codes': exitCodes },
  'docs/restore-rules.md': RESTORE_TABLES,
};

/** A document with its generated tables brought up to date. Throws if a marker is missing. */
export function regenerate(document: string, generated: Tables): string {
  return Object.entries(generated).reduce((text, [name, make]) => {
    const [begin, end] = [`<!-- begin ${name} -->\n`, `<!-- end ${name} -->`];
    const [before, rest] = split(text, begin);
    const [, after] = split(rest, end);
    return `${before}${begin}${make()}${end}${after}`;
  }, document);
}

function commands(): string {
  const rows = COMMAND_NAMES.map((name) => `| \`${name}\` | ${COMMANDS[name].does} |`);
  return table('| command | does |', rows);
}

/** A row for each option, and one for each form in which commands take it. */
function options(): string {
  const rows = OPTIONS.flatMap((option) => {
    const { flag, short, default: byDefault, help, commands } = option;
    const forms = Map.groupBy(commands, (command) => shownValue(option, command));
    return [...forms].map(([value, of]) => {
      const name = short === undefined ? `--${flag}` : `-${short}, --${flag}`;
      const written = `\`${name}${value === null ? '' : ` ${value.replaceAll('|', '\\|')}`}\``;
      return `| ${written} | ${byDefault === null ? '–' : `\`${byDefault}\``} | ${help} | ${takenBy(of)} |`;
    });
  });
  return table('| option | default | meaning | commands |', rows);
}

function exitCodes(): string {
  return table(
    '| exit code | means |',
    (Object.keys(EXIT) as Ending[]).map((ending) => `| ${EXIT[ending]} | ${ENDING_MEANING[ending]} |`),
  );
}

function takenBy(names: readonly CommandName[]): string {
  return names.length === COMMAND_NAMES.length ? 'all' : names.join(', ');
}

function table(head: string, rows: readonly string[]): string {
  return `${[head, head.replace(/[^|]+/g, '---'), ...rows].join('\n')}\n`;
}

function split(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`the document has no ${marker.trim()}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

if (import.meta.main) {
  for (const [name, generated] of Object.entries(DOCUMENTS)) {
    const file = new URL(`../${name}`, import.meta.url);
    writeFileSync(file, regenerate(readFileSync(file, 'utf8'), generated));
  }
  writeFileSync(new URL(`../${MANIFEST_SCHEMA_FILE}`, import.meta.url), manifestSchema());
  writeChart();
}

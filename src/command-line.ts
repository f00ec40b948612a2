import { Command, CommanderError, Option } from 'commander';
import { ENDING_MEANING, EXIT } from './exit.ts';
import { COMMANDS, type CommandName, type Flag, OPTIONS, type OptionRow, variableOf } from './options.ts';

/** What stood on the command line, still as text. */
export type CommandLine =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'command';
      readonly command: CommandName;
      readonly args: readonly string[];
      /** Flags that were given: one text per occurrence, [] for a switch. */
      readonly flags: ReadonlyMap<Flag, readonly string[]>;
      /** What is wrong with the words themselves (unknown option, value missing). */
      readonly errors: readonly string[];
    };

/** The words that each command takes after its name, as its usage shows them. */
export const ARGUMENTS: Readonly<Record<CommandName, string>> = {
  backup: '',
  access: '',
  list: '',
  show: 'ARCHIVE [PROJECT[/TYPE[/NAME]]]',
  diff: 'ARCHIVE [ARCHIVE|live [TYPE [NAME]]]',
  history: 'PROJECT/TYPE/NAME',
  extract: 'ARCHIVE PROJECT --to DIR',
  verify: '[ARCHIVE...]',
  restore: 'ARCHIVE [PROJECT/TYPE/NAME...]',
  prune: '',
  idle: '',
  completion: 'bash|zsh|fish',
};

/**
 * Reads the words after the program's name. Nothing is printed and nothing
 * exits here: help and version come back as text, mistakes as a list, so that
 * they can be reported together with those of the environment.
 */
export function parseCommandLine(argv: readonly string[], version: string): CommandLine {
  let printed = '';
  let seen: { command: CommandName; args: readonly string[] } | null = null;
  const flags = new Map<Flag, string[]>();
  const errors: string[] = [];

  const program = new Command('openshift-backup')
    .version(version, '-V, --version', 'print the version')
    .description('Backs up everything a service account may list, as JSON for human eyes.')
    .usage('[command] [options]')
    .helpCommand('help [command]', 'help for a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {},
    })
    .addHelpText('after', `\n${exitStatusText()}`);

  for (const name of Object.keys(COMMANDS) as CommandName[]) {
    const command = program
      .command(name, { isDefault: name === 'backup' })
      .description(COMMANDS[name])
      .usage(`${ARGUMENTS[name]} [options]`.trimStart())
      .argument('[words...]')
      .helpOption('-h, --help', 'print this help')
      .configureHelp({
        optionTerm: (option) => option.flags.replace(/\[(.*)\]/, '$1'),
        optionDescription: (option) => option.description,
      })
      .allowUnknownOption()
      .addHelpText('after', `\n${VARIABLES_TEXT}\n\n${exitStatusText()}`);
    const rows = (OPTIONS as readonly OptionRow[]).filter((row) => row.commands.includes(name));
    const options = rows.map((row) => [row.flag as Flag, optionOf(row)] as const);
    for (const [, option] of options) command.addOption(option);
    command.action((words: string[]) => {
      for (const [flag, option] of options) {
        if (command.getOptionValueSource(option.attributeName()) !== 'cli') continue;
        const value: unknown = command.getOptionValue(option.attributeName());
        flags.set(flag, Array.isArray(value) ? value.map(String) : []);
      }
      const unknown = words.filter((word) => word.startsWith('-'));
      errors.push(
        ...unknown.map(
          (word) => `unknown option ${word.split('=')[0]} (openshift-backup ${name} --help lists them)`,
        ),
      );
      const args = words.filter((word) => !word.startsWith('-'));
      if (ARGUMENTS[name] === '' && args.length > 0) {
        errors.push(
          name === 'backup'
            ? `unknown command ${args[0]} (openshift-backup --help lists them)`
            : `${name} takes no arguments, but got ${args.join(' ')}`,
        );
      }
      seen = { command: name, args };
    });
  }

  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text: printed };
    errors.push(error.message.replace(/^error: /, ''));
  }
  const found: { command: CommandName; args: readonly string[] } = seen ?? { command: 'backup', args: [] };
  return { kind: 'command', ...found, flags, errors };
}

/** The table of exit codes as every help prints it. */
export function exitStatusText(): string {
  const rows = Object.entries(EXIT).map(
    ([ending, code]) => `  ${String(code).padEnd(4)} ${ENDING_MEANING[ending as keyof typeof EXIT]}`,
  );
  return ['EXIT STATUS', ...rows].join('\n');
}

const VARIABLES_TEXT = `Every option can be given as a variable: --retain-days 7 is ${variableOf('retain-days')}=7. Only restore wants --apply itself.`;

/** A row as commander takes it: values are gathered in a list, one per occurrence; '' where it was left out. */
function optionOf(row: OptionRow): Option {
  const short = { output: '-o, ', project: '-p, ' }[row.flag] ?? '';
  const byDefault = row.default === null ? '' : ` (default: ${row.default})`;
  const help = `${row.help}${byDefault}${row.repeatable ? ' (repeatable, comma-separated)' : ''}`;
  if (row.value === null) return new Option(`--${row.flag}`, help);
  return new Option(`${short}--${row.flag} [${row.value}]`, help)
    .preset('')
    .argParser((text: string, before: unknown) => [...(Array.isArray(before) ? before : []), text]);
}

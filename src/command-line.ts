import { Command, CommanderError, Option } from 'commander';
import {
  ARGUMENTS,
  COMMAND_GROUP,
  EXAMPLES,
  examplesText,
  FIRST_EXAMPLES,
  OPTION_GROUP,
  rankOf,
} from './command-help.ts';
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
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .description('help for a command')
        .helpGroup('Other commands:'),
    )
    .addHelpOption(helpOption())
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {},
    })
    .addHelpText('after', `\n${examplesText(FIRST_EXAMPLES)}\n\n${exitStatusText()}`);

  for (const name of Object.keys(COMMANDS) as CommandName[]) {
    const command = program
      .command(name, { isDefault: name === 'backup' })
      .description(COMMANDS[name])
      .helpGroup(COMMAND_GROUP[name])
      .usage(`${ARGUMENTS[name]} [options]`.trimStart())
      .argument('[words...]')
      .addHelpOption(helpOption().helpGroup('Output:'))
      .configureHelp({
        optionTerm: (option) => option.flags.replace(/\[(.*)\]/, '$1'),
        optionDescription: (option) => option.description,
      })
      .allowUnknownOption()
      .addHelpText('after', `\n${examplesText(EXAMPLES[name])}\n\n${VARIABLES_TEXT}\n\n${exitStatusText()}`);
    const rows = (OPTIONS as readonly OptionRow[]).filter((row) => row.commands.includes(name));
    const options = rows.flatMap((row) => {
      const flag = row.flag as Flag;
      const alias = flag === 'project' ? [[flag, namespaceAlias()] as const] : [];
      return [[flag, optionOf(row).helpGroup(OPTION_GROUP[flag])] as const, ...alias];
    });
    options.sort(([a], [b]) => rankOf(a) - rankOf(b));
    for (const [, option] of options) command.addOption(option);
    command.action((words: string[]) => {
      for (const [flag, option] of options) {
        if (command.getOptionValueSource(option.attributeName()) !== 'cli') continue;
        const value: unknown = command.getOptionValue(option.attributeName());
        const texts = Array.isArray(value) ? value.map(String) : [];
        flags.set(flag, [...(flags.get(flag) ?? []), ...texts]);
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
  const alias = row.flag === 'project' ? '; -n, --namespace is the same' : '';
  const help = `${row.help}${alias}${byDefault}${row.repeatable ? ' (repeatable, comma-separated)' : ''}`;
  if (row.value === null) return new Option(`--${row.flag}`, help);
  return withValues(new Option(`${short}--${row.flag} [${row.value}]`, help));
}

function helpOption(): Option {
  return new Option('-h, --help', 'print this help');
}

/** What kubectl and oc call a project. */
function namespaceAlias(): Option {
  return withValues(new Option('-n, --namespace [GLOB]').hideHelp());
}

function withValues(option: Option): Option {
  return option
    .preset('')
    .argParser((text: string, before: unknown) => [...(Array.isArray(before) ? before : []), text]);
}

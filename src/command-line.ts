import { Command, CommanderError, Option as Flag, Help } from 'commander';
import { ENDING_MEANING, EXIT } from './exit.ts';
import { COMMAND_NAMES, COMMANDS, type CommandName, type Example } from './options/commands.ts';
import { type Option, shownValue, variableOf } from './options/option.ts';
import { GROUPS } from './options/table.ts';
import { didYouMean } from './words/names.ts';

/** The command line, parsed into text values. */
export type CommandLine =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'command';
      readonly command: CommandName;
      readonly args: readonly string[];
      /** The given flags: one text per occurrence, [] for a switch. */
      readonly flags: ReadonlyMap<string, readonly string[]>;
      /** Mistakes in the command line itself (unknown option, missing value). */
      readonly errors: readonly string[];
    };

/**
 * Parses the arguments of the program. It neither prints nor exits: help and version are
 * returned as text, mistakes as a list, so that they can be reported together with those of
 * the environment.
 */
export function parseCommandLine(argv: readonly string[], version: string): CommandLine {
  let printed = '';
  let seen: { command: CommandName; args: readonly string[] } | null = null;
  const flags = new Map<string, string[]>();
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

  for (const name of COMMAND_NAMES) {
    const { does, heading, usage, examples } = COMMANDS[name];
    const command = program
      .command(name, { isDefault: name === 'backup' })
      .description(does)
      .helpGroup(heading)
      .usage(`${usage} [options]`.trimStart())
      .argument('[words...]')
      .addHelpOption(helpOption().helpGroup('Output:'))
      .configureHelp({
        optionTerm: (option) => option.flags.replace(/\[(.*)\]/, '$1'),
        optionDescription: (option) => option.description,
        // Otherwise, descriptions next to long option names do not wrap in a terminal of 80 columns.
        minWidthToWrap: 30,
      })
      .allowUnknownOption()
      .addHelpText('after', `\n${examplesText(examples)}\n\n${VARIABLES_TEXT}\n\n${exitStatusText()}`);
    const options = GROUPS.flatMap((group) =>
      group.options
        .filter(({ commands }) => commands.includes(name))
        .flatMap((option) =>
          flagsOf(option, name).map((flag) => [option.flag, flag.helpGroup(group.heading)] as const),
        ),
    );
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
          (word) =>
            `unknown option ${meantFlag(word.split('=')[0] ?? '', options)} (openshift-backup ${name} --help lists them)`,
        ),
      );
      const args = words.filter((word) => !word.startsWith('-'));
      if (usage === '' && args.length > 0) {
        errors.push(
          name === 'backup'
            ? unknownCommand(args[0] ?? '')
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
    // `help` of an unknown command: the message of commander is only "(outputHelp)".
    if (error.code === 'commander.help') errors.push(unknownCommand(argv[argv.indexOf('help') + 1] ?? ''));
    else errors.push(error.message.replace(/^error: /, ''));
  }
  const found: { command: CommandName; args: readonly string[] } = seen ?? { command: 'backup', args: [] };
  return { kind: 'command', ...found, flags, errors };
}

/** The width of commander's tables of options if stdout is not a terminal. */
const HELP_WIDTH = 80;

/** The table of exit codes, as help prints it. */
export function exitStatusText(): string {
  const rows = Object.entries(EXIT).map(([ending, code]) => {
    const meaning = new Help().boxWrap(ENDING_MEANING[ending as keyof typeof EXIT], HELP_WIDTH - 7);
    return `  ${String(code).padEnd(4)} ${meaning.replaceAll('\n', `\n${' '.repeat(7)}`)}`;
  });
  return ['EXIT STATUS', ...rows].join('\n');
}

const FIRST_EXAMPLES: readonly Example[] = [
  [
    'Back up everything that you have permission to list, to a directory',
    'openshift-backup backup --volume ./backups',
  ],
  [
    'What changed in a project since the last backup',
    'openshift-backup diff latest live -p shop --volume ./backups',
  ],
  ['What a restore of that project would do', 'openshift-backup restore latest -p shop --volume ./backups'],
];

const VARIABLES_TEXT = `Every option can also be set by an environment variable: --retain-days 7 is
${variableOf('retain-days')}=7.
Only --apply of restore has to be given on the command line.`;

/** The same for a flag; there is no guess for a single letter. */
function meantFlag(word: string, options: ReadonlyArray<readonly [flag: string, Flag]>): string {
  if (!word.startsWith('--')) return word;
  const names = options.map(([flag]) => flag);
  return `--${meant(word.slice(2), names).replaceAll(/(did you mean | or )/g, '$1--')}`;
}

function unknownCommand(word: string): string {
  return `unknown command ${meant(word, COMMAND_NAMES)} (openshift-backup --help lists them)`;
}

/** An unknown word, with similar names. */
function meant(word: string, names: readonly string[]): string {
  return `${word}${didYouMean(word, names)}`;
}

/** The flags of an option in the syntax of commander; help does not list an alias. */
function flagsOf(option: Option<unknown>, command: CommandName): Flag[] {
  const { short, alias } = option;
  const value = shownValue(option, command);
  const flags = [flagOf(short ?? null, option.flag, value, helpOf(option))];
  return alias === undefined ? flags : [...flags, flagOf(alias.short, alias.flag, value, '').hideHelp()];
}

function helpOf({ help, alias, repeatable, default: byDefault }: Option<unknown>): string {
  const same = alias === undefined ? '' : `; also -${alias.short}, --${alias.flag}`;
  const shown = byDefault === null ? '' : ` (default: ${byDefault})`;
  return `${help}${same}${shown}${repeatable ? ' (repeatable, comma-separated)' : ''}`;
}

/** Collects values in a list, one for each occurrence of the flag; '' if the value is missing. */
function flagOf(short: string | null, flag: string, value: string | null, help: string): Flag {
  const flags = short === null ? `--${flag}` : `-${short}, --${flag}`;
  if (value === null) return new Flag(flags, help);
  return new Flag(`${flags} [${value}]`, help)
    .preset('')
    .argParser((text: string, before: unknown) => [...(Array.isArray(before) ? before : []), text]);
}

function helpOption(): Flag {
  return new Flag('-h, --help', 'print this help');
}

function examplesText(examples: readonly Example[]): string {
  const lines = examples.flatMap(([wish, line]) => [`  # ${wish}`, `  ${line}`]);
  return ['EXAMPLES', ...lines].join('\n');
}

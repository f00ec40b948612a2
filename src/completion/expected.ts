import { COMMAND_NAMES, COMMANDS, type CommandName, isCommand } from '../options/commands.ts';
import { choicesOf, type Option } from '../options/option.ts';
import { optionsOf } from '../options/table.ts';

/** A candidate for the next word, with its description. */
export interface Candidate {
  readonly word: string;
  readonly meaning: string;
}

/** What can complete the last word of a command line. */
export type Expected =
  /** One of these. */
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'files' | 'directories' | 'nothing' }
  | { readonly kind: 'project' | 'resource' | 'zone' }
  /** An archive, or one of these words. */
  | { readonly kind: 'archive'; readonly words: readonly string[] }
  /** `PROJECT[/TYPE[/NAME]]` in an archive; `depth` is how many of the three, `withLogs` also allows `PROJECT/_logs/POD`. */
  | {
      readonly kind: 'address';
      readonly archive: string;
      readonly depth: number;
      readonly withLogs: boolean;
    };

const NOTHING: Expected = { kind: 'nothing' };

/** The kind of a value, by its placeholder in help; other values cannot be completed. */
const BY_PLACEHOLDER: ReadonlyMap<string | null, Expected> = new Map([
  ['FILE', { kind: 'files' }],
  ['DIR', { kind: 'directories' }],
  ['DIR|URL', { kind: 'directories' }],
  ['ZONE', { kind: 'zone' }],
  ['PROJECT', { kind: 'project' }],
  ['TYPE', { kind: 'resource' }],
]);

/**
 * Candidates for the last of the words (which may be empty), from the tables of commands and
 * options. The words do not include the name of the program.
 */
export function expectedAfter(words: readonly string[]): Expected {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const [first = ''] = before;
  if (before.length === 0 && !current.startsWith('-')) return ofCommands();
  const command = isCommand(first) ? first : null;
  const options = optionsOf(command ?? 'backup');
  const pending = optionFor(/^(--[a-z-]+)=/.exec(current)?.[1] ?? before.at(-1) ?? '', options);
  if (pending !== null) return valueOfOption(pending, command ?? 'backup');
  if (current.startsWith('-')) return { kind: 'words', candidates: flagsOf(options) };
  return command === null ? NOTHING : argumentOf(command, plainWords(before.slice(1), options));
}

function ofCommands(): Expected {
  const candidates = COMMAND_NAMES.map((word) => ({ word, meaning: COMMANDS[word].does }));
  return { kind: 'words', candidates };
}

function flagsOf(options: readonly Option<unknown>[]): Candidate[] {
  return [
    ...options.map(({ flag, help }) => ({ word: `--${flag}`, meaning: help })),
    { word: '--help', meaning: 'print the help' },
  ];
}

/** The option of a word, if it takes a value; otherwise null. */
function optionFor(word: string, options: readonly Option<unknown>[]): Option<unknown> | null {
  const found = options.find(
    ({ flag, short, alias }) =>
      word === `--${flag}` ||
      (short !== undefined && word === `-${short}`) ||
      (alias !== undefined && (word === `--${alias.flag}` || word === `-${alias.short}`)),
  );
  const takesValue = found !== undefined && (found.placeholder !== null || found.choices.length > 0);
  return takesValue ? found : null;
}

function valueOfOption(option: Option<unknown>, command: CommandName): Expected {
  if (option.choices.length > 0) return oneOf(choicesOf(option, command));
  return BY_PLACEHOLDER.get(option.placeholder) ?? NOTHING;
}

function oneOf(choices: readonly string[]): Expected {
  return { kind: 'words', candidates: choices.map((word) => ({ word, meaning: '' })) };
}

/** The arguments: words that are not options or values of options. */
function plainWords(words: readonly string[], options: readonly Option<unknown>[]): string[] {
  return words.filter(
    (word, at) => !word.startsWith('-') && optionFor(words[at - 1] ?? '', options) === null,
  );
}

/** Derived from the usage: `ARCHIVE [PROJECT[/TYPE[/NAME]]]`, `[ARCHIVE...]`, `[ARCHIVE|live]`, `bash|zsh|fish`. */
function argumentOf(command: CommandName, before: readonly string[]): Expected {
  const usage = (COMMANDS[command].usage.split(' --')[0] ?? '').split(' ');
  const last = usage.at(-1) ?? '';
  const argument = usage[before.length] ?? (last.includes('...') ? last : '');
  const [first = ''] = before;
  if (/^\[?[a-z]+\|/.test(argument)) return oneOf(argument.replace(/[[\]]/g, '').split('|'));
  if (/^\[?(ARCHIVE|A|B)\b/.test(argument))
    return { kind: 'archive', words: argument.match(/[a-z]+/g) ?? [] };
  if (/^\[?TYPE\b/.test(argument)) return { kind: 'resource' };
  if (/^\[?PROJECT\b/.test(argument)) {
    // `history PROJECT/TYPE/NAME` takes no archive; candidates come from the latest one.
    const archive = usage[0]?.startsWith('ARCHIVE') ? first : 'latest';
    return { kind: 'address', archive, depth: argument.split('/').length, withLogs: command === 'show' };
  }
  return NOTHING;
}

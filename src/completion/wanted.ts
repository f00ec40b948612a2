import { ARGUMENTS } from '../command-help.ts';
import { COMMANDS, type CommandName, OPTIONS, type OptionRow } from '../options.ts';

/** A word that may stand next, with what it means. */
export interface Candidate {
  readonly word: string;
  readonly meaning: string;
}

/** What may stand in the place of the last word of a line. */
export type Wanted =
  /** One of these. */
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'files' | 'directories' | 'nothing' }
  | { readonly kind: 'project' | 'resource' | 'zone' }
  /** An archive, or one of these words. */
  | { readonly kind: 'archive'; readonly words: readonly string[] }
  /** `PROJECT[/TYPE[/NAME]]` in an archive; `depth` is how many of the three. */
  | { readonly kind: 'address'; readonly archive: string; readonly depth: number };

const NAMES = Object.keys(COMMANDS) as CommandName[];
const ROWS: readonly OptionRow[] = OPTIONS;
const SHORT: ReadonlyMap<string, string> = new Map([
  ['-o', 'output'],
  ['-p', 'project'],
  ['-n', 'project'],
  ['--namespace', 'project'],
]);
/** Options whose values are resource types. */
const TYPE_FLAGS: ReadonlySet<string> = new Set(['resource', 'exclude-resource', 'include', 'status']);
const NOTHING: Wanted = { kind: 'nothing' };

/**
 * What the last of the words (which may be empty) can become, from the tables of
 * commands and options. Words are those behind the program's name.
 */
export function wantedAfter(words: readonly string[]): Wanted {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = NAMES.find((name) => name === before[0]) ?? null;
  if (before.length === 0 && !current.startsWith('-')) return ofCommands();
  const rows = ROWS.filter((row) => row.commands.includes(command ?? 'backup'));
  const joined = /^(--[a-z-]+)=/.exec(current)?.[1];
  const pending = flagOf(joined ?? before.at(-1) ?? '');
  const row = rows.find(({ flag, value }) => flag === pending && value !== null);
  if (row !== undefined) return valueOfOption(row);
  if (current.startsWith('-')) return { kind: 'words', candidates: flagsOf(rows) };
  return command === null ? NOTHING : argumentOf(command, plainWords(before.slice(1), rows));
}

function ofCommands(): Wanted {
  return { kind: 'words', candidates: NAMES.map((word) => ({ word, meaning: COMMANDS[word] })) };
}

function flagsOf(rows: readonly OptionRow[]): Candidate[] {
  return [
    ...rows.map(({ flag, help }) => ({ word: `--${flag}`, meaning: help })),
    { word: '--help', meaning: 'print the help' },
  ];
}

function flagOf(word: string): string | null {
  return SHORT.get(word) ?? (word.startsWith('--') ? word.slice(2) : null);
}

function valueOfOption({ flag, value }: OptionRow): Wanted {
  if (value?.includes('|')) return oneOf(value);
  if (value === 'FILE') return { kind: 'files' };
  if (value === 'DIR') return { kind: 'directories' };
  if (value === 'ZONE') return { kind: 'zone' };
  if (flag.endsWith('project')) return { kind: 'project' };
  return TYPE_FLAGS.has(flag) ? { kind: 'resource' } : NOTHING;
}

function oneOf(choices: string): Wanted {
  return { kind: 'words', candidates: choices.split('|').map((word) => ({ word, meaning: '' })) };
}

/** The words that are neither options nor their values. */
function plainWords(words: readonly string[], rows: readonly OptionRow[]): string[] {
  return words.filter((word, at) => {
    if (word.startsWith('-')) return false;
    const flag = flagOf(words[at - 1] ?? '');
    return !rows.some((row) => row.flag === flag && row.value !== null);
  });
}

/** Read off the usage: `ARCHIVE [PROJECT[/TYPE[/NAME]]]`, `[ARCHIVE...]`, `[ARCHIVE|live]`, `bash|zsh|fish`. */
function argumentOf(command: CommandName, before: readonly string[]): Wanted {
  const usage = (ARGUMENTS[command].split(' --')[0] ?? '').split(' ');
  const last = usage.at(-1) ?? '';
  const argument = usage[before.length] ?? (last.includes('...') ? last : '');
  const [first = ''] = before;
  if (/^\[?[a-z]+\|/.test(argument)) return oneOf(argument.replace(/[[\]]/g, ''));
  if (/^\[?(ARCHIVE|A|B)\b/.test(argument))
    return { kind: 'archive', words: argument.match(/[a-z]+/g) ?? [] };
  if (/^\[?TYPE\b/.test(argument)) return { kind: 'resource' };
  if (/^\[?PROJECT\b/.test(argument)) {
    // `history PROJECT/TYPE/NAME` has no archive; the latest tells what there is.
    const archive = before.length === 0 ? 'latest' : first;
    return { kind: 'address', archive, depth: argument.split('/').length };
  }
  return NOTHING;
}

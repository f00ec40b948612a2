import { checkGlobs, splitGlobs } from '../words/glob.ts';
import type { CommandName } from './commands.ts';

/** What all options have in common. */
export interface OptionRow {
  /** Long flag without dashes; its variable is OPENSHIFT_BACKUP_<FLAG>. */
  readonly flag: string;
  /** The short form of the flag: `p` for -p. */
  readonly short?: string;
  /** Another name of the flag, and its letter. */
  readonly alias?: { readonly flag: string; readonly short: string };
  readonly help: string;
  /** The commands that take it. */
  readonly commands: readonly CommandName[];
  /** Commands that accept it only as a flag, not as a variable: changes of a cluster must be requested on the command line. */
  readonly notByVariable?: readonly CommandName[];
  /** Its variable is meant for other commands: what a pod's backups are filtered by is in archives already. */
  readonly ignoresVariable?: true;
}

/** Reads a file that a value names; throws Error if it cannot be read. */
export type ReadText = (file: string) => string;

/** Parses the text of a value. Throws Error that says what is wrong: `must be true or false`. */
export type Parse<T> = (text: string, readText: ReadText) => T;

/** What the user gave for an option. */
export interface Given {
  /** One text for each occurrence; [] for a switch on the command line; null if it was not given. */
  readonly texts: readonly string[] | null;
  readonly command: CommandName;
  readonly readText: ReadText;
}

/** What is wrong with one text, or (null) with all texts of the option together. */
export interface Mistake {
  readonly text: string | null;
  readonly message: string;
}

/** The value of an option, or all mistakes in what was given. */
export type Reading<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly Mistake[] };

/**
 * One option: its flag, its meaning, the commands that accept it, and the parser of its value. Command line, environment, config, help, completion and the table in docs/reference.md come from it.
 */
export interface Option<T> extends OptionRow {
  /** Name of the value in help, from which completion knows its kind; null for a switch or if there are choices. */
  readonly placeholder: string | null;
  /** The allowed values, with the commands that accept each; [] if any value is allowed. */
  readonly choices: readonly Choice[];
  /** As a user would write it; null if there is none. */
  readonly default: string | null;
  readonly repeatable: boolean;
  readonly read: (given: Given) => Reading<T>;
}

const MISSING = { kind: 'mistakes', mistakes: [{ text: '', message: 'needs a value' }] } as const;

interface Choice {
  readonly word: string;
  /** Null means all commands that accept the option. */
  readonly commands: readonly CommandName[] | null;
}

/** The values of a table of options, each under the key of its row. */
export type ValuesOf<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends Option<infer T> ? T : never;
};

/** An option with a value and a default. If it is given several times, the last value counts. */
export function withDefault<T>(
  row: OptionRow & { readonly placeholder: string; readonly default: string; readonly parse: Parse<T> },
): Option<T> {
  const read = ({ texts, readText }: Given) => parsed(lastOf(texts) ?? row.default, row.parse, readText);
  return { ...row, choices: [], repeatable: false, read };
}

/** An option with a value; null if it is not given. If it is given several times, the last value counts. */
export function optional<T>(
  row: OptionRow & { readonly placeholder: string; readonly parse: Parse<T> },
): Option<T | null> {
  const read = ({ texts, readText }: Given): Reading<T | null> => {
    const text = lastOf(texts);
    return text === null ? { kind: 'value', value: null } : parsed(text, row.parse, readText);
  };
  return { ...row, choices: [], default: null, repeatable: false, read };
}

/** An option whose value is one of a few words; `only` limits some of them to certain commands. */
export function choice<const T extends string>(
  row: OptionRow & {
    readonly choices: readonly T[];
    readonly only?: Partial<Record<NoInfer<T>, readonly CommandName[]>>;
    readonly default: NoInfer<T>;
  },
): Option<T> {
  const choices = row.choices.map((word) => ({ word, commands: row.only?.[word] ?? null }));
  const read = ({ texts, command }: Given): Reading<T> => {
    const words = choices.filter((each) => isFor(each, command)).map(({ word }) => word);
    return parsed(lastOf(texts) ?? row.default, oneOf(words), noFiles);
  };
  return { ...row, placeholder: null, choices, repeatable: false, read };
}

/** An option that may be given several times, each time with several values separated by commas. */
export function list<T>(
  row: OptionRow & {
    readonly placeholder: string;
    readonly parse: Parse<T>;
    readonly split?: (text: string) => readonly string[];
  },
): Option<readonly T[]> {
  return collected({ ...row, collect: (values) => values });
}

/** Patterns of names: commas inside of {…} belong to a pattern. */
export function globs(row: OptionRow & { readonly placeholder: string }): Option<readonly string[]> {
  return collected({
    ...row,
    split: splitGlobs,
    parse: (text) => checked([text])[0] ?? '',
    // Their number and their length together have limits, too.
    collect: checked,
  });
}

/** Like list(), but `collect` combines the values; it throws Error if they contradict each other. */
export function collected<T, R>(
  row: OptionRow & {
    readonly placeholder: string;
    readonly parse: Parse<T>;
    readonly split?: (text: string) => readonly string[];
    readonly collect: (values: readonly T[]) => R;
  },
): Option<R> {
  const split = row.split ?? ((text: string) => text.split(','));
  const read = ({ texts, readText }: Given): Reading<R> => {
    const readings = (texts ?? []).flatMap((text) =>
      // For an empty part, quote the whole text: it shows where the part is.
      text === ''
        ? [MISSING]
        : split(text).map((part) => attempt(part || text, () => row.parse(part, readText))),
    );
    const mistakes = readings.flatMap((each) => (each.kind === 'mistakes' ? each.mistakes : []));
    if (mistakes.length > 0) return { kind: 'mistakes', mistakes };
    const values = readings.flatMap((each) => (each.kind === 'value' ? [each.value] : []));
    return attempt(null, () => row.collect(values));
  };
  return { ...row, choices: [], default: null, repeatable: true, read };
}

/** A switch that turns something on: true if it is given. */
export function turnsOn(row: OptionRow): Option<boolean> {
  return switched(row, true);
}

/** A switch that turns something off (`--no-status`): false if it is given. */
export function turnsOff(row: OptionRow): Option<boolean> {
  return switched(row, false);
}

function switched(row: OptionRow, whenGiven: boolean): Option<boolean> {
  const read = ({ texts }: Given): Reading<boolean> => {
    if (texts === null) return { kind: 'value', value: !whenGiven };
    const text = lastOf(texts);
    if (text === null) return { kind: 'value', value: whenGiven };
    return parsed(text, (each) => switchValue(each) === whenGiven, noFiles);
  };
  return { ...row, placeholder: null, choices: [], default: null, repeatable: false, read };
}

/** `true`, `1`, `yes` or `false`, `0`, `no`, in any case. Throws Error for anything else. */
export function switchValue(text: string): boolean {
  if (['true', '1', 'yes'].includes(text.toLowerCase())) return true;
  if (['false', '0', 'no'].includes(text.toLowerCase())) return false;
  throw new Error('must be true or false');
}

/** The values that a command accepts for an option; [] if it accepts any, or the option is a switch. */
export function choicesOf(option: Option<unknown>, command: CommandName): readonly string[] {
  return option.choices.filter((each) => isFor(each, command)).map(({ word }) => word);
}

/** The value as help shows it for a command: `DIR`, `text|json`, null for a switch. */
export function shownValue(option: Option<unknown>, command: CommandName): string | null {
  return option.choices.length === 0 ? option.placeholder : choicesOf(option, command).join('|');
}

/** The environment variable of a flag: `retain-days` → `OPENSHIFT_BACKUP_RETAIN_DAYS`. */
export function variableOf(flag: string): string {
  return `OPENSHIFT_BACKUP_${flag.toUpperCase().replaceAll('-', '_')}`;
}

function isFor({ commands }: Choice, command: CommandName): boolean {
  return commands?.includes(command) ?? true;
}

function lastOf(texts: readonly string[] | null): string | null {
  return texts?.at(-1) ?? null;
}

function parsed<T>(text: string, parse: Parse<T>, readText: ReadText): Reading<T> {
  if (text === '') return MISSING;
  return attempt(text, () => parse(text, readText));
}

/** Parsers throw, since most of them have other callers; from here on, mistakes are values. */
function attempt<T>(text: string | null, parse: () => T): Reading<T> {
  try {
    return { kind: 'value', value: parse() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'mistakes', mistakes: [{ text, message }] };
  }
}

function oneOf<T extends string>(words: readonly T[]): Parse<T> {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw new Error(`must be one of ${words.join(', ')}`);
    return found;
  };
}

function checked(patterns: readonly string[]): readonly string[] {
  const [mistake] = checkGlobs(patterns);
  if (mistake !== undefined) throw new Error(mistake);
  return patterns;
}

function noFiles(file: string): string {
  throw new Error(`cannot read ${file}`);
}

import type { CommandLine } from './command-line.ts';
import { ARCHIVES, MARKS, RETENTION } from './options/archives.ts';
import type { CommandName } from './options/commands.ts';
import { CONNECTION } from './options/connection.ts';
import { COPIES } from './options/copies.ts';
import {
  type Mistake,
  type Option,
  type ReadText,
  switchValue,
  type ValuesOf,
  variableOf,
} from './options/option.ts';
import { ACTION, OUTPUT } from './options/output.ts';
import { REHEARSAL } from './options/rehearsal.ts';
import { RESTORE } from './options/restore.ts';
import { CONTENT, SCOPE } from './options/scope.ts';
import { STORES } from './options/stores.ts';
import { OPTIONS } from './options/table.ts';
import type { Scope } from './plan/scope.ts';
import { brief } from './words/names.ts';

/** The configuration of a command, validated once and never changed: the values of the tables in options/. */
export interface Config
  extends ValuesOf<typeof CONTENT>,
    ValuesOf<typeof ACTION>,
    ValuesOf<typeof RETENTION>,
    ValuesOf<typeof MARKS>,
    ValuesOf<typeof ARCHIVES>,
    ValuesOf<typeof COPIES>,
    ValuesOf<typeof STORES>,
    ValuesOf<typeof CONNECTION>,
    ValuesOf<typeof OUTPUT> {
  readonly command: CommandName;
  readonly args: readonly string[];
  readonly scope: Scope;
  readonly restore: ValuesOf<typeof RESTORE>;
  readonly rehearsal: ValuesOf<typeof REHEARSAL>;
  /** The options that were given on the command line or by a variable; the others have their defaults. */
  readonly given: ReadonlySet<Option<unknown>>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A valid Config with warnings, or all errors at once. */
export type ConfigResult =
  | { readonly kind: 'config'; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly kind: 'errors'; readonly errors: readonly string[] };

type Line = Extract<CommandLine, { kind: 'command' }>;

/**
 * A flag overrides a variable, and a variable the default. `readText` reads the files that
 * `--filter @FILE` and `--preference FILE` name, and throws if it cannot.
 */
export function readConfig(line: Line, environment: Environment, readText: ReadText): ConfigResult {
  const reader = new OptionReader(line, environment, readText);
  const { command, args } = line;
  const [content, action, retention] = [reader.table(CONTENT), reader.table(ACTION), reader.table(RETENTION)];
  const [archives, stores, marks, connection, copies] = [
    reader.table(ARCHIVES),
    reader.table(STORES),
    reader.table(MARKS),
    reader.table(CONNECTION),
    reader.table(COPIES),
  ];
  const [output, scope, restore] = [reader.table(OUTPUT), reader.table(SCOPE), reader.table(RESTORE)];
  const rehearsal = reader.table(REHEARSAL);
  const secrets = backupSecrets(command, environment, reader.errors);
  // A pod may have the variable for its backups; the objects in archives have been filtered already.
  const [, other = 'live'] = args;
  if (command === 'diff' && line.flags.has('filter') && other !== 'live')
    reader.errors.push('--filter works only with diff ARCHIVE live; two archives are compared as they are');
  if (
    !(
      content &&
      action &&
      retention &&
      archives &&
      marks &&
      connection &&
      copies &&
      stores &&
      output &&
      scope &&
      restore &&
      rehearsal
    )
  )
    return { kind: 'errors', errors: reader.errors };
  if (reader.errors.length > 0) return { kind: 'errors', errors: reader.errors };
  const config: Config = {
    ...content,
    ...action,
    ...retention,
    ...archives,
    ...stores,
    ...marks,
    ...connection,
    ...copies,
    ...output,
    command,
    args,
    scope: { ...scope, secrets: scope.secrets && secrets },
    restore,
    rehearsal,
    given: reader.given,
  };
  return { kind: 'config', config, warnings: unknownVariables(environment) };
}

/** The source of an option's values. */
interface Found {
  readonly texts: readonly string[];
  /** How an error message names one of them: `--zone Mars`, `OPENSHIFT_BACKUP_ZONE=Mars`. */
  readonly origin: (text: string | null) => string;
  readonly variable: string | null;
}

/** Reads options from a command line and an environment, and collects mistakes. */
class OptionReader {
  readonly errors: string[];
  readonly given = new Set<Option<unknown>>();
  readonly #line: Line;
  readonly #environment: Environment;
  readonly #readText: ReadText;

  constructor(line: Line, environment: Environment, readText: ReadText) {
    this.#line = line;
    this.#environment = environment;
    this.#readText = readText;
    this.errors = [...line.errors];
  }

  /** The values of all options of a table, or null if one of them is invalid. */
  table<V extends object>(table: { readonly [Key in keyof V]: Option<V[Key]> }): V | null {
    const values: Partial<V> = {};
    for (const key in table) this.#read(table, key, values);
    const isWhole = (read: Partial<V>): read is V => Object.keys(table).every((key) => key in read);
    return isWhole(values) ? values : null;
  }

  #read<V extends object, Key extends keyof V>(
    table: { readonly [K in keyof V]: Option<V[K]> },
    key: Key,
    values: Partial<V>,
  ): void {
    const option = table[key];
    const found = this.#find(option);
    const { command } = this.#line;
    const reading = option.read({ texts: found?.texts ?? null, command, readText: this.#readText });
    if (reading.kind === 'mistakes') {
      this.errors.push(...reading.mistakes.map((each) => messageOf(each, found)));
      return;
    }
    values[key] = reading.value;
    if (found === null) return;
    this.given.add(option);
    // Whoever changes a cluster must ask for it in the command, not by a variable set some time ago.
    const isOn: unknown = reading.value;
    if (found.variable !== null && option.notByVariable?.includes(command) && isOn === true)
      this.errors.push(`${found.variable} is set; ${command} takes --${option.flag} only as an option`);
  }

  /** Null if the command does not accept the option, or it was not given. */
  #find({ flag, commands, ignoresVariable }: Option<unknown>): Found | null {
    if (!commands.includes(this.#line.command)) return null;
    const texts = this.#line.flags.get(flag);
    if (texts !== undefined) {
      return { texts, variable: null, origin: (text) => (text ? `--${flag} ${brief(text)}` : `--${flag}`) };
    }
    if (ignoresVariable) return null;
    const variable = variableOf(flag);
    const value = this.#environment[variable];
    // Kubernetes manifests cannot unset a variable, so an empty one counts as not given.
    if (value === undefined || value === '') return null;
    return { texts: [value], variable, origin: (text) => `${variable}=${brief(text ?? value)}` };
  }
}

function messageOf({ text, message }: Mistake, found: Found | null): string {
  return found === null ? message : `${found.origin(text)}: ${message}`;
}

/** BACKUP_SECRETS=false is the older way to say --no-secrets. */
function backupSecrets(command: CommandName, environment: Environment, errors: string[]): boolean {
  const value = environment.BACKUP_SECRETS;
  if (value === undefined || value === '' || (command !== 'backup' && command !== 'access')) return true;
  try {
    return switchValue(value);
  } catch (error) {
    errors.push(`BACKUP_SECRETS=${value}: ${error instanceof Error ? error.message : String(error)}`);
    return true;
  }
}

/** Variables with our prefix that no option has, except those that Kubernetes sets for Services called openshift-backup-…. */
function unknownVariables(environment: Environment): string[] {
  const known = new Set(OPTIONS.map(({ flag }) => variableOf(flag)));
  return Object.keys(environment)
    .filter((name) => name.startsWith('OPENSHIFT_BACKUP_') && !known.has(name))
    .filter((name) => !/_(SERVICE_(HOST|PORT)(_\w+)?|PORT|PORT_\d+_\w+)$/.test(name))
    .map((name) => `${name} is set, but no option has that name; it is ignored`);
}

import { type Ignored, parseIgnored, splitIgnored } from './changes/ignored.ts';
import type { CommandLine } from './command-line.ts';
import { pairMistakes, projectPair, type RestoreConfig, textPair } from './config-restore.ts';
import { type CommandName, choicesOf, type Flag, OPTIONS, rowOf, variableOf } from './options.ts';
import type { Scope } from './plan/scope.ts';
import { checkSelector } from './types/selector.ts';
import { checkName, checkStamp, checkZone } from './volume/names.ts';
import { type Duration, parseDuration, parseSince, type Since } from './words/duration.ts';
import { checkGlobs, splitGlobs } from './words/glob.ts';

/** All that a command needs to know, validated once and never changed. */
export interface Config {
  readonly command: CommandName;
  readonly args: readonly string[];
  readonly volume: string;
  readonly name: string;
  readonly stamp: string;
  readonly zone: string;
  readonly retainDays: number;
  readonly retainMin: number;
  readonly kubeconfig: string | null;
  readonly context: string | null;
  readonly scope: Scope;
  /** The jq program itself, read from its file where `@FILE` named one. */
  readonly filter: string | null;
  readonly withStatus: boolean;
  readonly withMetadata: boolean;
  /** `show`: print the server's metadata with the objects. */
  readonly showMetadata: boolean;
  /** Milliseconds without a byte after which a request is given up. */
  readonly requestTimeout: number;
  /** Milliseconds for which failing requests are tried again. */
  readonly retryFor: number;
  readonly apply: boolean;
  readonly showSecrets: boolean;
  readonly showStatus: boolean;
  /** Where `extract` writes. */
  readonly to: string | null;
  readonly maxAge: Duration | null;
  readonly since: Since | null;
  /** Compare also what changes by itself. */
  readonly includeNoise: boolean;
  /** Fields that no comparison shows. */
  readonly ignored: readonly Ignored[];
  readonly restore: RestoreConfig;
  readonly output: (typeof OUTPUTS)[number];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logFormat: 'auto' | 'text' | 'json';
}

/** Every form of output; which of them a command knows stands in the table of options. */
const OUTPUTS = ['text', 'wide', 'json', 'yaml', 'markdown', 'html'] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** A valid Config with what is worth a warning, or everything that is wrong, at once. */
export type ConfigResult =
  | { readonly kind: 'config'; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly kind: 'errors'; readonly errors: readonly string[] };

/**
 * Flag beats variable beats default. `readText` reads the file of `--filter @FILE`
 * and throws when it cannot.
 */
export function readConfig(
  line: Extract<CommandLine, { kind: 'command' }>,
  environment: Environment,
  readText: (file: string) => string,
): ConfigResult {
  const errors = [...line.errors];
  const given = (flag: Flag) => lookUp(flag, line, environment);

  /** The checked value of an option; a mistake is noted and the default stands in for it. */
  function take<T>(flag: Flag, fallback: T, check: (text: string) => T): T {
    const found = given(flag);
    if (found === null) return fallback;
    const last = found.texts.at(-1) ?? '';
    try {
      if (last === '') throw new Error('needs a value');
      return check(last);
    } catch (error) {
      errors.push(`${found.origin}: ${error instanceof Error ? error.message : String(error)}`);
      return fallback;
    }
  }
  const text = (flag: Flag) => take<string | null>(flag, null, (value) => value);
  const globs = (flag: Flag): readonly string[] => {
    const found = given(flag);
    if (found === null) return [];
    const patterns = found.texts.flatMap(splitGlobs);
    errors.push(...checkGlobs(patterns).map((mistake) => `${found.origin}: ${mistake}`));
    return patterns;
  };
  /** The checked values of an option that may be given several times. */
  function each<T>(
    flag: Flag,
    check: (text: string) => T,
    split: (text: string) => readonly string[] = (text) => text.split(','),
  ): readonly T[] {
    const values: T[] = [];
    for (const value of (given(flag)?.texts ?? []).flatMap((text) => split(text))) {
      try {
        values.push(check(value));
      } catch (error) {
        errors.push(`--${flag} ${value}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return values;
  }
  const on = (flag: Flag): boolean => {
    const found = given(flag);
    if (found === null) return false;
    if (found.texts.length === 0) return true;
    return take(flag, false, switchValue);
  };

  const mapping = each('map', projectPair);
  const replacements = each('replace', textPair);
  errors.push(...pairMistakes('map', mapping), ...pairMistakes('replace', replacements));
  const zone = take('zone', 'UTC', checkZone);
  const forms = choicesOf('output', line.command);
  const config: Config = {
    command: line.command,
    args: line.args,
    volume: take('volume', '/openshift-backup', (value) => value),
    name: take('name', 'openshift-backup', checkName),
    zone,
    stamp: take('stamp', 'yyyyMMddHHmm', checkStamp),
    retainDays: take('retain-days', 7, wholeNumber(0)),
    retainMin: take('retain-min', 1, wholeNumber(0)),
    kubeconfig: text('kubeconfig'),
    context: text('context'),
    scope: {
      projects: globs('project'),
      excludeProjects: globs('exclude-project'),
      resources: globs('resource'),
      excludeResources: globs('exclude-resource'),
      include: globs('include'),
      clusterResources: take('cluster-resources', 'auto', oneOf('auto', 'yes', 'no')),
      selector: take<string | null>('selector', null, checkSelector),
      secrets: !on('no-secrets') && backupSecrets(line.command, environment, errors),
      includeDefaultExcluded: on('include-default-excluded'),
    },
    filter: take<string | null>('filter', null, (value) =>
      value.startsWith('@') ? readText(value.slice(1)) : value,
    ),
    withStatus: !on('no-status'),
    withMetadata: !on('no-metadata'),
    showMetadata: on('metadata'),
    requestTimeout: take('request-timeout', 30, wholeNumber(1)) * 1000,
    retryFor: take('retry-for', 60, wholeNumber(0)) * 1000,
    apply: on('apply'),
    showSecrets: on('show-secrets'),
    showStatus: line.command !== 'restore' && on('status'),
    includeNoise: on('include-noise'),
    ignored: each('ignore', parseIgnored, splitIgnored),
    restore: {
      preference: take<string | null>('preference', null, readText),
      mapping: new Map(mapping),
      replacements: replacements.map(([from, to]) => ({ from, to })),
      existing: take('existing', null, oneOf('skip', 'update', 'replace', 'fail')),
      forceConflicts: on('force-conflicts'),
      status: line.command === 'restore' ? globs('status') : [],
      preserveNodePorts: on('preserve-nodeports'),
      suspend: on('suspend'),
      rebindStorageClasses: globs('rebind-storage-class'),
      wait: take('wait', 60, wholeNumber(0)) * 1000,
    },
    to: text('to'),
    maxAge: take<Duration | null>('max-age', null, parseDuration),
    since: take<Since | null>('since', null, (value) => parseSince(value, zone)),
    output: take('output', 'text', oneOf(...OUTPUTS.filter((form) => forms.includes(form)))),
    logLevel: take('log-level', 'info', oneOf('debug', 'info', 'warn', 'error')),
    logFormat: take('log-format', 'auto', oneOf('auto', 'text', 'json')),
  };
  // What writes to a cluster is said by whoever writes, not by what a shell has set some time ago.
  if (config.apply && line.command === 'restore' && !line.flags.has('apply'))
    errors.push(`${variableOf('apply')} is set; restore wants --apply on its command line`);
  // A pod may have the variable for its backups; what is in archives has been through the filter.
  const [, other = 'live'] = line.args;
  if (line.command === 'diff' && line.flags.has('filter') && other !== 'live')
    errors.push('--filter applies to diff ARCHIVE live alone; two archives are compared as they are');
  if (errors.length > 0) return { kind: 'errors', errors };
  return { kind: 'config', config, warnings: unknownVariables(environment) };
}

/** Where an option's text was found, or null where the default holds. */
function lookUp(flag: Flag, line: Extract<CommandLine, { kind: 'command' }>, environment: Environment) {
  if (rowOf(flag, line.command) === null) return null;
  const texts = line.flags.get(flag);
  if (texts !== undefined) return { origin: `--${flag} ${texts.at(-1) ?? ''}`.trim(), texts };
  const variable = environment[variableOf(flag)];
  // Kubernetes manifests cannot unset a variable, so an empty one counts as not given.
  if (variable === undefined || variable === '') return null;
  return { origin: `${variableOf(flag)}=${variable}`, texts: [variable] };
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

/** Variables that look like ours and are none; those of Services called openshift-backup-… are Kubernetes' own. */
function unknownVariables(environment: Environment): string[] {
  const known = new Set(OPTIONS.map((row) => variableOf(row.flag)));
  return Object.keys(environment)
    .filter((name) => name.startsWith('OPENSHIFT_BACKUP_') && !known.has(name))
    .filter((name) => !/_(SERVICE_(HOST|PORT)(_\w+)?|PORT|PORT_\d+_\w+)$/.test(name))
    .map((name) => `${name} is set, but no option has that name; it is ignored`);
}

function switchValue(value: string): boolean {
  if (['true', '1', 'yes'].includes(value.toLowerCase())) return true;
  if (['false', '0', 'no'].includes(value.toLowerCase())) return false;
  throw new Error('must be true or false');
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,6}$/.test(text) || value < least)
      throw new Error(`must be a whole number from ${least} to 999999`);
    return value;
  };
}

function oneOf<const T extends string>(...values: readonly T[]): (text: string) => T {
  return (text) => {
    const found = values.find((value) => value === text);
    if (found === undefined) throw new Error(`must be one of ${values.join(', ')}`);
    return found;
  };
}

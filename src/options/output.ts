import { parseDuration } from '../words/duration.ts';
import { COMMAND_NAMES, COMPARING, type CommandName } from './commands.ts';
import { choice, optional, turnsOff, turnsOn } from './option.ts';

/** Commands whose whole answer is one JSON document, which can be printed as YAML, too. */
const ONE_DOCUMENT: readonly CommandName[] = [
  'access',
  'list',
  'show',
  'extract',
  'verify',
  'rehearse',
  'prune',
  'copy',
  'version',
];

/** What a command does with its result. */
export const ACTION = {
  apply: turnsOn({
    flag: 'apply',
    help: 'make the changes; without it they are only reported',
    commands: ['prune', 'copy', 'restore'],
    notByVariable: ['restore'],
  }),
  to: optional({
    flag: 'to',
    placeholder: 'DIR',
    help: 'a new or empty directory, a new FILE.zip, or - for a zip on stdout; Secrets in it are not masked, and only you can read it',
    commands: ['extract'],
    parse: (text) => text,
  }),
  maxAge: optional({
    flag: 'max-age',
    placeholder: 'TIME',
    help: 'fail unless a complete archive is younger than this (25h, 90m, 7d); only archives named as arguments are read in full',
    commands: ['verify'],
    parse: parseDuration,
  }),
  rehearsed: optional({
    flag: 'rehearsed',
    placeholder: 'TIME',
    help: 'fail unless a successful rehearsal ended within this time (8d); only archives named as arguments are read in full',
    commands: ['verify'],
    parse: parseDuration,
  }),
};

/** What is printed, and how. */
export const OUTPUT = {
  showSecrets: turnsOn({
    flag: 'show-secrets',
    help: 'print secret values instead of masking them: data of Secrets and copies of it, private keys, tokens',
    commands: ['show', ...COMPARING],
  }),
  output: choice({
    flag: 'output',
    short: 'o',
    choices: ['text', 'wide', 'json', 'yaml', 'markdown', 'html'],
    only: { wide: ['list'], yaml: ONE_DOCUMENT, markdown: COMPARING, html: ['list', ...COMPARING] },
    default: 'text',
    help: 'output format',
    commands: [...ONE_DOCUMENT, ...COMPARING, 'restore'],
  }),
  pager: turnsOff({
    flag: 'no-pager',
    help: 'print directly to the terminal instead of through a pager (PAGER, by default less)',
    commands: ['log'],
  }),
  logLevel: choice({
    flag: 'log-level',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    help: 'print messages of this level and above on stderr',
    commands: COMMAND_NAMES,
  }),
  logFormat: choice({
    flag: 'log-format',
    choices: ['auto', 'text', 'json'],
    default: 'auto',
    help: 'format of messages; auto: JSON lines for backup, prune and idle in a pod without a terminal, otherwise text',
    commands: COMMAND_NAMES,
  }),
};

#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --max-semi-space-size=1
// What comes off the socket is garbage a moment later: a small young generation and one malloc arena keep it from piling up.
import { readFileSync } from 'node:fs';
import { parseCommandLine } from './command-line.ts';
import type { Context, Run } from './commands/context.ts';
import { readConfig } from './config.ts';
import { type Ending, EXIT } from './exit.ts';
import type { CommandName } from './options.ts';
import { jsonLog, type Log, logsJson, textLog } from './output/log.ts';
import { printable } from './output/printable.ts';
import { screenOn } from './output/screen.ts';
import { Failure } from './snapshot/failure.ts';
import { TOOL } from './version.ts';

/** Each command is loaded when it is called: `list` has no use for a Kubernetes client. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<Run>>> = {
  backup: async () => (await import('./commands/backup.ts')).backup,
  access: async () => (await import('./commands/access.ts')).access,
  list: async () => (await import('./commands/list.ts')).list,
  show: async () => (await import('./commands/show.ts')).show,
  diff: async () => (await import('./commands/diff.ts')).diff,
  history: async () => (await import('./commands/history.ts')).history,
  extract: async () => (await import('./commands/extract.ts')).extract,
  verify: async () => (await import('./commands/verify.ts')).verify,
  restore: async () => (await import('./commands/restore.ts')).restore,
  prune: async () => (await import('./commands/prune.ts')).prune,
  idle: async () => (await import('./commands/idle.ts')).idle,
  completion: async () => (await import('./commands/completion.ts')).completion,
  version: async () => (await import('./commands/version.ts')).version,
};

const RESUMED = 'run it again: what is there already counts as existing';
/** Milliseconds. */
const COMPLETION_PATIENCE = 2000;

const screen = screenOn(process.stdout, process.stderr);

/** What to do when nobody reads any more. */
let unheard: () => void = () => process.exit(EXIT.done);

/** argv → command → ending; the only place that knows the process. */
async function main(argv: readonly string[]): Promise<Ending> {
  if (argv[0] === '__complete') return await completed(argv.slice(1));
  const line = parseCommandLine(argv, TOOL.version);
  if (line.kind === 'text') {
    screen.print(line.text);
    return 'done';
  }
  const result = readConfig(line, process.env, (file) => readFileSync(file, 'utf8'));
  if (result.kind === 'errors') {
    screen.tell(result.errors.map((error) => `openshift-backup: ${printable(error)}\n`).join(''));
    return 'usage';
  }
  const { config } = result;
  const atTerminal = process.stderr.isTTY === true;
  const asText = !logsJson(config, atTerminal, process.env);
  const log = (asText ? textLog : jsonLog)(config.logLevel, screen.tell);
  for (const warning of result.warnings) log.warn(warning);

  const interrupted = new AbortController();
  let signalled: 'SIGINT' | 'SIGTERM' | null = null;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second one is for a run that does not end by itself. As PID 1 there is no default action to leave it to.
      if (signalled !== null) process.exit(EXIT[signal]);
      signalled = signal;
      interrupted.abort(new Error(`ended by ${signal}`));
    });
  }
  let isUnheard = false;
  if (config.command === 'restore' && config.apply) {
    // Half a restore must not look like a whole one.
    unheard = () => {
      isUnheard = true;
      interrupted.abort(new Error('nobody reads the report'));
    };
  }
  const context: Context = {
    config,
    environment: process.env,
    log,
    print: screen.print,
    forPeople: asText,
    progress: asText && atTerminal ? screen.progress : null,
    columns: process.stdout.columns ?? 0,
    now: () => new Date(),
    peakMemory: () => process.resourceUsage().maxRSS * 1024,
    signal: interrupted.signal,
  };
  try {
    const run = await COMMANDS[config.command]();
    const ending = await run(context);
    return signalled ?? ending;
  } catch (error) {
    if (signalled !== null) {
      log.warn(`Ended by ${signalled}; ${config.command === 'restore' ? RESUMED : 'nothing was published'}`);
      return signalled;
    }
    if (isUnheard) {
      log.warn(`Ended in the middle, since nobody reads the report any more; ${RESUMED}`);
      return 'incomplete';
    }
    if (error instanceof Failure) return failed(error, log);
    // A defect of ours. Node would end with 1, which is diff's code for differences.
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error('This should not happen; please report it with these lines', { stack });
    return 'failed';
  }
}

/** A person waits behind the Tab key, so that neither a mistake nor a volume that hangs may be noticed. */
async function completed(words: readonly string[]): Promise<Ending> {
  setTimeout(() => process.exit(EXIT.done), COMPLETION_PATIENCE).unref();
  try {
    const { completionText } = await import('./completion/complete.ts');
    screen.print(await completionText(words, process.env));
  } catch {
    screen.print(':done\n');
  }
  return 'done';
}

function failed(failure: Failure, log: Log): Ending {
  log.error(failure.message, failure.hint === null ? {} : { hint: failure.hint });
  return failure.ending;
}

// A reader that has seen enough (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  unheard();
});
process.exitCode = EXIT[await main(process.argv.slice(2))];

#!/usr/bin/env -S MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=1048576 node --max-semi-space-size=1 --heap-growing-percent=20
// Buffers from the socket soon become garbage; a small young generation, a heap that grows by a fifth at a time and a
// single malloc arena keep memory low.
import { readFileSync } from 'node:fs';
import { Settings } from 'luxon';
import { parseCommandLine } from './command-line.ts';
import type { Context } from './commands/context.ts';
import { COMMANDS } from './commands/load.ts';
import { readConfig } from './config.ts';
import { peakMemory } from './disk/peak-memory.ts';
import { type Ending, EXIT } from './exit.ts';
import type { CommandName } from './options/commands.ts';
import { type Log, logsJson, textLog } from './output/print/log.ts';
import { printable } from './output/print/printable.ts';
import { screenOn } from './output/print/screen.ts';
import { TOOL } from './version.ts';
import { Failure } from './words/failure.ts';

/**
 * Commands that must clean up when a signal comes: files, requests, a plugin. The others only
 * read, and end at once.
 */
const CLEANING: ReadonlySet<CommandName> = new Set([
  'backup',
  'access',
  'diff',
  'extract',
  'rehearse',
  'restore',
  'copy',
  'idle',
]);
/** Milliseconds for that, so that a hanging volume does not block the end of a pod. */
const CLEANING_TIME = 5000;
const RESUMED = 'run it again to restore the rest';
/** The state in which a signal leaves what a command was to change. */
const LEFT: Readonly<Partial<Record<CommandName, string>>> = {
  backup: '; no archive was written',
  copy: '; run it again to copy the rest',
  restore: `; ${RESUMED}`,
};
const DEFECT = 'This should not happen; please report it with these lines';
/** Milliseconds. */
const COMPLETION_TIME = 2000;

// Output does not depend on the locale of the machine; detecting it would take 15 ms.
Settings.defaultLocale = 'en';

const screen = screenOn(process.stdout, process.stderr);

/** What to do if stdout cannot be written; commands that do more than print replace it. */
let onUnwritable = (error: Error): void => {
  // As programs do that do not handle SIGPIPE: `| head` is no reason for an error message.
  if (isClosed(error)) endBy('SIGPIPE');
  screen.tell(`openshift-backup: ${unwritable(error)}\n`);
  process.exit(EXIT.failed);
};

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
  // Most commands log text, and need not load pino.
  const makeLog = asText ? textLog : (await import('./output/print/json-log.ts')).jsonLog;
  const log = makeLog(config.logLevel, screen.tell);
  for (const warning of result.warnings) log.warn(warning);

  const interrupted = new AbortController();
  let signalled: 'SIGINT' | 'SIGTERM' | null = null;
  let hasRun = false;
  let isTerminalHeld = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isTerminalHeld && signal === 'SIGINT') return;
      // A second signal ends a run that does not stop by itself; PID 1 has no default action for signals.
      if (signalled !== null || hasRun || !CLEANING.has(config.command)) endBy(signal);
      signalled = signal;
      interrupted.abort(new Error(`ended by ${signal}`));
      setTimeout(() => endBy(signal), CLEANING_TIME).unref();
    });
  }
  let unheard: Error | null = null;
  if (config.command === 'backup' || (config.command === 'restore' && config.apply)) {
    onUnwritable = (error) => {
      unheard ??= error;
      // A backup continues without stdout; but half a restore must not look like a complete one.
      if (config.command === 'restore') interrupted.abort(new Error('stdout cannot be written'));
    };
  }
  /** How a run ends if stdout could not be written. */
  const unheardEnding = (error: Error, ending: Ending): Ending => {
    if (config.command === 'backup') {
      if (isClosed(error)) return ending;
      log.error(`${unwritable(error)}; the archive is not affected`);
      return 'failed';
    }
    log.warn(`Stopped before the end: ${unwritable(error)}; ${RESUMED}`);
    return 'incomplete';
  };
  const context: Context = {
    config,
    environment: process.env,
    log,
    print: screen.print,
    write: writeBytes,
    toTerminal: process.stdout.isTTY === true,
    forPeople: asText,
    progress: asText && atTerminal ? screen.progress : null,
    columns: process.stdout.columns ?? 0,
    holdTerminal: (isHeld) => {
      isTerminalHeld = isHeld;
    },
    now: () => new Date(),
    peakMemory,
    signal: interrupted.signal,
  };
  try {
    const run = await COMMANDS[config.command]();
    const ending = await run(context);
    hasRun = true;
    await flushed();
    return signalled ?? (unheard === null ? ending : unheardEnding(unheard, ending));
  } catch (error) {
    if (signalled !== null) {
      log.warn(`Ended by ${signalled}${LEFT[config.command] ?? ''}`);
      return signalled;
    }
    if (unheard !== null && config.command === 'restore') return unheardEnding(unheard, 'incomplete');
    if (error instanceof Failure) return failed(error, log);
    log.error(DEFECT, { stack: stackOf(error) });
    return 'failed';
  }
}

/** A person waits after pressing Tab, so mistakes are not reported, and a hanging volume is not waited for. */
async function completed(words: readonly string[]): Promise<Ending> {
  setTimeout(() => process.exit(EXIT.done), COMPLETION_TIME).unref();
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

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isClosed(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}

function unwritable(error: Error): string {
  return isClosed(error) ? 'stdout was closed' : `cannot write to stdout: ${error.message}`;
}

/**
 * Ends the process at once, as the signal itself would. process.exit() waits for V8's threads, and
 * waits forever if one of them is compiling and needs the main thread to collect garbage.
 * PID 1 has no default action for signals, so it has to use process.exit().
 */
function endBy(signal: 'SIGINT' | 'SIGTERM' | 'SIGPIPE'): never {
  // Node ignores SIGPIPE; removing the last listener restores the default action of a signal.
  process.once(signal, () => {}).removeAllListeners(signal);
  if (process.pid !== 1) process.kill(process.pid, signal);
  process.exit(EXIT[signal]);
}

/** Writes bytes no faster than stdout accepts them. */
function writeBytes(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Waits until stdout has accepted everything, or is closed. */
function flushed(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write('', () => resolve());
  });
}

// A defect, wherever it occurs. Node would exit with 1, which means differences for diff.
process.on('uncaughtException', (error) => {
  screen.tell(`openshift-backup: ${DEFECT}\n${stackOf(error)}\n`);
  process.exit(EXIT.failed);
});
process.stdout.on('error', (error) => onUnwritable(error));
// A log that cannot be written does not affect an archive or a result; without a listener, it would end the run.
process.stderr.on('error', () => {});
process.exitCode = EXIT[await main(process.argv.slice(2))];

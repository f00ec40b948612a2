import type { Config } from '../config.ts';
import type { Ending } from '../exit.ts';
import type { Log } from '../output/print/log.ts';

/** What a command may use apart from cluster and volume; provided by main.ts, or by a test. */
export interface Context {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  /** Writes to stdout. */
  readonly print: (text: string) => void;
  /** Writes bytes to stdout unchanged; the promise resolves when stdout has accepted them. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** stdout is a terminal. */
  readonly toTerminal: boolean;
  /** A person watches: print tables instead of log lines. */
  readonly forPeople: boolean;
  /** Replaces the last line on stderr, for the progress bar; null if stderr is not a terminal. */
  readonly progress: ((text: string) => void) | null;
  /** Width of the terminal in columns; 0 if stdout is not a terminal. */
  readonly columns: number;
  /** Whether a pager has the terminal: then Ctrl-C is meant for it, and does not end the run. */
  readonly holdTerminal: (isHeld: boolean) => void;
  readonly now: () => Date;
  /** Peak resident memory of this process, in bytes. */
  readonly peakMemory: () => number;
  /** Fires on SIGINT and SIGTERM; its reason is the name of the signal. */
  readonly signal: AbortSignal;
}

/** A command: reads the context, does its work, returns how it ended. */
export type Run = (context: Context) => Promise<Ending>;

import type { Config } from '../config.ts';
import type { Ending } from '../exit.ts';
import type { Log } from '../output/print/log.ts';

/** What a command may touch besides cluster and volume; given by main.ts, or by a test. */
export interface Context {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  /** Writes to stdout. */
  readonly print: (text: string) => void;
  /** Writes bytes to stdout as they are; the promise is kept when they are taken. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** stdout is a terminal. */
  readonly toTerminal: boolean;
  /** A person reads along: tables instead of log lines. */
  readonly forPeople: boolean;
  /** Shows a line on stderr in the place of the one before, for the progress bar; null where stderr is no terminal. */
  readonly progress: ((text: string) => void) | null;
  /** Width of the terminal in columns; 0 where stdout is none. */
  readonly columns: number;
  readonly now: () => Date;
  /** The most memory that this process has had at a time, resident, in bytes. */
  readonly peakMemory: () => number;
  /** Fires on SIGINT and SIGTERM; its reason is the name of the signal. */
  readonly signal: AbortSignal;
}

/** A command: reads the context, does its work, tells how it ended. */
export type Run = (context: Context) => Promise<Ending>;

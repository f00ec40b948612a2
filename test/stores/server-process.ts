import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWatchdog } from '../support/watchdog.ts';

/** A server that is killed, and whose folder is removed, when this process ends, for whatever reason. */
export interface ServerProcess {
  readonly child: ChildProcess;
  /** Resolves when the server has ended. */
  readonly ended: Promise<unknown>;
  /** Kills the server and removes its folder. */
  stop(): Promise<void>;
}

/** An empty temporary folder for the files of a server. */
export function serverFolder(): string {
  return mkdtempSync(join(tmpdir(), 'store-'));
}

/** Starts a server. `folder` is from serverFolder and is the server's alone. */
export function startServer(
  folder: string,
  program: string,
  words: readonly string[],
  options: { readonly stdio: StdioOptions; readonly env?: NodeJS.ProcessEnv },
): ServerProcess {
  const sweep = startWatchdog(folder);
  const child = spawn(program, words, options);
  const ended = once(child, 'exit');
  if (child.pid !== undefined) writeFileSync(join(folder, 'server.pid'), String(child.pid));
  const stop = async () => {
    child.kill('SIGKILL');
    // A program that could not be started has no end.
    await ended.catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
    sweep();
  };
  return { child, ended, stop };
}

import { spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Reads until its standard input ends, which it does however the process at the other end came to die. */
const SWEEP = 'read -r _; for f in "$1"/*.pid; do kill -9 "$(cat "$f")"; done 2>/dev/null; rm -rf "$1"';

/**
 * Starts a shell that outlives this process: it then kills every process that left its id in `directory`
 * (see recordingScript) and removes the directory. Returns the function that ends it, which sweeps as well.
 */
export function startWatchdog(directory: string): () => void {
  const shell = spawn('/bin/sh', ['-c', SWEEP, 'watchdog', directory], {
    // A Ctrl-C goes to the whole process group: it must not take the one who cleans up.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  return () => {
    shell.stdin.end();
  };
}

/** Servers of a test live for seconds: with fewer garbage collections, they need a quarter less processor time to start. */
const FEW_COLLECTIONS = 'export GOGC=400';

/** Writes a program that leaves its process id in `directory` and becomes `binary`; returns its path. */
export async function recordingScript(directory: string, name: string, binary: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(
    path,
    `#!/bin/sh\necho $$ > '${join(directory, name)}.pid'\n${FEW_COLLECTIONS}\nexec '${binary}' "$@"\n`,
  );
  await chmod(path, 0o700);
  return path;
}

import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FILES } from './layout.ts';
import { entering } from './network.ts';

/** A process by its id and the kernel's ticks at its start, since ids are given out again. */
interface Recorded {
  readonly name: string;
  readonly pid: number;
  readonly started: string;
}

/**
 * Starts a program inside the cluster's network that outlives this process; its output goes to a log file, its id
 * is written down.
 */
export async function startDaemon(name: string, argv: readonly string[], env = process.env): Promise<void> {
  await mkdir(FILES.logs, { recursive: true });
  const log = openSync(logFile(name), 'a');
  const [program, ...args] = entering(...argv);
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], env });
  child.unref();
  if (child.pid === undefined) throw new Error(`${argv[0]} does not start`);
  record([...recorded(), { name, pid: child.pid, started: startOf(child.pid) }]);
}

/** Ends a daemon, or kills it with SIGKILL, and waits until it is gone. */
export async function stopDaemon(name: string, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  for (const daemon of recorded().filter((daemon) => daemon.name === name)) {
    if (alive(daemon)) process.kill(daemon.pid, signal);
    for (let waited = 0; alive(daemon); waited += 50) {
      if (waited > 5000) process.kill(daemon.pid, 'SIGKILL');
      await sleep(50);
    }
  }
  record(recorded().filter((daemon) => daemon.name !== name));
}

/** The daemons that were started and not stopped, in order, dead ones included. */
export function daemons(): { name: string; alive: boolean }[] {
  return recorded().map((daemon) => ({ name: daemon.name, alive: alive(daemon) }));
}

export function logFile(name: string): string {
  return join(FILES.logs, `${name}.log`);
}

function recorded(): Recorded[] {
  return existsSync(FILES.processes) ? JSON.parse(readFileSync(FILES.processes, 'utf8')) : [];
}

/** In one step: others read the list meanwhile, and this process may be killed at any moment. */
function record(daemons: readonly Recorded[]): void {
  const beside = `${FILES.processes}.new`;
  writeFileSync(beside, JSON.stringify(daemons));
  renameSync(beside, FILES.processes);
}

function alive({ pid, started }: Recorded): boolean {
  return startOf(pid) === started;
}

/** Field 22 of /proc/PID/stat, counted from the end of the name; empty for a process that is gone or a zombie. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

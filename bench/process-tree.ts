import { readdirSync, readFileSync } from 'node:fs';

/** What a program and all processes that it started have taken. */
export interface TreeUsage {
  /** The largest sum of resident memory at one time, in bytes; what processes share counts for each. */
  readonly peak: number;
  /** CPU seconds by name of the program, until the last look. */
  readonly cpu: ReadonlyMap<string, number>;
}

interface Process {
  readonly parent: number;
  readonly name: string;
  readonly cpu: number;
  readonly resident: number;
}

const PAGE = 4096;
/** Milliseconds between two looks. */
const LOOK = 500;

/**
 * Looks at a process and its descendants until it is stopped. Linux only.
 *
 * @returns a function that stops it and returns what it saw
 */
export function watchTree(root: number): () => TreeUsage {
  let peak = 0;
  const last = new Map<number, Process>();
  const look = () => {
    const tree = descendants(root);
    peak = Math.max(
      peak,
      tree.reduce((sum, [, { resident }]) => sum + resident, 0),
    );
    for (const [pid, process] of tree) last.set(pid, process);
  };
  const timer = setInterval(look, LOOK);
  return () => {
    clearInterval(timer);
    const cpu = new Map<string, number>();
    for (const { name, cpu: seconds } of last.values()) cpu.set(name, (cpu.get(name) ?? 0) + seconds);
    return { peak, cpu };
  };
}

function descendants(root: number): Array<readonly [pid: number, process: Process]> {
  const all = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    const process = /^\d+$/.test(name) ? processOf(name) : null;
    if (process !== null) all.set(Number(name), process);
  }
  const isIn = (pid: number): boolean => pid === root || (pid > 1 && isIn(all.get(pid)?.parent ?? 0));
  return [...all].filter(([pid]) => isIn(pid));
}

function processOf(pid: string): Process | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    const fields = text.slice(end + 2).split(' ');
    return {
      name: text.slice(text.indexOf('(') + 1, end),
      parent: Number(fields[1]),
      cpu: (Number(fields[11]) + Number(fields[12])) / 100,
      resident: Number(fields[21]) * PAGE,
    };
  } catch {
    // It has ended.
    return null;
  }
}

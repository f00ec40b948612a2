import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** One run of a Node program: seconds of wall clock and CPU, bytes of peak memory, what it printed. */
export interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly rss: number;
  /** CPU seconds that the API server used meanwhile. */
  readonly serverCpu: number;
  readonly stdout: string;
  readonly stderr: string;
}

const USAGE = join(import.meta.dirname, 'usage-report.mjs');

/** Runs a program that Node runs (a script of its own, or one with a #! line) and measures it; throws where it does not exit as expected. */
export async function measure(
  command: readonly [string, ...string[]],
  environment: Record<string, string>,
  directory: string,
  serverPid: number,
  expected = 0,
): Promise<Measured> {
  const report = join(directory, 'usage.json');
  rmSync(report, { force: true });
  const serverBefore = cpuOf(serverPid);
  const began = performance.now();
  const [program, ...args] = command;
  const child = spawn(program, args, {
    env: { ...process.env, ...environment, USAGE_REPORT: report, NODE_OPTIONS: `--import ${USAGE}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const wall = (performance.now() - began) / 1000;
  if (status !== expected)
    throw new Error(`${command.join(' ')}: exit ${status}\n${texts.stderr.slice(-2000)}`);
  const { cpu, rss }: { cpu: number; rss: number } = JSON.parse(readFileSync(report, 'utf8'));
  return { wall, cpu, rss, serverCpu: cpuOf(serverPid) - serverBefore, ...texts };
}

/** CPU seconds of a process so far; Linux counts them in ticks of 10 ms. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { LOGGING, OWN } from '../cluster/run-cli.ts';
import { isJsonObject, type JsonObject, listAt } from '../support/kube-object.ts';
import { PROGRAM } from '../support/program.ts';

/** How a run ended, and all that it said. */
export interface Ended {
  /** As a shell tells it: 128 and the number of the signal that ended the process, or its exit code. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What surrounds a run. */
export interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>;
  /** Words before `node`, such as `setpriv --reuid 1`. */
  readonly through?: readonly string[];
}

/** A run that is under way. */
export interface Running {
  readonly child: ChildProcess;
  /** What it has written to stdout and stderr so far. */
  readonly said: () => string;
  readonly ended: Promise<Ended>;
}

/** Starts `openshift-backup WORDS`; nothing of the caller's environment but OWN reaches it. */
export function start(
  words: readonly string[],
  { environment = {}, through = [] }: Surroundings = {},
): Running {
  const [command = '', ...rest] = [...through, process.execPath, PROGRAM, ...words];
  const env = { ...OWN, HOME: '/nonexistent', ...LOGGING, ...environment };
  const child = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (part: string) => {
      output[name] += part;
    });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status: statusOf(status, signal), signal, ...output }));
  });
  return { child, said: () => output.stdout + output.stderr, ended };
}

/** The exit status as a shell tells it: 128 and the signal's number for a process that a signal ended. */
export function statusOf(status: number | null, signal: NodeJS.Signals | null): number | null {
  return signal === null ? status : 128 + constants.signals[signal];
}

/** Milliseconds in which a busy machine ends a process, and far less than the waits from which a signal takes it. */
const SOON = 120_000;

/** How a run ended that has to end now. Kills one that goes on instead, and throws an Error with what it has said. */
export async function endedSoon({ child, said, ended }: Running): Promise<Ended> {
  let killed = false;
  const timer = setTimeout(() => {
    killed = child.kill('SIGKILL');
  }, SOON);
  const end = await ended;
  clearTimeout(timer);
  if (killed) throw new Error(`the run went on for ${SOON / 1000} s and was killed: ${said()}`);
  return end;
}

/** Runs `openshift-backup WORDS` to its end. */
export function run(words: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  return start(words, surroundings).ended;
}

/** The log lines of a run. */
export function logOf({ stderr }: Ended): JsonObject[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line): unknown => JSON.parse(line)).filter(isJsonObject);
}

/** The line in which a run that could write nothing says why: message and hint. */
export function complaintOf(ended: Ended): string {
  const errors = logOf(ended).filter(({ level }) => level === 'error');
  if (errors.length !== 1) throw new Error(`${errors.length} errors: ${ended.stderr}${ended.stdout}`);
  return `${errors[0]?.msg} → ${errors[0]?.hint}`;
}

/** What the log of a run says of a resource type; throws an Error where it says nothing, or twice. */
export function typeLine(ended: Ended, type: string): JsonObject {
  const [line, ...others] = logOf(ended).filter((each) => each.type === type);
  if (line === undefined || others.length > 0) throw new Error(`${type} is told ${others.length} times more`);
  return line;
}

/** The types that a run's last line names as failed. */
export function failedIn(ended: Ended): readonly unknown[] {
  return listAt(logOf(ended).at(-1), 'failed');
}

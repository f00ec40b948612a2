import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';

/** A program that a guard runs. */
export interface Guarded {
  readonly program: string;
  readonly args: readonly string[];
  /** All that the program gets, besides PATH and TMPDIR. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The last part of the output that is kept for error messages. */
const LAST_OUTPUT = 16 * 1024;

/**
 * The shell that runs the programs. It reads its standard input, which ends when our process ends, for
 * whatever reason, SIGKILL included. Then it kills the programs and removes the directory. Programs
 * that it has not waited for keep their ids, so no other process can be hit. If the shell itself is
 * killed, setpriv (where it exists) makes the kernel end the programs.
 *
 * Standard output and standard error belong to one program each; when one ends, that program has ended.
 */
const SCRIPT = `
cd "$1" || exit 1
bound=
if setpriv --pdeathsig KILL true 2>/dev/null; then bound='setpriv --pdeathsig KILL'; fi
FIRST
SECOND
echo "$first $second" >&3
exec >/dev/null 2>&1 3>&-
trap '' HUP INT QUIT TERM
read -r _
kill -9 "$first" "$second"
wait
cd / && rm -rf "$1"
`;

/** Two programs that end with this process, and their directory, which goes with them. */
export class Guard {
  readonly #shell: ChildProcess;
  readonly #directory: string;
  readonly #output = ['', ''];
  readonly #ended: Promise<number>;
  #pids: readonly number[] = [];

  private constructor(shell: ChildProcess, directory: string) {
    this.#shell = shell;
    this.#directory = directory;
    const ends = [shell.stdout, shell.stderr].map((stream, at) => this.#keep(stream, at));
    const gone = once(shell, 'exit').then(() => 0);
    gone.catch(() => {});
    this.#ended = Promise.race([...ends, gone]);
  }

  /**
   * Starts two programs in a directory, which the guard owns from now on.
   *
   * @param place path of the directory
   * @throws Error if there is no shell
   */
  static async start(place: string, first: Guarded, second: Guarded): Promise<Guard> {
    // TMPDIR may be relative, and the shell removes the directory from another one.
    const directory = resolve(place);
    const script = SCRIPT.replace(
      'FIRST',
      () => `${commandOf(first)} </dev/null 2>&1 3>&- & first=$!`,
    ).replace('SECOND', () => `${commandOf(second)} </dev/null >&2 3>&- & second=$!`);
    const shell = spawn('/bin/sh', ['-c', script, 'guard', directory], {
      // In a session of its own, so that Ctrl-C in a terminal does not end it.
      detached: true,
      // Both programs also read their settings, and proxies, from the environment. Temporary files go with the directory.
      env: { PATH: process.env.PATH, TMPDIR: directory },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    const guard = new Guard(shell, directory);
    shell.stdin?.on('error', () => {});
    const [pids] = await Promise.all([lineOf(shell.stdio[3]), once(shell, 'spawn')]);
    // Nothing if the shell ended before: an id of 0 would be that of our own process group.
    guard.#pids = /^[1-9]\d* [1-9]\d*$/.test(pids.trim()) ? pids.trim().split(' ').map(Number) : [];
    return guard;
  }

  /** Ids of both programs; none if the shell could not start them. */
  get pids(): readonly number[] {
    return this.#pids;
  }

  /** Resolves when one of the programs has ended: 0 the first, 1 the second. */
  get ended(): Promise<number> {
    return this.#ended;
  }

  /** The end of what a program wrote. */
  output(program: 0 | 1): string {
    return this.#output[program] ?? '';
  }

  /** Kills both and removes their directory. */
  async stop(): Promise<void> {
    const isGone = this.#shell.exitCode !== null || this.#shell.signalCode !== null;
    if (!isGone) {
      const exit = once(this.#shell, 'exit');
      this.#shell.stdin?.end();
      await exit;
    }
    // If somebody killed the shell, it could not do this.
    if (this.#shell.exitCode === null) for (const pid of this.#pids) kill(pid);
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #keep(stream: Readable | null, at: number): Promise<number> {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      this.#output[at] = `${this.#output[at]}${text}`.slice(-LAST_OUTPUT);
    });
    await new Promise((resolve) => stream?.once('close', resolve));
    return at;
  }
}

async function lineOf(stream: unknown): Promise<string> {
  let text = '';
  if (typeof stream !== 'object' || stream === null || !(Symbol.asyncIterator in stream)) return text;
  for await (const chunk of stream as AsyncIterable<unknown>) text += String(chunk);
  return text;
}

function commandOf({ program, args, environment }: Guarded): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}`);
  return [...variables, '$bound', ...[program, ...args].map(quoted)].join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

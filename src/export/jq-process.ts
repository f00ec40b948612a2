import { type ChildProcess, spawn } from 'node:child_process';

/** Limits of one jq process; it is ended when it exceeds them. */
export interface JqLimits {
  readonly seconds: number;
  /** Address space in bytes. */
  readonly memory: number;
  /** Output in bytes. */
  readonly output: number;
}

/** How a jq process ended. */
export interface JqEnd {
  /** Its complete output. */
  readonly output: Buffer;
  readonly stderr: string;
  /** `exited` with 0, or why not; `crashed` is an error of jq itself. */
  readonly how: 'exited' | 'failed' | 'crashed' | 'killed' | 'out of time' | 'too much output';
}

/** Limit for stderr, more than is ever quoted. */
const STDERR = 64 * 1024;
/** The shell sets limits in the process itself, so that an endless program ends even if this process is killed. */
const LIMITED = 'ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; shift 2; exec "$0" "$@"';

const running = new Set<ChildProcess>();
let watched = false;

/**
 * Runs a jq program on a text of JSON objects; the output is one compact line per value.
 *
 * @param jq path of the program
 * @throws the signal's reason; Error if jq cannot be started
 */
export async function runJq(
  jq: string,
  program: string,
  input: readonly Buffer[],
  limits: JqLimits,
  signal: AbortSignal,
): Promise<JqEnd> {
  signal.throwIfAborted();
  const words = [
    String(Math.floor(limits.memory / 1024)),
    String(limits.seconds),
    '--unbuffered',
    '-c',
    program,
  ];
  const child = spawn('/bin/sh', ['-c', LIMITED, jq, ...words], { env: {}, stdio: 'pipe' });
  watch(child);
  let ended: JqEnd['how'] | null = null;
  const end = (why: JqEnd['how']) => {
    ended ??= why;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => end('out of time'), limits.seconds * 1000);
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  const begun = performance.now();
  const output: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.output) end('too much output');
    else output.push(chunk);
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (stderr.length < STDERR) stderr += text;
  });
  // If jq ends before it has read everything, the pipe breaks; its exit status says more.
  child.stdin.on('error', () => {});
  for (const piece of input) {
    child.stdin.write(piece);
    child.stdin.write('\n');
  }
  child.stdin.end();
  try {
    const killer = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (...how) => resolve(how));
    });
    signal.throwIfAborted();
    const [code, by] = killer;
    // The limit in the process itself may end it first, with the same signal; before that time, memory was short.
    const isOverdue = performance.now() - begun > (limits.seconds - 1) * 1000;
    if (by === 'SIGXCPU' || (by === 'SIGKILL' && isOverdue)) ended ??= 'out of time';
    else if (by === 'SIGKILL') ended ??= 'killed';
    else if (by !== null) ended ??= 'crashed';
    else if (code !== 0) ended ??= 'failed';
    return { output: Buffer.concat(output), stderr, how: ended ?? 'exited' };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    running.delete(child);
  }
}

/** Ends the children when this process ends. */
function watch(child: ChildProcess): void {
  running.add(child);
  if (watched) return;
  watched = true;
  process.once('exit', () => {
    for (const each of running) each.kill('SIGKILL');
  });
}

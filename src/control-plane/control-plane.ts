import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '../disk/peak-memory.ts';
import { systemCode } from '../disk/system-error.ts';
import { Failure } from '../words/failure.ts';
import { apiServerFlags, etcdFlags, type ServerSettings } from './flags.ts';
import { Guard } from './guard.ts';
import { minorVersion, type Programs } from './programs.ts';
import { FILES, writeKubeconfig, writeServerFiles } from './run-directory.ts';

const NAMES = ['etcd', 'kube-apiserver'] as const;
/** Characters of what a program said before it ended. */
const LONGEST = 500;
/** Milliseconds after which a server that has no certificate yet is given up. */
const START = 120_000;
const LOOK = 50;
/** Milliseconds between two looks at the memory. */
const WATCH = 500;
/** Somebody may take the port between the choice and the start. */
const PORTS = 3;
/** Soft limits of Go: the garbage collector works harder as they are approached. */
const MEMORY = { etcd: '768MiB', apiServer: '1280MiB' } as const;

/** A running etcd and kube-apiserver. */
export interface ControlPlane {
  /** Path of a kubeconfig with all permissions. */
  readonly kubeconfig: string;
  /** Aborts with a Failure when a program ends or takes too much memory. */
  readonly failed: AbortSignal;
  /** The largest resident memory of both together, in bytes; 0 where the system does not report it. */
  peakMemory(): number;
  /** Ends both and removes their directory. */
  stop(): Promise<void>;
}

/**
 * Starts an empty control plane in a directory, which goes with it. It listens on loopback only, with a
 * certificate and a token of this run, and ends with this process, whatever happens to that.
 *
 * @param directory an empty one that only this user may enter
 * @param limit bytes of memory for both programs; a control plane that takes more is given up
 * @throws Failure if it does not start; the signal's reason
 */
export async function startControlPlane(
  programs: Programs,
  directory: string,
  settings: ServerSettings,
  limit: number,
  signal: AbortSignal,
): Promise<ControlPlane> {
  const minor = await minorVersion(programs.apiServer);
  for (let attempt = 1; ; attempt++) {
    const run = join(directory, `run-${attempt}`);
    await mkdir(run, { mode: 0o700 });
    const token = randomBytes(32).toString('hex');
    await writeServerFiles(run, token);
    const port = await freePort();
    const guard = await Guard.start(
      run,
      { program: programs.etcd, args: etcdFlags(), environment: { GOMEMLIMIT: MEMORY.etcd } },
      {
        program: programs.apiServer,
        args: apiServerFlags(port, minor, settings),
        environment: { GOMEMLIMIT: MEMORY.apiServer },
      },
    );
    try {
      const certificate = await certificateOf(guard, run, signal);
      return new Running(guard, await writeKubeconfig(run, port, certificate, token), limit);
    } catch (error) {
      await guard.stop();
      const isTaken = guard.output(1).includes('address already in use');
      if (!isTaken || attempt >= PORTS) throw error;
    }
  }
}

class Running implements ControlPlane {
  readonly kubeconfig: string;
  readonly #guard: Guard;
  readonly #failed = new AbortController();
  readonly #watch: NodeJS.Timeout;
  #stopping = false;
  #peak = 0;

  constructor(guard: Guard, kubeconfig: string, limit: number) {
    this.#guard = guard;
    this.kubeconfig = kubeconfig;
    void guard.ended.then((at) => {
      if (!this.#stopping) this.#failed.abort(endedEarly(guard, at));
    });
    this.#watch = setInterval(() => this.#look(limit), WATCH).unref();
  }

  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  peakMemory(): number {
    return this.#peak;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#watch);
    await this.#guard.stop();
  }

  #look(limit: number): void {
    const total = this.#guard.pids.reduce((sum, pid) => sum + (memoryOf(pid) ?? 0), 0);
    this.#peak = Math.max(this.#peak, total);
    if (total <= limit) return;
    const mebibytes = Math.round(limit / 1024 / 1024);
    this.#failed.abort(
      new Failure(
        `etcd and kube-apiserver took more than ${mebibytes} MiB of memory`,
        'rehearse a smaller archive, or report this with the number of objects and the size of the archive',
      ),
    );
  }
}

/** The serving certificate, with which the server begins. */
async function certificateOf(guard: Guard, run: string, signal: AbortSignal): Promise<string> {
  let ended: number | null = null;
  void guard.ended.then((at) => {
    ended = at;
  });
  const end = performance.now() + START;
  for (;;) {
    await sleep(LOOK, undefined, { signal });
    if (ended !== null) throw endedEarly(guard, ended);
    const text = await textOf(join(run, FILES.certificate));
    // It is written in one go, but may be read in the middle of it.
    if (text.endsWith('-----END CERTIFICATE-----\n')) return text;
    if (performance.now() > end)
      throw new Failure(`kube-apiserver did not start within ${START / 1000} s`, null);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}

function endedEarly(guard: Guard, at: number): Failure {
  return endFailure(NAMES[at] ?? NAMES[1], guard.output(at === 0 ? 0 : 1));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/**
 * Why a program ended before it should, as a message for the user.
 *
 * @param output the last part of what it printed: etcd logs JSON and then a Go panic, kube-apiserver logs text
 */
export function endFailure(name: string, output: string): Failure {
  const said = (reasonInJson(output) ?? reasonInText(output)).replace(/\s+/g, ' ').slice(0, LONGEST);
  if (said === '')
    return new Failure(
      `${name} ended without a message`,
      'the system may have killed it because memory was short; otherwise check the programs of --assets',
    );
  const isFull = /no space left on device|disk quota exceeded/i.test(said);
  return new Failure(
    `${name} ended: ${said}`,
    isFull ? 'set TMPDIR to a directory with more space' : 'check the programs of --assets',
  );
}

/** The last log entry of etcd that is an error. */
function reasonInJson(output: string): string | null {
  for (const line of output.split('\n').toReversed()) {
    const { level, msg, error } = entryOf(line);
    if (typeof msg === 'string' && /^(error|panic|fatal)$/.test(String(level)))
      return typeof error === 'string' ? `${msg}: ${error}` : msg;
  }
  return null;
}

function entryOf(line: string): { level?: unknown; msg?: unknown; error?: unknown } {
  if (!line.startsWith('{')) return {};
  try {
    return Object(JSON.parse(line));
  } catch {
    // Another line, or one whose beginning is not kept.
    return {};
  }
}

/** The last line that tells of an error, and is not part of a stack trace of Go. */
function reasonInText(output: string): string {
  const [beforeTrace = ''] = output.split(/^goroutine \d+ \[/m);
  const lines = beforeTrace.trim().split('\n');
  return lines.findLast((line) => /error|fatal|panic|fail/i.test(line)) ?? lines.at(-1) ?? '';
}

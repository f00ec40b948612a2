import { spawn } from 'node:child_process';
import { checkPair, headerValue } from './credential-check.ts';
import { fields } from './fields.ts';

/** An exec plugin as a kubeconfig names it. */
export interface PluginCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a plugin gave. */
export interface PluginCredentials {
  readonly token: string | null;
  /** A client certificate and its key, PEM; both or none. */
  readonly certificate: string | null;
  readonly key: string | null;
  /** Milliseconds since 1970; null where they hold until they are refused. */
  readonly expires: number | null;
}

/** How long a plugin may take, in milliseconds, and what ends it earlier. */
export interface PluginLimits {
  readonly timeout: number;
  readonly signal: AbortSignal | null;
}

/** Milliseconds until a plugin is run again that has failed, or whose credentials were refused. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
/** Bytes of credentials; a chain of certificates has some thousands. */
const LARGEST = 1024 * 1024;

/**
 * The credentials of an exec plugin. However many requests ask at once, it runs once; and
 * one that fails, or whose credentials the server refuses, is run again after pauses that
 * grow, since it may open a browser or lock an account.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export class Plugin {
  readonly #command: PluginCommand;
  readonly #limits: PluginLimits;
  #running: Promise<PluginCredentials> | null = null;
  /** How the last run ended, and when. */
  #last: {
    readonly result: Promise<PluginCredentials>;
    readonly at: number;
    readonly holds: boolean;
  } | null = null;
  #isRefused = false;
  #expires: number | null = null;
  #pause = FIRST_PAUSE;

  constructor(command: PluginCommand, limits: PluginLimits) {
    this.#command = command;
    this.#limits = limits;
  }

  /** The credentials that hold now. Throws Error with what is wrong, also where it was wrong a moment ago. */
  credentials(): Promise<PluginCredentials> {
    if (this.#running !== null) return this.#running;
    if (this.#last !== null && !this.#isDue(this.#last)) return this.#last.result;
    this.#isRefused = false;
    this.#running = this.#run();
    return this.#running;
  }

  /** Tells that the server does not accept them. */
  refuse(): void {
    this.#isRefused = true;
  }

  #isDue({ at, holds }: { readonly at: number; readonly holds: boolean }): boolean {
    const hasExpired = this.#expires !== null && this.#expires <= Date.now();
    if (holds && !this.#isRefused) {
      if (hasExpired) this.#pause = FIRST_PAUSE;
      return hasExpired;
    }
    if (performance.now() - at < this.#pause) return false;
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
    return true;
  }

  async #run(): Promise<PluginCredentials> {
    const result = runPlugin(this.#command, this.#limits).then(parseCredentials);
    let holds = false;
    try {
      const { expires } = await result;
      this.#expires = expires;
      // What has expired before it came is no better than a failure.
      holds = expires === null || expires > Date.now();
      return await result;
    } finally {
      this.#last = { result, at: performance.now(), holds };
      this.#running = null;
    }
  }
}

/**
 * What a plugin prints.
 *
 * @throws Error where it cannot be started, fails, takes too long or prints too much; the signal's reason
 */
async function runPlugin(
  { command, args, environment }: PluginCommand,
  limits: PluginLimits,
): Promise<string> {
  limits.signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // A process group of its own, so that what it has started ends with it.
  const child = spawn(command, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const said = { stdout: '', stderr: '' };
  const stop = (reason: unknown) => {
    reject(reason);
    if (child.pid !== undefined) endGroup(child.pid);
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      if (said[name].length > LARGEST) stop(new Error(`it prints more than ${LARGEST} characters`));
    });
  const timer = setTimeout(
    () => stop(new Error(`it did not end within ${limits.timeout / 1000} s (--request-timeout)`)),
    limits.timeout,
  );
  const onAbort = () => stop(limits.signal?.reason);
  limits.signal?.addEventListener('abort', onAbort, { once: true });
  child.on('error', reject);
  child.on('close', (code, signal) => {
    if (code === 0) resolve(said.stdout);
    else
      reject(
        new Error(said.stderr.trim() || (signal === null ? 'it said nothing' : `it was ended by ${signal}`)),
      );
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    limits.signal?.removeEventListener('abort', onAbort);
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** The status of an ExecCredential. Throws Error with what is wrong, without quoting what may be a secret. */
function parseCredentials(text: string): PluginCredentials {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('what it printed is no valid JSON');
  }
  const status = fields(parsed, 'status');
  const field = (name: string): string | null => {
    const value: unknown = Object(status)[name];
    if (value === undefined || value === null || value === '') return null;
    if (typeof value !== 'string') throw new Error(`status.${name} is no text`);
    return value;
  };
  const token = field('token');
  const [certificate, key] = [field('clientCertificateData'), field('clientKeyData')];
  if (token === null && certificate === null) throw new Error('no status with a token or certificate in it');
  if ((certificate === null) !== (key === null))
    throw new Error('status has only one of clientCertificateData and clientKeyData');
  const expires = field('expirationTimestamp');
  if (expires !== null && Number.isNaN(Date.parse(expires)))
    throw new Error('status.expirationTimestamp is no time');
  return {
    token: token === null ? null : named('status.token', () => headerValue(token)),
    certificate,
    key:
      certificate === null || key === null
        ? null
        : named('status.clientKeyData', () => pairOf(certificate, key)),
    expires: expires === null ? null : Date.parse(expires),
  };
}

function pairOf(certificate: string, key: string): string {
  checkPair(certificate, key);
  return key;
}

function named<T>(field: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw new Error(`${field} ${error instanceof Error ? error.message : String(error)}`);
  }
}

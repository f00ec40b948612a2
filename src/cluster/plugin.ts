import { spawn } from 'node:child_process';
import { checkPair, headerValue } from './credential-check.ts';
import { field } from './unverified.ts';

/** An exec plugin from a kubeconfig. */
export interface PluginCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The credentials from a plugin. */
export interface PluginCredentials {
  readonly token: string | null;
  /** A client certificate and its key, PEM; both or none. */
  readonly certificate: string | null;
  readonly key: string | null;
  /** Milliseconds since 1970; null if they are valid until the server rejects them. */
  readonly expires: number | null;
}

/** The time limit of a plugin, in milliseconds, and the signal that ends it earlier. */
export interface PluginLimits {
  readonly timeout: number;
  readonly signal: AbortSignal | null;
}

/** Milliseconds until a plugin runs again after it failed, or its credentials were rejected. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
/** Largest output of a plugin in bytes; a chain of certificates has a few thousand. */
const LARGEST = 1024 * 1024;

/**
 * The credentials of an exec plugin. It runs only once for simultaneous requests. If it
 * fails, or the server rejects its credentials, it runs again after increasing pauses,
 * since it may open a browser or lock an account.
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

  /** The current credentials. Throws Error with the cause, also if the last run has just failed. */
  credentials(): Promise<PluginCredentials> {
    if (this.#running !== null) return this.#running;
    if (this.#last !== null && !this.#isDue(this.#last)) return this.#last.result;
    this.#isRefused = false;
    this.#running = this.#run();
    return this.#running;
  }

  /** Records that the server rejected them. */
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
      // Credentials that have already expired count as a failure.
      holds = expires === null || expires > Date.now();
      return await result;
    } finally {
      this.#last = { result, at: performance.now(), holds };
      this.#running = null;
    }
  }
}

/**
 * Runs a plugin and returns its output.
 *
 * @throws Error if it cannot be started, fails, takes too long or prints too much; the signal's reason
 */
async function runPlugin(
  { command, args, environment }: PluginCommand,
  limits: PluginLimits,
): Promise<string> {
  limits.signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // In its own process group, so that its child processes end with it.
  const child = spawn(command, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const output = { stdout: '', stderr: '' };
  const stop = (reason: unknown) => {
    reject(reason);
    if (child.pid !== undefined) endGroup(child.pid);
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      if (output[name].length > LARGEST) stop(new Error(`it prints more than ${LARGEST} characters`));
    });
  const timer = setTimeout(
    () => stop(new Error(`it did not end within ${limits.timeout / 1000} s (--request-timeout)`)),
    limits.timeout,
  );
  const onAbort = () => stop(limits.signal?.reason);
  limits.signal?.addEventListener('abort', onAbort, { once: true });
  child.on('error', reject);
  child.on('close', (code, signal) => {
    if (code === 0) resolve(output.stdout);
    else
      reject(
        new Error(
          output.stderr.trim() ||
            (signal === null ? 'it failed without a message' : `it was ended by ${signal}`),
        ),
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
    // It has already ended.
  }
}

/** The status of an ExecCredential. Throws Error with the mistake, without quoting possible secrets. */
function parseCredentials(text: string): PluginCredentials {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('its output is not valid JSON');
  }
  const status = field(parsed, 'status');
  const statusField = (name: string): string | null => {
    const value: unknown = Object(status)[name];
    if (value === undefined || value === null || value === '') return null;
    if (typeof value !== 'string') throw new Error(`status.${name} is not a string`);
    return value;
  };
  const token = statusField('token');
  const [certificate, key] = [statusField('clientCertificateData'), statusField('clientKeyData')];
  if (token === null && certificate === null)
    throw new Error('its output has no status with a token or certificate');
  if ((certificate === null) !== (key === null))
    throw new Error('status has only one of clientCertificateData and clientKeyData');
  const expires = statusField('expirationTimestamp');
  if (expires !== null && Number.isNaN(Date.parse(expires)))
    throw new Error('status.expirationTimestamp is not a time');
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

import { readFileSync } from 'node:fs';
import https from 'node:https';
import { Failure } from '../words/failure.ts';
import { headerValue } from './credential-check.ts';
import { findSource, load, serverUrl, takeWeakenedTrust } from './credential-source.ts';
import type { ChosenConfig, Environment } from './kubeconfig.ts';
import type { Stdin } from './kubeconfig-file.ts';
import { Plugin, type PluginCredentials, type PluginLimits } from './plugin.ts';

export type { Environment };

/** The address of the API server, and an identity. */
export interface Credentials {
  readonly server: URL;
  /** The source, for messages: a file and context, or the pod. */
  readonly origin: string;
  /** Whether these are the credentials of the pod's own service account. */
  readonly isPod: boolean;
  /** Namespace of the context or of the pod; null if none is set. */
  readonly namespace: string | null;
  /** Options for one request: agent and headers. A token is read again if it may have been rotated. */
  request(): Promise<{ agent: https.Agent; headers: Record<string, string> }>;
  /** A warning for each setting in the environment or kubeconfig that makes connections less safe. */
  readonly warnings: readonly string[];
  /**
   * Reads everything again after the server rejected it. If many requests are rejected at once,
   * only the first one does this.
   *
   * @param began when the rejected request began, by performance.now()
   */
  reload(began?: number): void;
  close(): void;
}

/** client-go caches a token from a file for the same time. */
const TOKEN_AGE = 60_000;
/** Milliseconds for which request options are reused: asking the library each time costs a tenth of a request. */
const FRESH = 1000;
/** Time limit for a plugin, in milliseconds. */
const PLUGIN_TIME = 30_000;
/** The minimum of kubectl; otherwise NODE_OPTIONS would decide. */
const OLDEST_TLS = { minVersion: 'TLSv1.2' } as const;
/** Plugins may print pages of help. */
const LONGEST_MESSAGE = 500;

/**
 * Finds credentials as kubectl does: --kubeconfig, then KUBECONFIG, then
 * ~/.kube/config, then the pod's own service account.
 *
 * @param limits of exec plugins
 * @param stdin is read where the kubeconfig is `-`
 * @throws Failure if nothing is found, or it is invalid
 */
export async function findCredentials(
  kubeconfig: string | null,
  context: string | null,
  environment: Environment,
  limits: PluginLimits = { timeout: PLUGIN_TIME, signal: null },
  stdin: Stdin = () => process.stdin,
): Promise<Credentials> {
  const source = await findSource(kubeconfig, environment, stdin, limits.signal);
  const ofPlugins = { ...environment };
  const weakened = takeWeakenedTrust(environment, process.env);
  return new FoundCredentials(source.name, () => load(source, context, ofPlugins), limits, weakened);
}

interface RequestParts {
  readonly agent: https.Agent;
  readonly headers: Record<string, string>;
  readonly at: number;
}

class FoundCredentials implements Credentials {
  readonly server: URL;
  readonly origin: string;
  readonly isPod: boolean;
  readonly namespace: string | null;
  readonly warnings: readonly string[];
  readonly #source: string;
  readonly #load: () => ChosenConfig;
  readonly #plugin: Plugin | null;
  #loaded: ChosenConfig;
  #loadedAt = performance.now();
  /** With the client certificate that a plugin returned. */
  #agent: { readonly agent: https.Agent; readonly certificate: string | null } | null = null;
  readonly #retired: https.Agent[] = [];
  #prepared: RequestParts | null = null;
  #preparing: Promise<RequestParts> | null = null;
  #token: { readonly text: string; readonly readAt: number } | null = null;

  constructor(source: string, read: () => ChosenConfig, limits: PluginLimits, weakened: readonly string[]) {
    this.#source = source;
    this.#load = read;
    this.#loaded = read();
    const { config, plugin } = this.#loaded;
    const cluster = config.getCurrentCluster();
    if (cluster === null)
      throw new Failure(`${source}: the context names no cluster`, 'choose another with --context');
    this.#plugin = plugin === null ? null : new Plugin(plugin, limits);
    this.server = serverUrl(cluster.server, source);
    const context = config.getCurrentContext();
    this.isPod = this.#loaded.isPod;
    this.origin = this.isPod ? source : `${source}, context ${context}`;
    this.namespace = config.getContextObject(context)?.namespace?.trim() || null;
    const unverified = `the certificate of ${this.server.origin} is not verified, since insecure-skip-tls-verify is set in ${source}: anyone between here and the server can read the token and all traffic`;
    this.warnings = cluster.skipTLSVerify ? [...weakened, unverified] : weakened;
  }

  async request(): Promise<RequestParts> {
    if (this.#prepared !== null && Date.now() - this.#prepared.at < FRESH) return this.#prepared;
    this.#preparing ??= this.#prepare().finally(() => {
      this.#preparing = null;
    });
    return await this.#preparing;
  }

  reload(began = performance.now()): void {
    if (began < this.#loadedAt) return;
    this.#loaded = this.#load();
    this.#loadedAt = performance.now();
    this.#plugin?.refuse();
    this.#token = null;
    this.#prepared = null;
    this.#retire();
  }

  close(): void {
    this.#retire();
    for (const each of this.#retired) each.destroy();
  }

  async #prepare(): Promise<RequestParts> {
    const given = await this.#givenByPlugin();
    const certificate = given?.certificate ?? null;
    if (this.#agent !== null && this.#agent.certificate !== certificate) {
      // The library caches an agent for each configuration.
      this.#loaded = this.#load();
      this.#retire();
    }
    // Set explicitly: otherwise NODE_TLS_REJECT_UNAUTHORIZED would decide.
    const options: https.RequestOptions = { headers: {}, rejectUnauthorized: true };
    if (given?.certificate && given.key) Object.assign(options, { cert: given.certificate, key: given.key });
    const bearer = this.#tokenOfFile() ?? given?.token ?? this.#tokenOfUser();
    try {
      await this.#loaded.config.applyToHTTPSOptions(options);
      this.#agent ??= { agent: keptAlive(options), certificate };
    } catch (error) {
      throw this.#unusable(error);
    }
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value).trim();
    if (typeof options.auth === 'string')
      headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    if (bearer !== null) headers.Authorization = `Bearer ${bearer}`;
    this.#prepared = { agent: this.#agent.agent, headers, at: Date.now() };
    return this.#prepared;
  }

  /** Running requests continue with their agent. */
  #retire(): void {
    if (this.#agent !== null) this.#retired.push(this.#agent.agent);
    this.#agent = null;
  }

  #tokenOfFile(): string | null {
    const { tokenFile } = this.#loaded;
    if (tokenFile === null) return null;
    if (this.#token === null || Date.now() - this.#token.readAt > TOKEN_AGE)
      this.#token = { text: readToken(tokenFile, this.#source), readAt: Date.now() };
    return this.#token.text;
  }

  #tokenOfUser(): string | null {
    const token = this.#loaded.config.getCurrentUser()?.token;
    return token ? headerValue(token) : null;
  }

  async #givenByPlugin(): Promise<PluginCredentials | null> {
    if (this.#plugin === null) return null;
    try {
      return await this.#plugin.credentials();
    } catch (error) {
      throw new Failure(
        `${this.#source}: the plugin ${this.#loaded.plugin?.command} returned no credentials: ${oneLine(error)}`,
        'run it manually, log in again if it asks you to, or correct this user entry of the kubeconfig',
      );
    }
  }

  /** The library or OpenSSL rejected the user entry. */
  #unusable(error: unknown): Failure {
    return new Failure(
      `${this.#source}: ${oneLine(error)}`,
      'the credentials cannot be used; check this user entry of the kubeconfig',
    );
  }
}

function readToken(file: string, origin: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(
      `${origin}: cannot read the token: ${oneLine(error)}`,
      'the file must exist and be readable by this user',
    );
  }
  try {
    return headerValue(text);
  } catch (error) {
    throw new Failure(
      `${origin}: the token in ${file} ${oneLine(error)}`,
      'the file must contain one token and nothing else; replace it atomically when you renew it',
    );
  }
}

/** The library's agent (it supports proxies and TLS), changed to keep connections alive. */
function keptAlive(options: https.RequestOptions): https.Agent {
  const agent = options.agent;
  if (!(agent instanceof https.Agent))
    throw new Failure('plain http is not supported', 'use the https:// address of the API server');
  if (agent.constructor === https.Agent) {
    const kept = new https.Agent({
      ...agent.options,
      ...OLDEST_TLS,
      keepAlive: true,
      maxSockets: 32,
      scheduling: 'lifo',
    });
    // Node's default name of a connection joins all certificates and keys, several times per request; here all connections are to one server.
    kept.getName = () => 'the API server';
    return kept;
  }
  Object.assign(agent, { keepAlive: true, maxSockets: 32 });
  Object.assign(agent.options, OLDEST_TLS);
  return agent;
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE);
}

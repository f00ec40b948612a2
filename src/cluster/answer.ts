import type { IncomingMessage } from 'node:http';
import { BrokenAnswer, ConnectionError, WrongAnswer } from './api-error.ts';
import { type ClientOptions, parts, type Request, silence } from './transport.ts';

/** Takes the next bytes of an answer; a promise asks for a pause until it is kept. */
export type Take = (chunk: Buffer) => Promise<void> | undefined | void;

/** Largest answer that is read whole; discovery of a large cluster is about 2 MB. */
const LARGEST_ANSWER = 16 * 1024 * 1024;
/** Of an answer that tells of an error, which is quoted with some hundred characters. */
const LARGEST_ERROR = 64 * 1024;
/** Milliseconds, in times of the request's: over so long an answer must keep its pace … */
const PACE_OVER = 2;
/** … of so many bytes a second; one that is read whole must have come after so long. */
const LEAST_PACE = 1024;
const WHOLE_OVER = 10;

/**
 * Hands the bytes of an answer on as they arrive. An answer that drips is given up: each of
 * its bytes would otherwise be waited for as long as for the first.
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
    if (!response.complete) fail(new BrokenAnswer(method, path, 'the answer ended before its end'));
  });
  return promise;
}

/** How fast an answer comes while it is waited for. */
class Pace {
  readonly #over: number;
  #since = performance.now();
  #waited = 0;
  #bytes = 0;

  constructor(over: number) {
    this.#over = over;
  }

  /** Waiting begins again, after a pause of ours. */
  wait(): void {
    this.#since = performance.now();
  }

  /** Counts bytes. @returns what is wrong where they have been too few for too long */
  came(bytes: number): string | null {
    const now = performance.now();
    this.#waited += now - this.#since;
    this.#since = now;
    this.#bytes += bytes;
    if (this.#waited < this.#over) return null;
    const seconds = this.#waited / 1000;
    const slow = this.#bytes < LEAST_PACE * seconds;
    const told = `the answer comes too slowly: ${this.#bytes} bytes in ${seconds.toFixed(0)} s`;
    this.#waited = 0;
    this.#bytes = 0;
    return slow ? told : null;
  }
}

/** The whole body of an answer. Throws as consume does, WrongAnswer where it is longer than 16 MiB. */
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
      throw new WrongAnswer(method, path, `the answer is longer than ${LARGEST_ANSWER} bytes`);
    if (performance.now() > latest) {
      const seconds = (WHOLE_OVER * options.requestTimeout) / 1000;
      throw new BrokenAnswer(method, path, `the answer has not ended after ${seconds} s`, 'ETIMEDOUT');
    }
    chunks.push(chunk);
  });
  return Buffer.concat(chunks, bytes);
}

/** As much of an answer that tells of an error as is ever used; less where it breaks off. Throws the signal's reason. */
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
    // The status alone tells what to do.
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
 * What the server warns of besides its answer: fields that it does not know and has
 * dropped, deprecated versions, pods that Pod Security would refuse.
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
  return new BrokenAnswer(method, path, `the answer broke off in the middle: ${said}`, code);
}

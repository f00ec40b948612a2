import type { IncomingMessage } from 'node:http';
import { BrokenAnswer, ConnectionError } from './api-error.ts';
import { type ClientOptions, parts, type Request, silence } from './wire.ts';

/** Takes the next bytes of an answer; a promise asks for a pause until it is kept. */
export type Take = (chunk: Buffer) => Promise<void> | undefined | void;

/** Largest answer that is read whole; discovery of a large cluster is about 2 MB. */
const LARGEST_ANSWER = 256 * 1024 * 1024;

/**
 * Hands the bytes of an answer on as they arrive.
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

/** The whole body of an answer. Throws as consume does, also where it is longer than 256 MiB. */
export async function bodyOf(
  request: Request,
  response: IncomingMessage,
  options: ClientOptions,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await consume(request, response, options, (chunk) => {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER) {
      const what = `the answer is longer than ${LARGEST_ANSWER} bytes`;
      throw new ConnectionError(request.method, request.path, what);
    }
    chunks.push(chunk);
  });
  return Buffer.concat(chunks, bytes);
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

import { setTimeout as sleep } from 'node:timers/promises';

/** What the proxy does to a request or to its answer. */
export type Fault =
  /** An answer of the proxy's own, as the API server writes it. `retryAfter`: seconds or an HTTP date. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string | number }
  /** 410 Expired, what a list gets whose continue token is older than the server's history. */
  | { readonly kind: 'expired' }
  /** So much of the body, then the connection is reset. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /**
   * So much of the body, then its regular end. `length`: announced as the Content-Length of the whole
   * body, so that nothing but the JSON shows what happened (the real body must be longer).
   */
  | { readonly kind: 'truncate'; readonly afterBytes: number; readonly framing?: 'chunked' | 'length' }
  /** The body with some bytes overwritten; default is one NUL byte, which JSON has no place for. */
  | { readonly kind: 'garble'; readonly afterBytes: number; readonly with?: string }
  /** So much of the body, then silence on an open connection. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** The request waits before it is passed on. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The same, until a test lets it go: nothing depends on the speed of the machine. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> };

/** A fault that lets a part of the real body through. */
export type BodyFault = Extract<Fault, { readonly afterBytes: number }>;

/** An answer that comes from the proxy itself. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** The client at the other end of a connection. */
export interface Client {
  /** Settles when it has left. */
  readonly gone: Promise<unknown>;
  /** Resets its connection. */
  readonly reset: () => void;
}

/** Bytes on their way need a moment to arrive, since a reset takes back what has not been read. */
const ARRIVAL_MS = 30;

/** Whether this fault acts on the bytes of the body. */
export function isBodyFault(fault: Fault | null): fault is BodyFault {
  return fault !== null && 'afterBytes' in fault;
}

/** The answer that stands for the server's; null for faults that ask the server. */
export function ownAnswer(fault: Fault): OwnAnswer | null {
  if (fault.kind === 'expired') return status(410, 'Expired', EXPIRED);
  if (fault.kind !== 'status') return null;
  const answer = statusAnswer(fault.status);
  if (fault.retryAfter === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(fault.retryAfter) } };
}

/** The body as the client gets to see it. A stall ends when the client leaves. Throws an Error after a reset. */
export async function* damaged(
  body: AsyncIterable<Buffer>,
  fault: BodyFault,
  client: Client,
): AsyncGenerator<Buffer> {
  let passed = 0;
  for await (const part of body) {
    const left = fault.afterBytes - passed;
    passed += part.length;
    if (fault.kind === 'garble') yield overwritten(part, left, fault.with ?? '\0');
    else if (part.length < left) yield part;
    else {
      if (left > 0) yield part.subarray(0, left);
      break;
    }
  }
  if (fault.kind === 'stall') await client.gone;
  if (fault.kind === 'reset') {
    await sleep(ARRIVAL_MS);
    client.reset();
    throw new Error('the connection was reset on purpose');
  }
}

function overwritten(part: Buffer, offset: number, text: string): Buffer {
  if (offset < 0 || offset >= part.length) return part;
  const copy = Buffer.from(part);
  copy.write(text, offset);
  return copy;
}

const EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.';

function statusAnswer(code: number): OwnAnswer {
  if (code === 401) return status(code, 'Unauthorized', 'Unauthorized');
  if (code === 429) return plain(code, 'Too many requests, please try again later.\n');
  if (code === 503) return plain(code, 'service unavailable\n');
  return status(code, 'InternalError', 'Internal error occurred: etcdserver: request timed out');
}

/** What the server's filters write before any of its own machinery has seen the request. */
function plain(code: number, body: string): OwnAnswer {
  return { status: code, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function status(code: number, reason: string, message: string): OwnAnswer {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  return { status: code, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

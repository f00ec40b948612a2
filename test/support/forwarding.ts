import { once } from 'node:events';
import {
  type Agent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as requestHttp,
  type ServerResponse,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { damaged, type Fault, isBodyFault } from './fault.ts';

/** The server behind a proxy. */
export interface Upstream {
  readonly server: string;
  readonly agent: Agent;
  /** Whether the caller's own bearer token goes along. */
  readonly passesToken: boolean;
  /** Signed requests need the host that their client used. */
  readonly keepsHost?: boolean;
  /** What changes the body of the request on the way. */
  readonly change?: Transform;
  /** The server answers, but the connection to the client breaks before the answer arrives. */
  readonly losesAnswer?: boolean;
}

/** These concern one connection, not the message. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer'];

/**
 * Passes a request on and its answer back, both as streams, with the fault done to the body. Resolves when the
 * client has the whole answer; `reset` resets its connection. Throws what broke the connection on either side.
 */
export async function forward(
  upstream: Upstream,
  asked: IncomingMessage,
  response: ServerResponse,
  fault: Fault | null,
  reset: () => void,
): Promise<void> {
  const gone = Promise.withResolvers<void>();
  response.once('close', gone.resolve);
  const answer = await send(upstream, asked, response, fault);
  if (upstream.losesAnswer) {
    answer.resume();
    await once(answer, 'end');
    reset();
    return;
  }
  const headers = without(answer.headers, HOP_BY_HOP);
  if (fault?.kind === 'truncate') {
    if (fault.framing === 'length') headers['content-length'] = fault.afterBytes;
    else delete headers['content-length'];
  }
  response.writeHead(answer.statusCode ?? 502, headers);
  response.flushHeaders();
  if (!isBodyFault(fault)) await pipeline(answer, response);
  // Not with the answer as its first part: where the fault leaves off reading, the pipeline would end at once.
  else await pipeline(damaged(answer, fault, { gone: gone.promise, reset }), response);
}

function send(
  upstream: Upstream,
  asked: IncomingMessage,
  response: ServerResponse,
  fault: Fault | null,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const unwanted = [
    ...(upstream.keepsHost ? [] : ['host']),
    ...(upstream.passesToken ? [] : ['authorization']),
  ];
  // A fault at a byte of the JSON needs the JSON, not its compressed form.
  if (isBodyFault(fault)) unwanted.push('accept-encoding');
  const headers = without(asked.headers, [...HOP_BY_HOP, ...unwanted]);
  const { agent, server, change } = upstream;
  const request = server.startsWith('http:') ? requestHttp : requestHttps;
  const sent = request(new URL(asked.url ?? '/', server), { method: asked.method, headers, agent }, resolve);
  sent.on('error', reject);
  response.once('close', () => sent.destroy());
  pipeline(change === undefined ? [asked, sent] : [asked, change, sent]).catch(reject);
  return promise;
}

function without(headers: OutgoingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

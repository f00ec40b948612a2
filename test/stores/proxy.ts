import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';

/** What becomes of a request. */
export type Fate =
  | 'pass'
  /** It is never answered. */
  | 'hang'
  /** The connection breaks after the server has answered, so that the answer is lost. */
  | 'lose the answer'
  /** One bit of its body changes on the way. */
  | 'flip a bit'
  | { readonly status: number; readonly code: string };

/** A server in front of a store that does what a bad network does. */
export interface StoreProxy {
  readonly endpoint: string;
  /** Methods and paths with queries, in their order. */
  readonly requests: string[];
  stop(): Promise<void>;
}

/** Starts a proxy; `fateOf` decides about each request, by method and path with query. */
export async function startStoreProxy(
  target: string,
  fateOf: (request: string, count: number) => Fate,
): Promise<StoreProxy> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    requests.push(line);
    const fate = fateOf(line, requests.length);
    if (fate === 'hang') request.resume();
    else if (typeof fate === 'object') refuse(request, response, fate);
    else forward(request, response, target, fate);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The Host header stays as it is, since it is signed. */
function forward(request: IncomingMessage, response: ServerResponse, target: string, fate: Fate): void {
  const { method, headers, url } = request;
  const onward = send(new URL(url ?? '/', target), { method, headers }, (answer) => {
    if (fate === 'lose the answer') {
      answer.resume();
      answer.once('end', () => request.socket.destroy());
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => request.socket.destroy());
  request.on('close', () => {
    if (!request.complete) onward.destroy();
  });
  if (fate !== 'flip a bit') request.pipe(onward);
  else request.pipe(bitFlip()).pipe(onward);
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

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code }: { status: number; code: string },
): void {
  request.resume();
  request.once('end', () => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as the test wants</Message></Error>`,
    );
  });
}

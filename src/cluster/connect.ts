import { namespacePath } from '../types/api-paths.ts';
import { Failure } from '../words/failure.ts';
import { ApiError, ConnectionError, hintOf } from './api-error.ts';
import { Client } from './client.ts';
import type { V1SelfSubjectReview } from './client-library.ts';
import { type Environment, findCredentials } from './credentials.ts';
import type { ClientOptions } from './transport.ts';
import { field, listField, stringField } from './unverified.ts';

/** A server that responded, and our identity there. */
export interface Connection {
  readonly client: Client;
  readonly server: Server;
  readonly identity: Identity;
}

/**
 * Finds credentials and tests them.
 *
 * @throws Failure if there are none, or the server cannot be reached or rejects them
 */
export async function connect(
  kubeconfig: string | null,
  context: string | null,
  environment: Environment,
  options: ClientOptions,
): Promise<Connection> {
  const { requestTimeout, signal, warn } = options;
  const credentials = await findCredentials(kubeconfig, context, environment, {
    timeout: requestTimeout,
    signal,
  });
  for (const warning of credentials.warnings) warn?.(warning);
  const client = new Client(credentials, options);
  try {
    // The first request runs alone, so that wrong credentials are reported once.
    const identity = await whoAmI(client);
    return { client, server: await describeServer(client), identity: identity ?? { user: '', groups: [] } };
  } catch (error) {
    throw reachFailure(error, `${credentials.server.origin} (${credentials.origin})`);
  }
}

/** Turns a failure to use the server into one with a hint; other errors stay as they are. */
export function reachFailure(error: unknown, who: string): unknown {
  if (!(error instanceof ApiError || error instanceof ConnectionError)) return error;
  return new Failure(`cannot use ${who}: ${error.message}`, hintOf(error));
}

/** Our identity, as the server sees it. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
}

/** SelfSubjectReview (KEP-3325); null for servers before 1.28, which do not have it. */
export async function whoAmI(client: Client): Promise<Identity | null> {
  const review: V1SelfSubjectReview = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  try {
    const answer = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review);
    const info = field(field(answer, 'status'), 'userInfo');
    return {
      user: stringField(info, 'username'),
      groups: listField(info, 'groups').filter((group) => typeof group === 'string'),
    };
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return null;
    throw error;
  }
}

/** What the server says about itself. */
export interface Server {
  /** v1.36.3 */
  readonly version: string;
  /** Uid of the namespace kube-system, which identifies the cluster; null without permission to read it. */
  readonly uid: string | null;
  /** The server streams a whole list from its cache; older servers build it in memory first. */
  readonly streamsLists: boolean;
}

/** Streaming encoding of JSON collections is on by default since this version (KEP-5116). */
const STREAMS_SINCE = 33;

/** Requests the version and the identity; both may be denied. */
export async function describeServer(client: Client): Promise<Server> {
  const [version, system] = await Promise.all([
    allowed(client, '/version'),
    allowed(client, namespacePath('kube-system')),
  ]);
  const uid = stringField(field(system, 'metadata'), 'uid');
  const [major, minor] = [
    Number.parseInt(stringField(version, 'major'), 10),
    Number.parseInt(stringField(version, 'minor'), 10),
  ];
  return {
    version: stringField(version, 'gitVersion'),
    uid: uid === '' ? null : uid,
    streamsLists: major > 1 || (major === 1 && minor >= STREAMS_SINCE),
  };
}

async function allowed(client: Client, path: string): Promise<unknown> {
  try {
    return await client.get(path);
  } catch (error) {
    if (error instanceof ApiError && [401, 403, 404].includes(error.status)) return null;
    throw error;
  }
}

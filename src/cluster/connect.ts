import { Failure } from '../words/failure.ts';
import { ApiError, ConnectionError, hintOf } from './api-error.ts';
import { Client } from './client.ts';
import { type Environment, findCredentials } from './credentials.ts';
import { type Identity, whoAmI } from './reviews.ts';
import { describeServer, type Server } from './server.ts';
import type { ClientOptions } from './transport.ts';

/** A server that has answered, and who it takes us for. */
export interface Connection {
  readonly client: Client;
  readonly server: Server;
  readonly identity: Identity;
}

/**
 * Finds credentials and tries them.
 *
 * @throws Failure where there are none, or the server cannot be reached or does not accept them
 */
export async function connect(
  kubeconfig: string | null,
  context: string | null,
  environment: Environment,
  options: ClientOptions,
): Promise<Connection> {
  const { requestTimeout, signal, warn } = options;
  const credentials = findCredentials(kubeconfig, context, environment, { timeout: requestTimeout, signal });
  for (const warning of credentials.warnings) warn?.(warning);
  const client = new Client(credentials, options);
  try {
    // The first question alone, so that wrong credentials are reported once.
    const identity = await whoAmI(client);
    return { client, server: await describeServer(client), identity: identity ?? { user: '', groups: [] } };
  } catch (error) {
    throw reachFailure(error, `${credentials.server.origin} (${credentials.origin})`);
  }
}

/** A failure to talk to the server as a whole, as the user can act on it; other errors stay as they are. */
export function reachFailure(error: unknown, who: string): unknown {
  if (!(error instanceof ApiError || error instanceof ConnectionError)) return error;
  return new Failure(`cannot use ${who}: ${error.message}`, hintOf(error));
}

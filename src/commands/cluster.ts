import { type Connection, connect, reachFailure } from '../cluster/connect.ts';
import { TOOL } from '../version.ts';
import type { Context } from './context.ts';

/**
 * Connects with the given options, and closes the connection when `use` ends.
 *
 * @param signal ends requests that are under way
 * @throws Failure if there are no credentials or the server cannot be used; what `use` throws
 */
export async function withCluster<T>(
  { config, environment, log }: Context,
  signal: AbortSignal,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(config.kubeconfig, config.context, environment, {
    requestTimeout: config.requestTimeout,
    retryFor: config.retryFor,
    userAgent: `${TOOL.name}/${TOOL.version}`,
    signal,
    warn: (text) => log.warn(text),
  });
  const { credentials } = connection.client;
  try {
    return await use(connection);
  } catch (error) {
    throw reachFailure(error, `${credentials.server.origin} (${credentials.origin})`);
  } finally {
    credentials.close();
  }
}

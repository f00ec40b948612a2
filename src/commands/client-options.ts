import type { ClientOptions } from '../cluster/transport.ts';
import { TOOL } from '../version.ts';
import type { Context } from './context.ts';

/** How a command talks to the server: who it says it is, and how patient it is. */
export function clientOptions(
  { config, log }: Pick<Context, 'config' | 'log'>,
  signal: AbortSignal,
): ClientOptions {
  return {
    requestTimeout: config.requestTimeout,
    retryFor: config.retryFor,
    userAgent: `${TOOL.name}/${TOOL.version}`,
    signal,
    warn: (text) => log.warn(text),
  };
}

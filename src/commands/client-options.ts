import type { ClientOptions } from '../cluster/wire.ts';
import type { Config } from '../config.ts';
import { TOOL } from '../version.ts';

/** How a command talks to the server: who it says it is, and how patient it is. */
export function clientOptions(config: Config, signal: AbortSignal): ClientOptions {
  return {
    requestTimeout: config.requestTimeout,
    retryFor: config.retryFor,
    userAgent: `${TOOL.name}/${TOOL.version}`,
    signal,
  };
}

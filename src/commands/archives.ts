import type { Config } from '../config.ts';
import type { StoreOptions } from '../volume/archive-store.ts';
import { type Archives, openArchives } from '../volume/reference.ts';
import type { Context } from './context.ts';

/**
 * The archives that the options of a command name. Of them nothing is read yet; files of identities are.
 *
 * @throws Failure if the options, or the files that they name, are wrong
 */
export async function archivesOf({ config, log, now, signal }: Context): Promise<Archives> {
  if (config.identity.length > 0) {
    const { identityWarnings } = await import('../seal/identity-files.ts');
    for (const warning of await identityWarnings(config.identity)) log.warn(warning);
  }
  return await openArchives(config, now(), signal);
}

/** The options of the store alone, for a process of its own. */
export function storeOptions(config: Config): StoreOptions {
  const { s3Endpoint, s3Region, s3PathStyle, storeCa, requestTimeout, retryFor, identity } = config;
  return { s3Endpoint, s3Region, s3PathStyle, storeCa, requestTimeout, retryFor, identity };
}

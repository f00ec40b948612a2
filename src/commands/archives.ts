import type { Config } from '../config.ts';
import type { StoreOptions } from '../volume/archive-store.ts';
import type { CatalogueRow } from '../volume/catalogue.ts';
import { type Archives, openArchives } from '../volume/reference.ts';
import { Failure } from '../words/failure.ts';
import type { Context } from './context.ts';

/**
 * The archives that the options of a command name. Of them nothing is read yet; files of identities are.
 *
 * @throws Failure if the options, or the files that they name, are wrong
 */
export async function archivesOf({ config, log, now, signal }: Context): Promise<Archives> {
  if (config.identity.length > 0) {
    const { identityWarnings } = await import('../seal/keys.ts');
    for (const warning of await identityWarnings(config.identity)) log.warn(warning);
  }
  return await openArchives(config, now(), signal);
}

/** What a command says if it finds no archives. */
export function noArchivesText({ store, naming }: Pick<Archives, 'store' | 'naming'>): string {
  return `no archives named ${naming.name}… in ${store.location} yet`;
}

/** All archives, the newest first. Throws Failure if there are none. */
export async function existingRows(archives: Archives): Promise<readonly CatalogueRow[]> {
  const rows = await archives.catalogue();
  if (rows.length > 0) return rows;
  const hint = '--volume, --name and --stamp decide which archives are found';
  throw new Failure(noArchivesText(archives), hint, 'usage');
}

/** The options of the store alone, for a process of its own. */
export function storeOptions(config: Config): StoreOptions {
  const { s3Endpoint, s3Region, s3PathStyle, storeCa, requestTimeout, retryFor, identity } = config;
  return { s3Endpoint, s3Region, s3PathStyle, storeCa, requestTimeout, retryFor, identity };
}

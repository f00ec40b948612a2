import type { Config } from '../config.ts';
import type { StoreOptions } from '../volume/archive-store.ts';
import { type Archives, openArchives } from '../volume/reference.ts';
import type { Context } from './context.ts';

/** The archives that the options of a command name. Nothing is read yet. Throws Failure if the options are wrong. */
export async function archivesOf({ config, now, signal }: Context): Promise<Archives> {
  return await openArchives(config, now(), signal);
}

/** The options of the store alone, for a process of its own. */
export function storeOptions(_config: Config): StoreOptions {
  return {};
}

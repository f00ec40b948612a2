import { Failure } from '../words/failure.ts';
import type { ArchiveStore, StoreOptions } from './archive-store.ts';
import { DirectoryStore } from './directory-store.ts';
import type { Location } from './location.ts';

/**
 * Opens the store at a location. Nothing is read yet. The client of a cloud is loaded only for a URL of it.
 *
 * @param signal ends all requests of the store
 * @throws Failure if the options of the store are wrong
 */
export async function openStore(
  location: Location,
  options: StoreOptions,
  signal: AbortSignal,
): Promise<ArchiveStore> {
  if (location.kind === 'directory') return new DirectoryStore(location.text, options);
  const { openBucketStore } = await import('./buckets/bucket-store.ts');
  return await openBucketStore(location, options, signal);
}

/**
 * The directory of a location, for what works only on a file system.
 *
 * @param what the action, for the message: `a backup`
 * @throws Failure (usage) for a bucket
 */
export function directoryOf(location: Location, what: string): string {
  if (location.kind === 'directory') return location.text;
  throw new Failure(`${what} needs a directory, not ${location.text}`, 'set it with --volume DIR', 'usage');
}

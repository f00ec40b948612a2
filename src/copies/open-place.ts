import type { ArchiveStore, StoreOptions } from '../volume/archive-store.ts';
import type { Location } from '../volume/location.ts';
import { openStore } from '../volume/open-store.ts';
import { Failure } from '../words/failure.ts';
import { DirectoryWriter } from './directory-writer.ts';
import type { PlaceWriter } from './place-writer.ts';

/** A place for copies: its reading and its writing side. */
export interface Place {
  readonly store: ArchiveStore;
  readonly writer: PlaceWriter;
}

/**
 * Opens a place for copies. Nothing is read yet. The client of a cloud is loaded only for a URL of it.
 *
 * @param signal ends all requests
 * @throws Failure if the options of the place are wrong
 */
export async function openPlace(
  location: Location,
  options: StoreOptions,
  signal: AbortSignal,
): Promise<Place> {
  return {
    store: await openStore(location, options, signal),
    writer: await openWriter(location, options, signal),
  };
}

async function openWriter(
  location: Location,
  _options: StoreOptions,
  _signal: AbortSignal,
): Promise<PlaceWriter> {
  if (location.kind === 'directory') return new DirectoryWriter(location.text);
  throw new Failure(`${location.text}: this version cannot write to this kind of bucket`, null, 'usage');
}

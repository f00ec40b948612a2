import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import type { RangeSource } from '../archive/reading/range-source.ts';
import { ArchiveReader } from '../archive/reading/reader.ts';
import type { StoreOptions } from './archive-store.ts';

/**
 * An archive of any store. All stores make theirs here, so that a sealed archive (`.zip.age`) is opened
 * in one place.
 *
 * @param source opens the bytes as they are stored
 */
export function archiveFile(
  file: string,
  path: string,
  source: () => Promise<RangeSource>,
  _options: StoreOptions,
): ArchiveFile {
  // A name that ends in .zip.age: wrap the source in SealedSource here, with the identities of the options.
  return { file, path, open: (unproven) => ArchiveReader.over(path, source, unproven) };
}

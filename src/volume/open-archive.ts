import { Sealed } from '../archive/format/damage.ts';
import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import type { RangeSource } from '../archive/reading/range-source.ts';
import { ArchiveReader } from '../archive/reading/reader.ts';
import type { OpenOptions } from './archive-store.ts';
import { isSealedName } from './names.ts';

/**
 * An archive of any store. All stores make theirs here, so that a sealed archive (`.zip.age`) is opened
 * in one place. What opens seals is loaded only for one.
 *
 * @param source opens the bytes as they are stored
 */
export function archiveFile(
  file: string,
  path: string,
  source: () => Promise<RangeSource>,
  { identity = [] }: OpenOptions,
): ArchiveFile {
  const open = isSealedName(file) ? () => unsealed(path, source, identity) : source;
  return { file, path, open: (unproven) => ArchiveReader.over(path, open, unproven) };
}

/** @throws Sealed where there is no identity for it, before the archive is read; what SealedSource.open throws */
async function unsealed(
  path: string,
  open: () => Promise<RangeSource>,
  files: readonly string[],
): Promise<RangeSource> {
  if (files.length === 0)
    throw new Sealed(path, 'no --identity was given', 'give the file of its identity with --identity FILE');
  const [{ readIdentities }, { SealedSource }] = await Promise.all([
    import('../seal/keys.ts'),
    import('../seal/sealed-source.ts'),
  ]);
  const identities = await readIdentities(files);
  const source = await open();
  let opened: RangeSource | null = null;
  try {
    opened = await SealedSource.open(source, identities);
  } finally {
    if (opened === null) source.close();
  }
  if (opened !== null) return opened;
  throw new Sealed(
    path,
    `no identity in ${files.join(', ')} matches`,
    'give the identity of a recipient that it was sealed for; the recipients are in the configuration of the backup (--seal-to)',
  );
}

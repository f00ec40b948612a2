import { basename } from 'node:path';
import { ArchiveReader, type OnUnproven } from './reader.ts';

/** An archive that can be opened, wherever it is stored. */
export interface ArchiveFile {
  /** File name, without directory or bucket. */
  readonly file: string;
  /** Path or URL, for messages. */
  readonly path: string;
  /** See ArchiveReader.over. Throws Damage, Unreadable. */
  open(unproven?: OnUnproven | null): Promise<ArchiveReader>;
}

/** A file of this machine: an archive that this program has just written. */
export function localArchive(path: string): ArchiveFile {
  return { file: basename(path), path, open: (unproven) => ArchiveReader.open(path, unproven) };
}

import { basename } from 'node:path';
import { ArchiveReader, type OnUnproven } from './reader.ts';

/** The file beside an archive with the result of its last rehearsal. */
export interface RehearsalFile {
  /** Its content; null if there is none, or it is too large to be one. Throws Failure. */
  read(): Promise<Buffer | null>;
  /** Writes it as a whole or not at all, in place of an older one. Throws Failure. */
  write(content: Uint8Array): Promise<void>;
}

/** An archive that can be opened, wherever it is stored. */
export interface ArchiveFile {
  /** File name, without directory or bucket. */
  readonly file: string;
  /** Path or URL, for messages. */
  readonly path: string;
  /** See ArchiveReader.over. Throws Damage, Unreadable. */
  open(unproven?: OnUnproven | null): Promise<ArchiveReader>;
  /** Missing where nothing can be kept beside the archive. */
  readonly rehearsal?: RehearsalFile;
}

/** A file of this machine: an archive that this program has just written. */
export function localArchive(path: string): ArchiveFile {
  return { file: basename(path), path, open: (unproven) => ArchiveReader.open(path, unproven) };
}

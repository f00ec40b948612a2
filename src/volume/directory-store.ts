import type { Stats } from 'node:fs';
import { lstat, readdir, stat, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import { FileSource } from '../archive/reading/file-source.ts';
import { systemCode } from '../disk/system-error.ts';
import { Failure } from '../words/failure.ts';
import {
  type ArchiveStore,
  newestStampFirst,
  type OpenOptions,
  type StoredArchive,
} from './archive-store.ts';
import { archiveOfPartial, type Naming, orphanedResults, parseName, rehearsalName } from './names.ts';
import { archiveFile } from './open-archive.ts';
import { rehearsalBeside } from './rehearsal-file.ts';

/** A backup touches its partial file every 30 s; after this time, no process is writing it. */
const STALE = 10 * 60 * 1000;

/** A directory of archives. */
export class DirectoryStore implements ArchiveStore {
  readonly location: string;
  readonly #options: OpenOptions;

  constructor(path: string, options: OpenOptions) {
    this.location = path;
    this.#options = options;
  }

  /**
   * The archives of a naming, the newest stamp first. Links, folders and files of other names are ignored.
   *
   * @throws Failure if the directory is missing, is no directory or cannot be read
   */
  async list(naming: Naming): Promise<StoredArchive[]> {
    const archives: StoredArchive[] = [];
    const files = new Set(await readVolume(this.location));
    for (const file of files) {
      const parsed = parseName(naming, file);
      if (parsed === null) continue;
      const path = join(this.location, file);
      const found = await look(path);
      if (!found?.isFile()) continue;
      const { stamp, time: stampTime, run } = parsed;
      const hasRehearsal = files.has(rehearsalName(file));
      archives.push({
        ...fileAt(path, this.#options),
        stamp,
        stampTime,
        run,
        bytes: found.size,
        hasRehearsal,
      });
    }
    return archives.sort(newestStampFirst);
  }

  async find(file: string): Promise<ArchiveFile | null> {
    return await findFile(join(this.location, file), this.#options);
  }

  async remove(file: string): Promise<void> {
    await removeFile(join(this.location, file));
    await this.removeResult(rehearsalName(file));
  }

  async orphanedResults(naming: Naming): Promise<string[]> {
    return orphanedResults(naming, new Set(await readVolume(this.location)));
  }

  async removeResult(file: string): Promise<void> {
    await removeFile(join(this.location, file));
  }
}

/** A file on disk as an archive; null if there is no such file. Throws Failure if that cannot be found out. */
export async function findFile(path: string, options: OpenOptions): Promise<ArchiveFile | null> {
  try {
    return (await stat(path)).isFile() ? fileAt(path, options) : null;
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null;
    throw new Failure(`cannot access ${path} (${code})`, 'its directories need search permission');
  }
}

/** @returns false also if nothing has this path, or it cannot be accessed */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return false;
  }
}

function fileAt(path: string, options: OpenOptions): ArchiveFile {
  const archive = archiveFile(basename(path), path, () => FileSource.open(path), options);
  return { ...archive, rehearsal: rehearsalBeside(path) };
}

/**
 * Removes a file; that it is gone already is fine, since two runs may rotate at once.
 *
 * @throws Failure naming the file and what the operating system says
 */
async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return;
    if (code === null) throw error;
    throw new Failure(
      `cannot remove ${path} (${code})`,
      code === 'EROFS'
        ? 'the volume is mounted read-only'
        : 'this needs write permission on the volume, not only on the file',
    );
  }
}

/**
 * Removes what killed runs of this naming left behind: partial files that nobody
 * has touched for ten minutes.
 *
 * @returns their file names
 * @throws Failure where the volume cannot be read, or, after the others, for one that cannot be removed
 */
export async function sweepPartials(volume: string, naming: Naming, now: Date): Promise<string[]> {
  const swept: string[] = [];
  let failure: Failure | null = null;
  for (const file of await readVolume(volume)) {
    // A run puts what exceeds its memory into files of this name with a number behind it.
    const archive = archiveOfPartial(file.replace(/\.\d+$/, ''));
    if (archive === null || parseName(naming, archive) === null) continue;
    const path = join(volume, file);
    const found = await look(path);
    if (!found?.isFile() || now.getTime() - found.mtimeMs <= STALE) continue;
    try {
      await removeFile(path);
      swept.push(file);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
  return swept;
}

async function readVolume(volume: string): Promise<string[]> {
  try {
    return await readdir(volume);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') {
      throw new Failure(
        `the volume ${volume} does not exist`,
        'mount it, or correct its path (--volume; for copies: --to, --copy-to)',
      );
    }
    if (code === 'ENOTDIR') {
      throw new Failure(
        `the volume ${volume} is not a directory`,
        'correct its path (--volume; for copies: --to, --copy-to)',
      );
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw new Failure(
        `no permission to read the volume ${volume} (${code})`,
        'it needs read and search permission for the user or group of this process (in a pod: fsGroup)',
      );
    }
    if (code === null) throw error;
    throw new Failure(`cannot read the volume ${volume} (${code})`, 'look at the volume and its storage');
  }
}

/** Null for a file that another run removed since its folder was read. */
async function look(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return null;
    if (code === null) throw error;
    throw new Failure(`cannot access ${path} (${code})`, 'the volume needs search permission');
  }
}

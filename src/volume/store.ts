import type { Stats } from 'node:fs';
import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../disk/system-error.ts';
import { Failure } from '../words/failure.ts';
import { archiveOfPartial, type Naming, parseName } from './names.ts';

/** An archive on the volume: what its name and the directory say. */
export interface StoredArchive {
  /** File name. */
  readonly file: string;
  readonly path: string;
  readonly stamp: string;
  /** What the stamp says in the zone of the naming; the archive's time is in its manifest. */
  readonly stampTime: Date;
  /** 1 for the first run of a stamp, 2 for the second … */
  readonly run: number;
  readonly bytes: number;
}

/** A live run touches its partial every 30 s; after this long nobody is at work on it. */
const STALE = 10 * 60 * 1000;

/**
 * The archives of a naming, the newest stamp first. Links, folders
 * and files of other names are ignored.
 *
 * @throws Failure where the volume is missing, no directory or not readable
 */
export async function listArchives(volume: string, naming: Naming): Promise<StoredArchive[]> {
  const archives: StoredArchive[] = [];
  for (const file of await readVolume(volume)) {
    const parsed = parseName(naming, file);
    if (parsed === null) continue;
    const path = join(volume, file);
    const found = await look(path);
    const { stamp, time: stampTime, run } = parsed;
    if (found?.isFile()) archives.push({ file, path, stamp, stampTime, run, bytes: found.size });
  }
  return archives.sort((a, b) => b.stampTime.getTime() - a.stampTime.getTime() || b.run - a.run);
}

/**
 * Removes a file; that it is gone already is fine, since two runs may rotate at once.
 *
 * @throws Failure naming the file and what the operating system says
 */
export async function removeFile(path: string): Promise<void> {
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
 * Removes what killed runs of this naming left behind: partials that nobody
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
      throw new Failure(`the volume ${volume} does not exist`, 'mount it, or set its path with --volume');
    }
    if (code === 'ENOTDIR') {
      throw new Failure(`the volume ${volume} is not a directory`, 'set its path with --volume');
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

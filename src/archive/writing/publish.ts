import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { takeName } from '../../disk/file-name.ts';
import { systemCode } from '../../disk/system-error.ts';
import { archiveName, type Naming, partialName } from '../../volume/names.ts';
import { Failure } from '../../words/failure.ts';
import { ARCHIVE_MODE } from './zip-writer.ts';

const MOST_RUNS = 99;

/** A name that is reserved for this run, and the file that reserves it. */
export interface Reservation {
  readonly volume: string;
  readonly archive: string;
  readonly partial: string;
}

/**
 * Creates an empty partial file for the first name with this stamp that no archive and no
 * other run uses.
 *
 * @throws the file system's error where the volume takes no file; Failure where all names of the stamp are taken
 */
export function reservePartial(volume: string, naming: Naming, time: Date): Reservation {
  for (let run = 1; run <= MOST_RUNS; run++) {
    const archive = archiveName(naming, time, run);
    const partial = join(volume, partialName(archive));
    if (existsSync(join(volume, archive))) continue;
    try {
      closeSync(openSync(partial, 'wx', ARCHIVE_MODE));
      return { volume, archive, partial };
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
  throw tooMany(archiveName(naming, time));
}

/**
 * Gives a finished partial its final name, which never overwrites an archive: a
 * second run of the same minute may have published between our reservation and now.
 *
 * @returns the file name under which it was published
 */
export function publishPartial(reserved: Reservation, naming: Naming, time: Date): string {
  for (let run = 1; run <= MOST_RUNS; run++) {
    const archive = run === 1 ? reserved.archive : archiveName(naming, time, run);
    if (!takeName(reserved.partial, join(reserved.volume, archive))) continue;
    syncDirectory(reserved.volume);
    return archive;
  }
  throw tooMany(reserved.archive);
}

function tooMany(archive: string): Failure {
  return new Failure(
    `there are already ${MOST_RUNS} archives with the stamp of ${archive}`,
    'choose a more precise --stamp, such as yyyyMMddHHmmss',
  );
}

/** Syncs the directory, so that the new name survives a crash; not all volumes support it. */
function syncDirectory(directory: string): void {
  try {
    const fd = openSync(directory, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM', 'EACCES', 'EISDIR'].includes(systemCode(error) ?? '')) throw error;
  }
}

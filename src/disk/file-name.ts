import { closeSync, existsSync, linkSync, openSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from './system-error.ts';

/**
 * Gives a finished file its final name, which never overwrites an existing file: a hard
 * link fails where the name is taken, and a rename would not.
 *
 * @returns false where the name is taken
 * @throws the system's error where neither can be done
 */
export function takeName(partial: string, name: string): boolean {
  try {
    linkSync(partial, name);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    // Some volumes (SMB, some FUSE drivers) know no hard links.
    if (existsSync(name)) return false;
    renameSync(partial, name);
    return true;
  }
  unlinkSync(partial);
  return true;
}

/** Where Linux shows the files that a process has open, also those that have no name any more. */
const OPEN_FILES = '/proc/self/fd';

/** A file for this process alone. */
export interface Nameless {
  /** By which this process, and no other, opens it. */
  readonly path: string;
  /** Gives the space back; to do so twice is no mistake. */
  close(): void;
}

/**
 * Makes an empty file that loses its name at once: it is gone when this process ends,
 * however that comes. Where the system shows no open files, it has its name until it is closed.
 *
 * @param directory that only this user may enter
 * @throws the operating system's error
 */
export function openNameless(directory: string): Nameless {
  const name = join(directory, 'live');
  // 'wx' creates the file and follows no link.
  const fd = openSync(name, 'wx+', 0o600);
  const isNameless = existsSync(OPEN_FILES);
  if (isNameless) unlinkSync(name);
  let isOpen = true;
  return {
    path: isNameless ? join(OPEN_FILES, String(fd)) : name,
    close: () => {
      // The number may be another file's by now.
      if (!isOpen) return;
      isOpen = false;
      closeSync(fd);
      if (!isNameless) unlinkSync(name);
    },
  };
}

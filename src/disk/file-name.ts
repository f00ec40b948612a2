import { closeSync, existsSync, linkSync, openSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from './system-error.ts';

/**
 * Gives a finished file its final name. It never overwrites an existing file: a hard link fails if the name
 * exists, whereas rename would overwrite it.
 *
 * @returns false if the name exists
 * @throws the operating system's error if neither works
 */
export function takeName(partial: string, name: string): boolean {
  try {
    linkSync(partial, name);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    // Some volumes (SMB, some FUSE drivers) do not support hard links.
    if (existsSync(name)) return false;
    renameSync(partial, name);
    return true;
  }
  unlinkSync(partial);
  return true;
}

/** On Linux, the open files of this process, also those without a name. */
const OPEN_FILES = '/proc/self/fd';

/** A file that only this process can open. */
export interface Nameless {
  /** Only valid in this process. */
  readonly path: string;
  /** Frees the space; may be called twice. */
  close(): void;
}

/**
 * Creates an empty file and removes its name immediately, so that the file is gone when this process ends, even after
 * SIGKILL. On systems without /proc, it keeps its name until it is closed.
 *
 * @param directory accessible only to this user
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
      // The number may belong to another file by now.
      if (!isOpen) return;
      isOpen = false;
      closeSync(fd);
      if (!isNameless) unlinkSync(name);
    },
  };
}

import { existsSync, linkSync, renameSync, unlinkSync } from 'node:fs';
import { systemCode } from './system-error.ts';

/**
 * Gives a finished file its final name, which never overwrites what stands there: a hard
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

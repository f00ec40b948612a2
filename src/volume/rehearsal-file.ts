import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LARGEST_RECORD } from '../archive/format/rehearsal-record.ts';
import type { RehearsalFile } from '../archive/reading/archive-file.ts';
import { readStart } from '../disk/small-file.ts';
import { systemCode, volumeFailure } from '../disk/system-error.ts';
import { Failure } from '../words/failure.ts';
import { partialName, rehearsalName } from './names.ts';

/** As archives: it names their objects. */
const MODE = 0o640;

/** The result of the last rehearsal of an archive in a directory. */
export function rehearsalBeside(archive: string): RehearsalFile {
  const directory = dirname(archive);
  const path = join(directory, rehearsalName(basename(archive)));
  return {
    read: () => readSmall(path),
    write: async (content) => {
      // Backups remove files of this name that killed runs left.
      const partial = join(directory, `${partialName(basename(archive))}.${process.pid}`);
      try {
        await writeWhole(partial, path, content);
      } catch (error) {
        throw volumeFailure(error, `write ${path}`, directory);
      }
    },
  };
}

async function readSmall(path: string): Promise<Buffer | null> {
  try {
    const start = await readStart(path, LARGEST_RECORD);
    return start === null || start.size > LARGEST_RECORD ? null : start.bytes;
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    throw new Failure(`cannot read ${path} (${code})`, 'it needs read permission');
  }
}

async function writeWhole(partial: string, path: string, content: Uint8Array): Promise<void> {
  try {
    const file = await open(partial, 'wx', MODE);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await unlink(partial).catch(() => {});
    throw error;
  }
}

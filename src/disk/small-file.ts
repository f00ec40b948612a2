import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { systemCode } from './system-error.ts';

/** The beginning of a file, and the size of the whole file. */
export interface FileStart {
  readonly bytes: Buffer;
  readonly size: number;
}

/**
 * Reads the beginning of a regular file. Links and pipes are not followed or read: anyone who can write to the volume could
 * direct them to another file.
 *
 * @param limit bytes to read at most
 * @returns null if there is no regular file
 * @throws the operating system's error
 */
export async function readStart(path: string, limit: number): Promise<FileStart | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return null;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(stats.size, limit)), 0);
      return { bytes: buffer.subarray(0, bytesRead), size: stats.size };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENXIO'].includes(systemCode(error) ?? '')) return null;
    throw error;
  }
}

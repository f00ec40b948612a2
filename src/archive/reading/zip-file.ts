import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { takeName } from '../../disk/take-name.ts';
import { Failure } from '../../words/failure.ts';
import { attempt, FILE_MODE, TAKEN } from './extract.ts';

/**
 * Makes a file that has its name only when it is whole, readable for its owner alone.
 * It is written beside that name, under one that nobody else can have; whatever fails
 * leaves nothing behind.
 *
 * @param fill writes the content with the function that it is given
 * @throws Failure where the name is taken or the place takes no file; what `fill` throws
 */
export async function writeWholeFile<T>(
  path: string,
  fill: (write: (bytes: Uint8Array) => Promise<void>) => Promise<T>,
): Promise<T> {
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.partial`);
  // 'wx' makes the file anew and follows no link.
  const handle = await attempt(path, () => open(partial, 'wx', FILE_MODE));
  try {
    try {
      const result = await fill((bytes) => attempt(path, () => handle.writeFile(bytes)));
      await attempt(path, () => handle.sync());
      if (!(await attempt(path, async () => takeName(partial, path)))) {
        throw new Failure(`${path} is there already`, TAKEN, 'usage');
      }
      return result;
    } finally {
      await handle.close();
    }
  } finally {
    await rm(partial, { force: true });
  }
}

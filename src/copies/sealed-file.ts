import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { systemCode } from '../disk/system-error.ts';
import { sealed } from '../seal/sealing.ts';
import { sealedName } from '../volume/names.ts';

/** Until its copies are complete, a sealed file is kept; after this time nobody resumes its upload. */
const KEPT = 24 * 60 * 60 * 1000;

/** A file that is ready to be stored. */
export interface ReadyFile {
  /** The name in the place. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/**
 * Seals an archive into a hidden file beside it. Sealing never gives the same bytes twice, so an interrupted upload can
 * only be resumed from the same sealed file: the file of an earlier run is used again.
 *
 * @throws the operating system's error
 */
export async function sealFile(
  path: string,
  recipients: readonly string[],
  signal: AbortSignal,
): Promise<ReadyFile> {
  const name = sealedName(basename(path));
  const target = join(dirname(path), hiddenName(name, recipients));
  const found = await sizeOf(target);
  if (found !== null) return { name, path: target, bytes: found };
  const partial = `${target}.${process.pid}`;
  try {
    const out = createWriteStream(partial, { mode: 0o600, flush: true });
    await pipeline(sealed(createReadStream(path), recipients), out, { signal });
    // Two jobs at once: the second file replaces the first one under its name; open files stay readable.
    await rename(partial, target);
  } catch (error) {
    await unlink(partial).catch(() => {});
    throw error;
  }
  return { name, path: target, bytes: (await stat(target)).size };
}

/** Removes a sealed file that all places have. */
export async function discardSealed(path: string, recipients: readonly string[]): Promise<void> {
  await unlink(join(dirname(path), hiddenName(sealedName(basename(path)), recipients))).catch(unlessMissing);
}

/** Removes sealed files that earlier runs left and nobody needs any more. Throws the operating system's error. */
export async function sweepSealed(directory: string, now: Date): Promise<void> {
  for (const file of await readdir(directory)) {
    if (!/^\..+\.zip\.age\.[0-9a-f]{12}\.sealed(\.\d+)?$/.test(file)) continue;
    const path = join(directory, file);
    try {
      if (now.getTime() - (await stat(path)).mtimeMs > KEPT) await unlink(path);
    } catch (error) {
      unlessMissing(error);
    }
  }
}

/** The recipients are part of the name: a file that was sealed for others is not used. */
function hiddenName(name: string, recipients: readonly string[]): string {
  const hash = createHash('sha256')
    .update([...recipients].sort().join('\n'))
    .digest('hex');
  return `.${name}.${hash.slice(0, 12)}.sealed`;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    unlessMissing(error);
    return null;
  }
}

function unlessMissing(error: unknown): void {
  if (systemCode(error) !== 'ENOENT') throw error;
}

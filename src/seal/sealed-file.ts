import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, stat, statfs, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { takeName } from '../disk/file-name.ts';
import { systemCode, volumeFailure } from '../disk/system-error.ts';
import { type Naming, parseName, sealedName } from '../volume/names.ts';
import { Failure } from '../words/failure.ts';
import { NONCE, sealedBytes } from './payload.ts';
import { headerOf, LONGEST_HEADER } from './sealed-source.ts';
import { sealed } from './sealing.ts';

/** A finished file is kept for the upload that may be resumed from it; after this time none is. */
const KEPT = 25 * 60 * 60 * 1000;
/** A file that is being written changes all the time. */
const ABANDONED = 10 * 60 * 1000;
/** Bytes that are read and written at a time. */
const BLOCK = 1024 * 1024;
/** Of the volume, for what else is being written. */
const SPARE = 16 * 1024 * 1024;

/** A sealed archive that is ready to be stored elsewhere. */
export interface SealedFile {
  /** The name of the sealed archive: `openshift-backup202609110015.zip.age`. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Removes it, when it is stored. Throws the operating system's error. */
  discard(): Promise<void>;
}

/**
 * Seals an archive into a hidden file beside it, which only this user can read. The same archive is never sealed into
 * the same bytes twice, so an interrupted upload can only be resumed from the same file: the one that an earlier run
 * left is used again. Its name depends on the recipients and the archive, so that no other is taken for it.
 *
 * @param recipients as checkRecipients has let them pass
 * @throws Failure if the volume has too little space, or takes no file; the reason of the signal
 */
export async function sealFile(
  path: string,
  recipients: readonly string[],
  signal: AbortSignal,
): Promise<SealedFile> {
  const directory = dirname(path);
  const name = sealedName(basename(path));
  const archive = await stat(path);
  const target = join(directory, `.${name}.${digestOf(archive, recipients)}.sealed`);
  const ready = { name, path: target, discard: () => removeIfThere(target) };
  try {
    const found = await usableBytes(target, archive.size);
    if (found !== null) return { ...ready, bytes: found };
    await checkSpace(directory, name, archive.size);
    const partial = `${target}.${process.pid}`;
    try {
      await writeSealed(path, partial, recipients, signal);
      // Another job may have sealed it just now, and be reading what has the name.
      if (!takeName(partial, target)) await unlink(partial);
    } catch (error) {
      await removeIfThere(partial);
      throw error;
    }
    return { ...ready, bytes: (await stat(target)).size };
  } catch (error) {
    signal.throwIfAborted();
    throw volumeFailure(error, `seal ${basename(path)}`, directory);
  }
}

/**
 * Removes sealed files of a naming that nobody needs any more: finished ones after a day, others that killed runs left.
 *
 * @returns their file names
 * @throws Failure if the directory cannot be read, or a file cannot be removed
 */
export async function sweepSealed(directory: string, naming: Naming, now: Date): Promise<readonly string[]> {
  try {
    return await sweep(directory, naming, now);
  } catch (error) {
    throw volumeFailure(error, 'remove old sealed files', directory);
  }
}

async function sweep(directory: string, naming: Naming, now: Date): Promise<readonly string[]> {
  const swept: string[] = [];
  for (const file of await readdir(directory)) {
    const [, name = '', partial] = /^\.(.+\.zip\.age)\.[0-9a-f]{16}\.sealed(\.\d+)?$/.exec(file) ?? [];
    if (parseName(naming, name) === null) continue;
    const path = join(directory, file);
    const changed = await stat(path).catch(nullIfMissing);
    if (changed === null || now.getTime() - changed.mtimeMs <= (partial === undefined ? KEPT : ABANDONED))
      continue;
    await removeIfThere(path);
    swept.push(file);
  }
  return swept;
}

async function writeSealed(
  path: string,
  partial: string,
  recipients: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  // A run of the same number may have left it.
  await removeIfThere(partial);
  const handle = await open(partial, 'wx', 0o600);
  try {
    let block: Buffer[] = [];
    let length = 0;
    for await (const piece of sealed(blocksOf(path, signal), recipients)) {
      block.push(piece);
      length += piece.length;
      if (length < BLOCK) continue;
      await writeAll(handle, block, length);
      [block, length] = [[], 0];
    }
    await writeAll(handle, block, length);
    // The name must not survive a crash that the content does not.
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The bytes of a file, in a buffer that is used again. */
async function* blocksOf(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r');
  try {
    const block = Buffer.alloc(BLOCK);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await handle.read(block, 0, BLOCK, null);
      if (bytesRead === 0) return;
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, block: readonly Buffer[], length: number): Promise<void> {
  const { bytesWritten } = await handle.writev(block);
  if (bytesWritten === length) return;
  // A volume that is almost full takes a part; the next attempt says why.
  const rest = Buffer.concat(block).subarray(bytesWritten);
  for (let done = 0; done < rest.length; ) done += (await handle.write(rest, done)).bytesWritten;
}

/** The size of a finished file; null if there is none, or it cannot be this archive. */
async function usableBytes(target: string, plain: number): Promise<number | null> {
  const handle = await open(target, 'r').catch(nullIfMissing);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(Math.min(size, LONGEST_HEADER));
    await handle.read(head, 0, head.length, 0);
    if (size === headerOf(head).length + NONCE + sealedBytes(plain)) return size;
  } catch {
    // It is not whole, for whatever reason: another is made.
  } finally {
    await handle.close();
  }
  await removeIfThere(target);
  return null;
}

async function checkSpace(directory: string, name: string, plain: number): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(directory);
  // Some volumes do not say how large they are.
  if (blocks === 0) return;
  const free = bavail * bsize;
  const needed = sealedBytes(plain) + SPARE;
  if (free >= needed) return;
  throw new Failure(
    `no space on ${directory} for ${name}: it needs ${mebibytes(needed)} MiB, and ${mebibytes(free)} MiB are free`,
    'enlarge the volume, or keep fewer archives with --retain-days or the --keep options',
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}

function digestOf(archive: { size: number; mtimeMs: number }, recipients: readonly string[]): string {
  const facts = [archive.size, archive.mtimeMs, ...[...recipients].sort()];
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 16);
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch(nullIfMissing);
}

function nullIfMissing(error: unknown): null {
  if (systemCode(error) === 'ENOENT') return null;
  throw error;
}

import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, stat, statfs, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { takeName } from '../disk/file-name.ts';
import { systemCode, volumeFailure } from '../disk/system-error.ts';
import { type Naming, parseName, sealedName } from '../volume/names.ts';
import { Failure } from '../words/failure.ts';
import { headerOf, newHeader, type SealedFacts } from './header.ts';
import { CHUNK, LONGEST_HEADER, NONCE, payloadKey, sealChunk, sealedBytes } from './payload.ts';

/** A complete file is kept for an upload that may be resumed from it, which is impossible after this time. */
const KEPT = 25 * 60 * 60 * 1000;
/** If a partial file has not changed for so long, nobody is writing it. */
const ABANDONED = 10 * 60 * 1000;
/** Bytes per read and write. */
const BLOCK = 1024 * 1024;
/** Space that other writers of the volume may need. */
const SPARE = 16 * 1024 * 1024;

/** A sealed archive that is ready to be stored elsewhere. */
export interface SealedFile {
  /** The name of the sealed archive: `openshift-backup202609110015.zip.age`. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Removes it. Throws the operating system's error. */
  discard(): Promise<void>;
}

/**
 * Seals an archive into a hidden file next to it, which only this user can read. Sealing an archive twice gives different
 * bytes, so that an upload can be resumed only from the same file: a file that an earlier run left is used again. Its name
 * depends on the archive, the recipients and the facts, so that it is not used for others.
 *
 * @param recipients as checkRecipients accepts them
 * @param facts stored in the header, where anyone can read them; {} for none
 * @throws Failure if the volume does not have enough space or is not writable; the reason of the signal
 */
export async function sealFile(
  path: string,
  recipients: readonly string[],
  signal: AbortSignal,
  facts: SealedFacts = {},
): Promise<SealedFile> {
  const directory = dirname(path);
  const name = sealedName(basename(path));
  const archive = await stat(path);
  const target = join(directory, `.${name}.${digestOf(archive, recipients, facts)}.sealed`);
  const ready = { name, path: target, discard: () => removeIfThere(target) };
  try {
    const found = await usableBytes(target, archive.size);
    if (found !== null) return { ...ready, bytes: found };
    await checkSpace(directory, name, archive.size);
    const partial = `${target}.${process.pid}`;
    try {
      await writeSealed(partial, sealed(blocksOf(path, signal), recipients, facts));
      const { size } = await stat(partial);
      if (takeName(partial, target)) return { ...ready, bytes: size };
      // Another job has sealed the archive at the same time, and may be uploading its file, or have removed it already.
      const other = await usableBytes(target, archive.size);
      if (other === null) await rename(partial, target);
      else await unlink(partial);
      return { ...ready, bytes: other ?? size };
    } catch (error) {
      await removeIfThere(partial);
      throw error;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw volumeFailure(error, `seal ${basename(path)}`, directory);
  }
}

/**
 * Removes sealed files that are no longer needed: complete ones after a day, and those that killed runs left.
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

/**
 * Seals bytes for recipients as an age v1 file, which `age -d` and SealedSource open. The library makes the header; the
 * payload is encrypted here, since node:crypto is twice as fast.
 *
 * @param recipients as checkRecipients accepts them
 * @param facts see sealFile
 */
export async function* sealed(
  plain: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
  facts: SealedFacts = {},
): AsyncGenerator<Buffer> {
  const { header, fileKey } = await newHeader(recipients, facts);
  const nonce = randomBytes(NONCE);
  const key = payloadKey(fileKey, nonce);
  yield Buffer.concat([header, nonce]);
  const chunk = Buffer.alloc(CHUNK);
  let index = 0;
  let filled = 0;
  for await (const piece of plain) {
    let rest = piece;
    while (rest.length > 0) {
      // A full chunk is not the last one only if more bytes follow.
      if (filled === CHUNK) {
        yield* sealChunk(key, index, false, chunk);
        index += 1;
        filled = 0;
      }
      const part = rest.subarray(0, CHUNK - filled);
      chunk.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
    }
  }
  yield* sealChunk(key, index, true, chunk.subarray(0, filled));
}

async function writeSealed(partial: string, pieces: AsyncIterable<Buffer>): Promise<void> {
  // A killed process with the same ID may have left it.
  await removeIfThere(partial);
  const handle = await open(partial, 'wx', 0o600);
  try {
    let block: Buffer[] = [];
    let length = 0;
    for await (const piece of pieces) {
      block.push(piece);
      length += piece.length;
      if (length < BLOCK) continue;
      await writeAll(handle, block, length);
      [block, length] = [[], 0];
    }
    await writeAll(handle, block, length);
    // After a crash, the content must be there if the name is.
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The bytes of a file. Each block is valid until the next one is requested. */
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
  // An almost full volume accepts only a part; the next write gets the error.
  const rest = Buffer.concat(block).subarray(bytesWritten);
  for (let done = 0; done < rest.length; ) done += (await handle.write(rest, done)).bytesWritten;
}

/** The size of a complete file; null if there is none, or if its size is not that of this archive. */
async function usableBytes(target: string, plain: number): Promise<number | null> {
  const handle = await open(target, 'r').catch(nullIfMissing);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(Math.min(size, LONGEST_HEADER));
    await handle.read(head, 0, head.length, 0);
    if (size === headerOf(head).length + NONCE + sealedBytes(plain)) return size;
  } catch {
    // Whatever is wrong with it, a new one is made.
  } finally {
    await handle.close();
  }
  await removeIfThere(target);
  return null;
}

async function checkSpace(directory: string, name: string, plain: number): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(directory);
  // Some file systems do not report their size.
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

function digestOf(
  archive: { size: number; mtimeMs: number },
  recipients: readonly string[],
  facts: SealedFacts,
): string {
  const content = JSON.stringify([archive.size, archive.mtimeMs, [...recipients].sort(), facts]);
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch(nullIfMissing);
}

function nullIfMissing(error: unknown): null {
  if (systemCode(error) === 'ENOENT') return null;
  throw error;
}

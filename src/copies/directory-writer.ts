import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, lstat, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { takeName } from '../disk/file-name.ts';
import { systemCode } from '../disk/system-error.ts';
import { Failure } from '../words/failure.ts';
import { fileDigest } from './parts.ts';
import type { ObjectFacts, PlaceWriter, Removed, Stored, Upload } from './place-writer.ts';

const PARTIAL = '.copying';
const PARTIAL_NAME = /^\.(.+)\.[0-9a-f]{8}\.copying$/;

/** Writes copies to another directory, such as an NFS export. It cannot store facts. */
export class DirectoryWriter implements PlaceWriter {
  readonly #directory: string;
  readonly #signal: AbortSignal;

  /** @param signal ends what it does; a copy is not given up while the system makes it, but before it is compared */
  constructor(directory: string, signal: AbortSignal) {
    this.#directory = directory;
    this.#signal = signal;
  }

  async store({ name, path, bytes }: Upload): Promise<Stored> {
    const target = join(this.#directory, name);
    // Two jobs may copy the same archive at once.
    const partial = join(this.#directory, `.${name}.${randomBytes(4).toString('hex')}${PARTIAL}`);
    try {
      this.#signal.throwIfAborted();
      if ((await sizeOf(target)) !== null) return { kind: 'exists' };
      await copyFile(path, partial, constants.COPYFILE_FICLONE);
      await synced(partial);
      const digestOf = (file: string) => fileDigest('sha256', file, this.#signal);
      if ((await digestOf(partial)) !== (await digestOf(path)))
        throw new Failure(`${target} is not what was written`, 'look at the storage of the directory');
      return takeName(partial, target) ? { kind: 'stored', sent: bytes } : { kind: 'exists' };
    } catch (error) {
      throw explained(error, `write ${target}`);
    } finally {
      await unlink(partial).catch(() => {});
    }
  }

  async facts(): Promise<ObjectFacts | null> {
    return {};
  }

  async remove(name: string): Promise<Removed> {
    this.#signal.throwIfAborted();
    const path = join(this.#directory, name);
    try {
      await unlink(path);
      return { kind: 'removed' };
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return { kind: 'removed' };
      return { kind: 'refused', reason: explained(error, `remove ${path}`).message };
    }
  }

  async endUploads(before: Date, isOurs: (name: string) => boolean): Promise<readonly string[]> {
    const ended: string[] = [];
    try {
      for (const file of await readdir(this.#directory)) {
        const [, name] = PARTIAL_NAME.exec(file) ?? [];
        const path = join(this.#directory, file);
        if (name === undefined || !isOurs(name) || (await lstat(path)).mtime >= before) continue;
        await unlink(path);
        ended.push(name);
      }
    } catch (error) {
      throw explained(error, `remove interrupted copies from ${this.#directory}`);
    }
    return ended;
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function explained(error: unknown, action: string): Failure {
  if (error instanceof Failure) return error;
  const code = systemCode(error);
  if (code === null) throw error;
  const hint =
    code === 'ENOSPC'
      ? 'the directory is full: remove files, or shorten --copy-keep-…'
      : 'look at the directory of the copies';
  return new Failure(`cannot ${action} (${code})`, hint);
}

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, lstat, open, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Malformed } from '../archive/format/damage.ts';
import { takeName } from '../disk/file-name.ts';
import { readStart } from '../disk/small-file.ts';
import { systemCode } from '../disk/system-error.ts';
import { LONGEST_HEADER } from '../seal/payload.ts';
import { isSealedName } from '../volume/names.ts';
import { Failure } from '../words/failure.ts';
import { fileDigest } from './parts.ts';
import type { ObjectFacts, PlaceWriter, Removed, Stored, Upload } from './place-writer.ts';

const PARTIAL = '.copying';
const PARTIAL_NAME = /^\.(.+)\.[0-9a-f]{8}\.copying$/;
const LONGEST_NOTE = 100;

/**
 * Writes copies to another directory, such as an NFS export. A directory cannot store facts with a file: they are in the
 * header of a sealed copy, and in the manifest of any other. Only `from` needs a hidden file, a note next to the first copy,
 * until there is a second one.
 */
export class DirectoryWriter implements PlaceWriter {
  readonly #directory: string;
  readonly #signal: AbortSignal;
  /** The copy that has a note. */
  #noted: string | null = null;

  /** @param signal ends the work; the system finishes copying a file, but the copy is then not compared */
  constructor(directory: string, signal: AbortSignal) {
    this.#directory = directory;
    this.#signal = signal;
  }

  async store({ name, path, bytes, facts }: Upload): Promise<Stored> {
    const target = join(this.#directory, name);
    // Two jobs may copy the same archive at the same time.
    const partial = join(this.#directory, `.${name}.${randomBytes(4).toString('hex')}${PARTIAL}`);
    try {
      this.#signal.throwIfAborted();
      if ((await sizeOf(target)) !== null) return { kind: 'exists' };
      await copyFile(path, partial, constants.COPYFILE_FICLONE);
      await synced(partial);
      const digestOf = (file: string) => fileDigest('sha256', file, this.#signal);
      if ((await digestOf(partial)) !== (await digestOf(path)))
        throw new Failure(`${target} is not what was written`, 'look at the storage of the directory');
      const before = this.#noted;
      if (facts.from !== undefined) await this.#writeNote(name, facts.from);
      if (!takeName(partial, target)) return { kind: 'exists' };
      if (before !== null) await this.#removeNote(before);
      return { kind: 'stored', sent: bytes };
    } catch (error) {
      throw explained(error, `write ${target}`);
    } finally {
      await unlink(partial).catch(() => {});
    }
  }

  async facts(name: string): Promise<ObjectFacts | null> {
    const path = join(this.#directory, name);
    try {
      const note = await readStart(this.#noteOf(name), LONGEST_NOTE);
      if (note !== null) this.#noted = name;
      const from = note === null ? {} : { from: note.bytes.toString('utf8') };
      const known = isSealedName(name) ? await sealedFacts(path) : {};
      return { ...known, ...from };
    } catch (error) {
      throw explained(error, `read ${path}`);
    }
  }

  async remove(name: string): Promise<Removed> {
    this.#signal.throwIfAborted();
    const path = join(this.#directory, name);
    try {
      await unlink(path).catch(ignoring('ENOENT'));
      await this.#removeNote(name);
      return { kind: 'removed' };
    } catch (error) {
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

  async #writeNote(name: string, from: string): Promise<void> {
    // A link with this name must not be followed. Another job may write the same note at the same time.
    await this.#removeNote(name);
    await writeFile(this.#noteOf(name), from, { flag: 'wx' }).catch(ignoring('EEXIST'));
    this.#noted = name;
  }

  async #removeNote(name: string): Promise<void> {
    await unlink(this.#noteOf(name)).catch(ignoring('ENOENT'));
    if (this.#noted === name) this.#noted = null;
  }

  #noteOf(name: string): string {
    return join(this.#directory, `.${name}.first-copy`);
  }
}

/** The facts in the header of a sealed archive; {} if it has none. What reads headers is loaded only for one. */
async function sealedFacts(path: string): Promise<ObjectFacts> {
  const [start, { factsIn, headerOf }] = await Promise.all([
    readStart(path, LONGEST_HEADER),
    import('../seal/header.ts'),
  ]);
  try {
    return start === null ? {} : factsIn(headerOf(start.bytes));
  } catch (error) {
    if (error instanceof Malformed) return {};
    throw error;
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

function ignoring(code: string): (error: unknown) => void {
  return (error) => {
    if (systemCode(error) !== code) throw error;
  };
}

function explained(error: unknown, action: string): Failure {
  if (error instanceof Failure) return error;
  const code = systemCode(error);
  if (code === null) throw error;
  const hint =
    code === 'ENOSPC'
      ? 'the directory is full: remove files, or keep fewer copies (--copy-keep-…)'
      : 'look at the directory of the copies';
  return new Failure(`cannot ${action} (${code})`, hint);
}

import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../../disk/system-error.ts';
import { takeName } from '../../disk/take-name.ts';
import { Failure } from '../../words/failure.ts';
import { projectFiles, type TypeFile } from './contents.ts';
import type { ArchiveReader } from './reader.ts';

/** A file that was written, by its path in the directory. */
export interface ExtractedFile {
  readonly file: string;
  readonly bytes: number;
}

/** As `unzip` gives them, too: where Secrets go, ConfigMaps with passwords do as well. */
export const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/**
 * Writes the files of a project, or of the cluster-scoped types, to a directory
 * that is new or empty: `kubectl create -f` takes whatever lies in one, and the
 * files of two nights must not mix. They are written to a directory of their own
 * inside it and get their names when all of them are whole, so that a damaged
 * archive, a full disk or a signal leaves nothing behind.
 *
 * @param project null for cluster-scoped types
 * @throws Failure where there is no such project, the directory is not empty or takes no files; Damage
 */
export async function extractProject(
  archive: ArchiveReader,
  project: string | null,
  directory: string,
  signal: AbortSignal,
): Promise<ExtractedFile[]> {
  const files = await projectFiles(archive, await archive.manifest(), project);
  const made = await attempt(directory, () => prepare(directory));
  try {
    await attempt(directory, () => checkSpace(files, directory));
    const staging = await attempt(directory, () => mkdtemp(join(directory, '.openshift-backup.partial-')));
    try {
      for (const file of files) {
        await writeFile(archive, file, join(staging, extractedPath(file)), directory, signal);
      }
      await attempt(directory, () => publish(staging, directory));
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  } catch (error) {
    // rmdir takes only an empty directory, so nothing of anybody else's can go.
    if (made) await rmdir(directory).catch(() => {});
    throw error;
  }
  return files.map((file) => ({ file: extractedPath(file), bytes: file.entry.bytes }));
}

/** The path of a file in what is extracted. Made of what the name was understood as, not of the name: a view and a type, neither of which has a slash. */
export function extractedPath({ place }: TypeFile): string {
  return join(place.view, `${place.type}.json`);
}

/** @returns true where the directory was not there before */
async function prepare(directory: string): Promise<boolean> {
  const made = (await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE })) !== undefined;
  const [first, ...others] = await readdir(directory);
  if (first === undefined) return made;
  throw new Failure(
    `${directory} is not empty: it has ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`,
    'name a new directory with --to: files of two archives in one would be created together by kubectl create -f',
    'usage',
  );
}

/** A bomb is told before it fills the disk; what the directory of the zip says is what is written at most. */
async function checkSpace(files: readonly TypeFile[], directory: string): Promise<void> {
  const needed = files.reduce((sum, { entry }) => sum + entry.bytes, 0);
  const { bavail, bsize } = await statfs(directory);
  if (needed <= bavail * bsize) return;
  throw new Failure(
    `${directory} has ${bavail * bsize} bytes free, but the files have ${needed}`,
    'choose another place with --to',
  );
}

async function writeFile(
  archive: ArchiveReader,
  file: TypeFile,
  path: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  // 'wx' makes the file anew and follows no link.
  const handle = await attempt(directory, async () => {
    await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    return await open(path, 'wx', FILE_MODE);
  });
  try {
    for await (const piece of archive.stream(file.entry)) {
      signal.throwIfAborted();
      await attempt(directory, () => handle.writeFile(piece));
    }
  } finally {
    await handle.close();
  }
}

/** Moves everything up by one directory. Nothing is there yet; what came meanwhile is not overwritten. */
async function publish(staging: string, directory: string): Promise<void> {
  for (const each of await readdir(staging, { withFileTypes: true })) {
    const [from, to] = [join(staging, each.name), join(directory, each.name)];
    if (each.isDirectory()) await rename(from, to);
    else if (!takeName(from, to))
      throw new Failure(`cannot write to ${directory}: ${each.name} is there already`, TAKEN);
  }
}

/** Does something to a path of `--to`, and says what the operating system refused, and where. */
export async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = systemCode(error);
    if (code === null || !(error instanceof Error)) throw error;
    throw new Failure(`cannot write to ${path}: ${error.message}`, HINTS.get(code) ?? null);
  }
}

export const TAKEN = '--to must name something new, which nobody else writes';

const HINTS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'there is no space left; choose another place with --to'],
  ['EACCES', 'you may not write there; choose another place with --to'],
  ['EROFS', 'it is mounted read-only; choose another place with --to'],
  ['ENOTDIR', 'a part of the path that --to names is no directory'],
  ['ENOENT', 'the directory above must be there'],
  ['EEXIST', TAKEN],
]);

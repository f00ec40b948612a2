import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ZipArchive } from 'archiver';
import { takeName } from '../../disk/file-name.ts';
import { systemCode } from '../../disk/system-error.ts';
import { LOGS, logFileName } from '../../types/archive-paths.ts';
import { Failure } from '../../words/failure.ts';
import type { Manifest } from '../format/manifest.ts';
import { projectFiles } from './contents.ts';
import type { ArchiveEntry } from './entries.ts';
import { logFiles } from './logs.ts';
import type { ArchiveReader } from './reader.ts';

/** A file that was written, by its path in the directory. */
export interface ExtractedFile {
  readonly file: string;
  readonly bytes: number;
}

/** The same as with `unzip`. All files are protected, since ConfigMaps may contain passwords, too. */
export const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/**
 * Writes the files of a project, or of the cluster-scoped types, to a new or empty directory:
 * `kubectl create -f` reads all files in it, and the files of two archives must not be mixed.
 * They are written to a temporary directory inside it and get their names when all of them
 * are complete, so that a damaged archive, a full disk or a signal leaves nothing behind.
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
  const files = await extractableFiles(archive, await archive.manifest(), project);
  const made = await attempt(directory, () => prepare(directory));
  try {
    await attempt(directory, () => checkSpace(files, directory));
    const staging = await attempt(directory, () => mkdtemp(join(directory, '.openshift-backup.partial-')));
    try {
      for (const file of files) {
        await writeFile(archive, file, join(staging, file.path), directory, signal);
      }
      await attempt(directory, () => publish(staging, directory));
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  } catch (error) {
    // rmdir only removes an empty directory, so no other files can be deleted.
    if (made) await rmdir(directory).catch(() => {});
    throw error;
  }
  return files.map((file) => ({ file: file.path, bytes: file.entry.bytes }));
}

/** A file of a project, and its path in what is extracted. */
export interface ExtractableFile {
  readonly path: string;
  readonly entry: ArchiveEntry;
}

/**
 * The type files of a project and its logs. Paths are built from the parsed names of entries, no part of which can
 * contain a slash.
 *
 * @param project null for cluster-scoped types
 * @throws Failure if there is no such project; Damage, Unreadable
 */
export async function extractableFiles(
  archive: ArchiveReader,
  manifest: Manifest,
  project: string | null,
): Promise<ExtractableFile[]> {
  const types = await projectFiles(archive, manifest, project);
  const logs = project === null ? [] : await logFiles(archive, project);
  return [
    ...types.map(({ typePath, entry }) => ({ path: join(typePath.view, `${typePath.type}.json`), entry })),
    ...logs.map(({ logPath, entry }) => ({ path: join(LOGS, logPath.pod, logFileName(logPath)), entry })),
  ];
}

/** @returns true if the directory did not exist before */
async function prepare(directory: string): Promise<boolean> {
  const made = await makeDirectory(directory);
  const [first, ...others] = await readdir(directory);
  if (first === undefined) return made;
  throw new Failure(
    `${directory} is not empty: it has ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`,
    'name a new directory with --to: files of two archives in one would be created together by kubectl create -f',
    'usage',
  );
}

/**
 * Creates a directory and its missing parents. `mkdir` of Node with `recursive` never returns if a directory exists but
 * answers ENOENT to a new name, as /proc does.
 *
 * @returns true if the directory did not exist before
 */
async function makeDirectory(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, { mode: DIRECTORY_MODE });
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return false;
    if (code !== 'ENOENT' || dirname(directory) === directory) throw error;
  }
  await makeDirectory(dirname(directory));
  await mkdir(directory, { mode: DIRECTORY_MODE });
  return true;
}

/** A zip bomb cannot fill the disk: no more is written than the sizes in the directory of the zip. */
async function checkSpace(files: readonly ExtractableFile[], directory: string): Promise<void> {
  const required = files.reduce((sum, { entry }) => sum + entry.bytes, 0);
  const { bavail, bsize } = await statfs(directory);
  if (required <= bavail * bsize) return;
  throw new Failure(
    `${directory} has ${bavail * bsize} bytes free, but the files have ${required}`,
    'choose another place with --to',
  );
}

async function writeFile(
  archive: ArchiveReader,
  file: ExtractableFile,
  path: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  // 'wx' creates the file and follows no link.
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

/** Moves everything to the parent directory, which is empty; files that were created in the meantime are not overwritten. */
async function publish(staging: string, directory: string): Promise<void> {
  for (const each of await readdir(staging, { withFileTypes: true })) {
    const [from, to] = [join(staging, each.name), join(directory, each.name)];
    if (each.isDirectory()) await rename(from, to);
    else if (!takeName(from, to))
      throw new Failure(`cannot write to ${directory}: ${each.name} is there already`, TAKEN);
  }
}

/** Runs an operation on a path of `--to`; errors of the operating system become a Failure that names the path. */
export async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = systemCode(error);
    if (code === null || !(error instanceof Error)) throw error;
    throw new Failure(`cannot write to ${path}: ${error.message}`, HINTS.get(code) ?? null);
  }
}

export const TAKEN = '--to must name a new file or directory that nothing else writes to';

const HINTS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no space left; choose another place with --to'],
  ['EACCES', 'no permission to write there; choose another place with --to'],
  ['EROFS', 'the file system is mounted read-only; choose another place with --to'],
  ['ENOTDIR', 'part of the --to path is not a directory'],
  ['ENOENT', 'the parent directory must exist and accept new files'],
  ['EEXIST', TAKEN],
]);

/**
 * Creates a file that gets its name when it is complete, readable for its owner only. It is
 * first written to a unique temporary name next to it; if anything fails, nothing remains.
 *
 * @param fill writes the content with the function that it receives
 * @throws Failure if the name exists or the file cannot be created; what `fill` throws
 */
export async function writeWholeFile<T>(
  path: string,
  fill: (write: (bytes: Uint8Array) => Promise<void>) => Promise<T>,
): Promise<T> {
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.partial`);
  // 'wx' creates the file and follows no link.
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

/** The level of the archives: higher levels save little and take longer than everything else. */
const LEVEL = 1;
/** From this size on, a field of four bytes is not sufficient. */
const ZIP64 = 0xffff_ffff;

/**
 * Writes a zip with the files of a project, with the same paths as extractProject, as a stream:
 * nothing is collected, on disk or in memory. The directory of a zip is at its end, so every
 * reader rejects a truncated zip.
 *
 * @param time modification time of the entries
 * @param take writes some bytes; the next ones are created when its promise resolves
 * @throws Damage or Unreadable, what `take` throws, the signal's reason; then the zip has no end
 */
export async function writeProjectZip(
  archive: ArchiveReader,
  files: readonly ExtractableFile[],
  time: Date,
  take: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<ExtractedFile[]> {
  // Imported here, since other commands do not need it.
  const { ZipArchive } = await import('archiver');
  const forceZip64 = files.some(({ entry }) => entry.bytes >= ZIP64);
  const zip = new ZipArchive({ forceUTC: true, forceZip64, zlib: { level: LEVEL } });
  const written = async () => {
    for await (const piece of zip) {
      signal.throwIfAborted();
      await take(piece);
    }
  };
  await Promise.all([feed(zip, archive, files, time), written()]);
  return files.map((file) => ({ file: file.path, bytes: file.entry.bytes }));
}

/** Appends the files one by one; an error of one ends the zip. */
async function feed(
  zip: ZipArchive,
  archive: ArchiveReader,
  files: readonly ExtractableFile[],
  date: Date,
): Promise<void> {
  for (const file of files) {
    const source = Readable.from(archive.stream(file.entry), { objectMode: false });
    source.on('error', (error) => zip.destroy(error));
    const taken = once(zip, 'entry');
    zip.append(source, { name: file.path, mode: FILE_MODE, date });
    await taken;
  }
  await zip.finalize();
}

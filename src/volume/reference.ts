import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemCode } from '../disk/system-error.ts';
import { Failure } from '../words/failure.ts';
import { type Catalogue, catalogueOf, latestFirst } from './catalogue.ts';
import type { Naming } from './names.ts';
import { listArchives, type StoredArchive } from './store.ts';

/** The file that a person's ARCHIVE stands for. */
export interface ArchiveFile {
  readonly file: string;
  readonly path: string;
}

const NAMING_HINT =
  'openshift-backup list names the archives; --volume, --name and --stamp say which are seen';

/**
 * Finds the archive that `latest`, `previous`, a file name on the volume, a
 * prefix of a stamp (`20260911`) or a path stands for. The first two go by the time in
 * the manifests, all others by name. A prefix that several
 * archives share is refused: a comparison with the wrong night misleads.
 *
 * @throws Failure naming what is there; the reason of the signal
 */
export async function resolveArchive(
  volume: string,
  naming: Naming,
  reference: string,
  now: Date,
  signal: AbortSignal | null = null,
): Promise<ArchiveFile> {
  return await archiveResolver(volume, naming, now, catalogueOf(volume, naming, signal))(reference);
}

/**
 * As resolveArchive, for a command that takes several.
 *
 * @param catalogue the rows of the volume, where the command needs them, too
 */
export function archiveResolver(
  volume: string,
  naming: Naming,
  now: Date,
  catalogue: Catalogue = catalogueOf(volume, naming),
): (reference: string) => Promise<ArchiveFile> {
  return (reference) => resolved(volume, naming, reference, now, catalogue);
}

async function resolved(
  volume: string,
  naming: Naming,
  reference: string,
  now: Date,
  catalogue: Catalogue,
): Promise<ArchiveFile> {
  if (reference.includes('/')) return pathOf(reference);
  if (reference.endsWith('.zip')) {
    // Also a file of another name on the volume, or in the working directory.
    const onVolume = join(volume, reference);
    if (await isFile(onVolume)) return { file: reference, path: onVolume };
    if (await isFile(reference)) return { file: reference, path: reference };
  }
  if (reference === 'latest' || reference === 'previous') {
    const rows = latestFirst(await catalogue(), now);
    const archives = rows.map(({ archive }) => archive);
    const found = archives[reference === 'latest' ? 0 : 1];
    if (found !== undefined) return found;
    throw new Failure(
      `there is no ${reference} archive: ${contents(volume, archives)}`,
      NAMING_HINT,
      'usage',
    );
  }
  const archives = await listArchives(volume, naming);
  const keyed = archives.map((archive) => ({ archive, key: archive.file.slice(naming.name.length, -4) }));
  const exact = keyed.find(({ key }) => key === reference);
  if (exact !== undefined) return exact.archive;
  const matching = keyed.filter(({ key }) => key.startsWith(reference)).map(({ archive }) => archive);
  if (matching.length > 1) {
    throw new Failure(
      `${reference} matches ${matching.length} archives: ${nameSome(matching)}`,
      'give more of the stamp, or the full file name',
      'usage',
    );
  }
  const [only] = matching;
  if (only !== undefined) return only;
  throw new Failure(`no archive matches ${reference}: ${contents(volume, archives)}`, NAMING_HINT, 'usage');
}

async function pathOf(path: string): Promise<ArchiveFile> {
  if (await isFile(path)) return { file: basename(path), path };
  throw new Failure(`the file ${path} does not exist`, 'an ARCHIVE with a slash is a path', 'usage');
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return false;
    throw new Failure(`cannot access ${path} (${code})`, 'its directories need search permission');
  }
}

function contents(volume: string, archives: readonly StoredArchive[]): string {
  if (archives.length === 0) return `${volume} has no archive of this name`;
  return `${volume} has ${nameSome(archives)}`;
}

function nameSome(archives: readonly StoredArchive[]): string {
  const some = archives.slice(0, 5).map(({ file }) => file);
  const more = archives.length - some.length;
  return `${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

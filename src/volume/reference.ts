import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import { Failure } from '../words/failure.ts';
import type { ArchiveStore, StoredArchive, StoreOptions } from './archive-store.ts';
import { type Catalogue, catalogueOf, latestFirst } from './catalogue.ts';
import { findFile, isDirectory } from './directory-store.ts';
import { isUrl, type Location, parseArchiveUrl } from './location.ts';
import { isArchiveName, isSealedName, type Naming, plainName, sealedName, stampAndRun } from './names.ts';
import { openStore } from './open-store.ts';

const NAMING_HINT =
  'openshift-backup list names the archives; --volume, --name and --stamp decide which archives are found';

/** Where archives are looked for, and which. */
export interface Archives {
  readonly store: ArchiveStore;
  readonly naming: Naming;
  /** The manifests in the store. */
  readonly catalogue: Catalogue;
  /** For an archive that is given as a path or URL. */
  readonly options: StoreOptions;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/**
 * The archives that the options of a command name.
 *
 * @param config `--volume`, the naming, and the options of the store
 * @throws as openStore
 */
export async function openArchives(
  config: Naming & StoreOptions & { readonly volume: Location },
  now: Date,
  signal: AbortSignal,
): Promise<Archives> {
  const store = await openStore(config.volume, config, signal);
  return {
    store,
    naming: config,
    catalogue: catalogueOf(store, config, signal),
    options: config,
    now,
    signal,
  };
}

/**
 * Finds the archive that `latest`, `previous`, a file name in the store, a prefix of a stamp (`20260911`),
 * a path or a URL stands for. The first two go by the time in the manifests, all others by name. A prefix
 * that several archives share is refused: a comparison with the wrong night misleads.
 *
 * @throws Failure naming what is there; the reason of the signal
 */
export async function resolveArchive(archives: Archives, reference: string): Promise<ArchiveFile> {
  const { store, naming, options, now } = archives;
  const withIdentity = (options.identity ?? []).length > 0;
  // The beginning of every stamp, and what a variable that is not set gives.
  if (reference === '') {
    throw new Failure(
      'the name of the ARCHIVE is empty',
      'latest is the newest one; a variable of the shell may not be set',
      'usage',
    );
  }
  if (isUrl(reference)) return await byUrl(archives, reference);
  if (reference.includes('/')) return await byPath(reference, options);
  if (isArchiveName(reference)) {
    // Also a file of another name in the store, or in the working directory.
    const found = (await store.find(reference)) ?? (await findFile(reference, options));
    if (found !== null) return found;
  }
  if (reference === 'latest' || reference === 'previous') {
    const rows = withoutTwins(
      latestFirst(await archives.catalogue(), now),
      ({ archive }) => archive.file,
      withIdentity,
    );
    const found = rows[reference === 'latest' ? 0 : 1];
    if (found !== undefined) return found.archive;
    const there = rows.map(({ archive }) => archive);
    throw new Failure(`there is no ${reference} archive: ${contents(store, there)}`, NAMING_HINT, 'usage');
  }
  const listed = withoutTwins(await store.list(naming), ({ file }) => file, withIdentity);
  return byStamp(store, naming, listed, reference);
}

function byStamp(
  store: ArchiveStore,
  naming: Naming,
  archives: readonly StoredArchive[],
  reference: string,
): ArchiveFile {
  const keyed = archives.map((archive) => ({
    archive,
    key: stampAndRun(naming, archive.file),
  }));
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
  throw new Failure(`no archive matches ${reference}: ${contents(store, archives)}`, NAMING_HINT, 'usage');
}

async function byPath(path: string, options: StoreOptions): Promise<ArchiveFile> {
  const found = await findFile(path, options);
  if (found !== null) return found;
  if (await isDirectory(path)) {
    const hint = `name a file in it, or list its archives: openshift-backup list --volume ${path}`;
    throw new Failure(`${path} is a directory, not an archive`, hint, 'usage');
  }
  throw new Failure(`the file ${path} does not exist`, 'an ARCHIVE with a slash is a path', 'usage');
}

async function byUrl({ options, signal }: Archives, url: string): Promise<ArchiveFile> {
  const parsed = parsedUrl(url);
  const found = await (await openStore(parsed.store, options, signal)).find(parsed.file);
  if (found !== null) return found;
  const hint = `openshift-backup list --volume ${parsed.store.text} lists the archives`;
  throw new Failure(`the archive ${url} does not exist`, hint, 'usage');
}

function parsedUrl(url: string) {
  try {
    const parsed = parseArchiveUrl(url);
    if (parsed !== null) return parsed;
  } catch (error) {
    throw new Failure(`${url}: ${error instanceof Error ? error.message : String(error)}`, null, 'usage');
  }
  throw new Failure(`${url} names no archive`, 'an ARCHIVE by URL is s3://BUCKET/PREFIX/NAME.zip', 'usage');
}

/**
 * Where an archive is there both sealed and not, the two are one. With an identity it is the sealed one: somebody
 * who cannot open it could have put the other beside it.
 */
function withoutTwins<T>(all: readonly T[], fileOf: (one: T) => string, withIdentity: boolean): readonly T[] {
  const files = new Set(all.map(fileOf));
  return all.filter((one) => {
    const file = fileOf(one);
    const twin = isSealedName(file) ? plainName(file) : sealedName(file);
    return isSealedName(file) === withIdentity || !files.has(twin);
  });
}

function contents({ location }: ArchiveStore, archives: readonly StoredArchive[]): string {
  if (archives.length === 0) return `${location} has no archive of this name`;
  return `${location} has ${nameSome(archives)}`;
}

function nameSome(archives: readonly StoredArchive[]): string {
  const some = archives.slice(0, 5).map(({ file }) => file);
  const more = archives.length - some.length;
  return `${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

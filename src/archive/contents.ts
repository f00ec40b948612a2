import { Failure } from '../snapshot/failure.ts';
import { Damage } from './damage.ts';
import type { ArchiveEntry } from './entries.ts';
import { type ListPart, ListSplitter, OversizedItem } from './items.ts';
import { readHead } from './list-check.ts';
import type { Manifest } from './manifest.ts';
import { type Address, CLUSTER, type Place, placeOf } from './places.ts';
import type { ArchiveReader } from './reader.ts';

/** A type file in an archive. */
export interface TypeFile {
  readonly place: Place;
  readonly entry: ArchiveEntry;
}

/**
 * All files of a project, or of the cluster-scoped types.
 *
 * @throws Failure where there is no such project, naming some that are there
 */
export async function projectFiles(
  archive: ArchiveReader,
  manifest: Manifest,
  project: string | null,
): Promise<TypeFile[]> {
  const files = (await archive.entries()).flatMap((entry) => {
    const place = placeOf(entry.name);
    return place?.project === project ? [{ place, entry }] : [];
  });
  if (files.length > 0 || project === null) return files;
  if (manifest.projects.some(({ name }) => name === project)) return files;
  throw new Failure(
    `${archive.path} has no project ${project}; it has ${some(manifest.projects.map(({ name }) => name))}`,
    `openshift-backup show ${archive.path} lists them; cluster-scoped types are under ${CLUSTER}`,
  );
}

/**
 * The file of a type, which may be named in full (`deployments.apps`) or, where
 * that is unambiguous, by its plural alone.
 *
 * @throws Failure where there is none, with what became of the type in this archive, or several
 */
export async function findTypeFile(
  archive: ArchiveReader,
  manifest: Manifest,
  address: Address & { readonly type: string },
): Promise<TypeFile> {
  const { project, view, type } = address;
  const files = (await projectFiles(archive, manifest, project)).filter(({ place }) => place.view === view);
  const exact = files.find(({ place }) => place.type === type);
  if (exact !== undefined) return exact;
  const [only, ...others] = files.filter(({ place }) => place.type.startsWith(`${type}.`));
  if (only !== undefined && others.length === 0) return only;
  const where = [project ?? CLUSTER, ...(view === '' ? [] : [view])].join('/');
  if (only !== undefined) {
    const names = [only, ...others].map(({ place }) => place.type);
    throw new Failure(
      `${type} is more than one type in ${where}: ${some(names)}`,
      'name one in full',
      'usage',
    );
  }
  const told = manifest.resourceTypes.find(({ name }) => name === type || name.startsWith(`${type}.`));
  const outcome = told === undefined ? '' : ` (${told.name}: ${told.reason ?? told.outcome})`;
  throw new Failure(
    `${archive.path} has no ${type} in ${where}${outcome}; it has ${some(files.map(({ place }) => place.type))}`,
    `openshift-backup show ${archive.path} says what became of each type`,
  );
}

/** A type file's bytes as items and what stands around them, in order. Throws Damage. */
export async function* readParts(archive: ArchiveReader, entry: ArchiveEntry): AsyncGenerator<ListPart> {
  const splitter = new ListSplitter();
  try {
    for await (const piece of archive.stream(entry)) yield* splitter.push(piece);
    yield* splitter.end();
  } catch (error) {
    if (error instanceof OversizedItem) throw new Damage(archive.path, `${entry.name} ${error.message}`);
    throw error;
  }
}

/** Number of objects in a type file. */
export async function countObjects(archive: ArchiveReader, entry: ArchiveEntry): Promise<number> {
  let count = 0;
  for await (const part of readParts(archive, entry)) if (part.kind === 'item') count += 1;
  return count;
}

/**
 * One object as it stands in its file, moved to the left edge.
 *
 * @throws Failure where there is none of that name, naming some that are there
 */
export async function findObject(archive: ArchiveReader, file: TypeFile, name: string): Promise<Buffer> {
  const names: string[] = [];
  for await (const part of readParts(archive, file.entry)) {
    if (part.kind !== 'item') continue;
    const head = readHead(part.bytes, `items[${names.length}]`);
    if (typeof head === 'string') throw new Damage(archive.path, `${file.entry.name}: ${head}`);
    if (head.name === name) return outdented(part.bytes);
    names.push(head.name);
  }
  throw new Failure(
    `${archive.path} has no ${name} in ${file.entry.name}; it has ${some(names)}`,
    `openshift-backup show ${archive.path} ${file.place.project ?? CLUSTER}/${file.place.type} prints all`,
  );
}

/** Items stand four columns in. JSON strings hold no raw line ends, so these spaces are white space for sure. */
function outdented(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\n {1,4}/g, '\n'), 'latin1');
}

function some(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length - 10;
  return `${names.slice(0, 10).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

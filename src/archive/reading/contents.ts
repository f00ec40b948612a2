import { type Address, CLUSTER, type TypePath, typePathOf } from '../../types/archive-paths.ts';
import { readHead } from '../../types/identity.ts';
import { typesOf } from '../../types/type-words.ts';
import { Failure } from '../../words/failure.ts';
import { brief } from '../../words/names.ts';
import { Damage } from '../format/damage.ts';
import type { Manifest } from '../format/manifest.ts';
import type { ArchiveEntry } from './entries.ts';
import { type ListPart, ListSplitter, UnboundedItem } from './list-splitter.ts';
import type { ArchiveReader } from './reader.ts';

/** A type file in an archive. */
export interface TypeFile {
  readonly typePath: TypePath;
  readonly entry: ArchiveEntry;
}

/**
 * All files of a project, or of the cluster-scoped types.
 *
 * @throws Failure if there is no such project, naming some that exist
 */
export async function projectFiles(
  archive: ArchiveReader,
  manifest: Manifest,
  project: string | null,
): Promise<TypeFile[]> {
  const files = (await archive.entries()).flatMap((entry) => {
    const typePath = typePathOf(entry.name);
    return typePath?.project === project ? [{ typePath, entry }] : [];
  });
  if (files.length > 0 || project === null) return files;
  if (manifest.projects.some(({ name }) => name === project)) return files;
  throw new Failure(
    `${archive.path} has no project ${project}; it has ${some(manifest.projects.map(({ name }) => name))}`,
    `openshift-backup show ${archive.path} lists them; cluster-scoped types are under ${CLUSTER}`,
    'usage',
  );
}

/**
 * The file of a type, which may be named as for kubectl: `deployments.apps`,
 * `deployments`, `deployment`, `deploy` (see typesOf).
 *
 * @throws Failure if there is none, with the outcome of the type in this archive, or if there are several
 */
export async function findTypeFile(
  archive: ArchiveReader,
  manifest: Manifest,
  address: Address & { readonly type: string },
): Promise<TypeFile> {
  const { project, view, type } = address;
  const files = (await projectFiles(archive, manifest, project)).filter(
    ({ typePath }) => typePath.view === view,
  );
  const rows = new Map(manifest.resourceTypes.map((row) => [row.name, row]));
  const known = files.map((file) => ({
    file,
    name: file.typePath.type,
    apiVersion: rows.get(file.typePath.type)?.apiVersion ?? '',
    kind: rows.get(file.typePath.type)?.kind ?? '',
  }));
  const [only, ...others] = typesOf(type, known);
  if (only !== undefined && others.length === 0) return only.file;
  const where = [project ?? CLUSTER, ...(view === '' ? [] : [view])].join('/');
  if (only !== undefined) {
    throw new Failure(
      `${type} matches several types in ${where}: ${some([only, ...others].map(({ name }) => name))}`,
      'give the full name',
      'usage',
    );
  }
  const [row] = typesOf(type, manifest.resourceTypes);
  const outcome = row === undefined ? '' : ` (${row.name}: ${row.reason ?? row.outcome})`;
  throw new Failure(
    `${archive.path} has no ${type} in ${where}${outcome}; it has ${some(files.map(({ typePath }) => typePath.type))}`,
    `openshift-backup show ${archive.path} shows the outcome of each type`,
    'usage',
  );
}

/** A type file's bytes as items and envelope, in order. Throws Damage. */
export async function* readParts(archive: ArchiveReader, entry: ArchiveEntry): AsyncGenerator<ListPart> {
  const splitter = new ListSplitter();
  try {
    for await (const piece of archive.stream(entry)) yield* splitter.push(piece);
    yield* splitter.end();
  } catch (error) {
    if (error instanceof UnboundedItem) throw new Damage(archive.path, `${entry.name} ${error.message}`);
    throw error;
  }
}

/**
 * Number of objects in a file. The file is read only if the directory does not have the number; for files of metadata,
 * the directory has the number of objects being deleted instead. verify compares these numbers with the files.
 */
export async function countObjects(archive: ArchiveReader, entry: ArchiveEntry): Promise<number> {
  const { count: stated } = entry.record;
  if (stated !== null && typePathOf(entry.name)?.view !== '_metadata') return stated;
  let count = 0;
  for await (const part of readParts(archive, entry)) if (part.kind === 'item') count += 1;
  return count;
}

/**
 * One object as it is in its file, without the indentation of the list.
 *
 * @param parts those of the file
 * @throws Failure if there is none of that name, naming some that exist
 */
export async function findObject(
  archive: ArchiveReader,
  file: TypeFile,
  name: string,
  parts: AsyncIterable<ListPart> = readParts(archive, file.entry),
): Promise<Buffer> {
  const names: string[] = [];
  let found: Buffer | null = null;
  // The whole file is read, so that its SHA-256 is verified.
  for await (const part of parts) {
    if (part.kind !== 'item' || found !== null) continue;
    const head = readHead(part.bytes, `items[${names.length}]`);
    if (typeof head === 'string') throw new Damage(archive.path, `${file.entry.name}: ${head}`);
    if (head.name === name) found = outdented(part.bytes);
    else names.push(head.name);
  }
  if (found !== null) return found;
  throw new Failure(
    `${archive.path} has no ${brief(name)} in ${file.entry.name}; it has ${some(names)}`,
    `openshift-backup show ${archive.path} ${file.typePath.project ?? CLUSTER}/${file.typePath.type} prints all`,
    'usage',
  );
}

/** Items are indented by four columns. JSON strings hold no raw line ends, so these spaces are white space. */
function outdented(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\n {1,4}/g, '\n'), 'latin1');
}

function some(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length - 10;
  const first = names.slice(0, 10).map((name) => brief(name));
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

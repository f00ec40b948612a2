import { entryName } from '../../types/archive-paths.ts';
import { DELETION, deletionTime, mentionsDeletion } from '../../types/deletion.ts';
import { readHead } from '../../types/identity.ts';
import { readParts, type TypeFile } from './contents.ts';
import type { ArchiveEntry } from './entries.ts';
import { joinWithSideFile, withMembers } from './joined-parts.ts';
import type { ListPart } from './list-splitter.ts';
import type { ArchiveReader } from './reader.ts';

/** An object that was being deleted when it was archived. */
export interface BeingDeleted {
  readonly name: string;
  /** As the API server wrote it. */
  readonly since: string;
}

/**
 * The objects of a type in a project that are being deleted, in order. Usually there are none:
 * then the metadata is only searched, and the objects are not read.
 *
 * @param project null for cluster-scoped types
 * @param find looks up an entry; by default in the archive's own directory
 * @throws Damage, Unreadable
 */
export async function* beingDeleted(
  archive: ArchiveReader,
  project: string | null,
  type: string,
  find: FindEntry = (name) => archive.find(name),
): AsyncGenerator<BeingDeleted> {
  const entry = await find(entryName(project, '', type));
  const metadata = await find(entryName(project, '_metadata', type));
  if (entry === null || metadata === null || !(await hasDeletions(archive, metadata))) return;
  const file = { typePath: { project, view: '', type }, entry } as const;
  for await (const { kind, bytes } of partsWithDeletion(archive, file, readParts(archive, entry), metadata)) {
    const since = kind === 'item' ? deletionTime(bytes) : null;
    const head = since === null ? '' : readHead(bytes, 'an object');
    if (since !== null && typeof head !== 'string') yield { name: head.name, since };
  }
}

type FindEntry = (name: string) => Promise<ArchiveEntry | null>;

/** How many objects of a type are being deleted; null if the archive does not say. Throws as beingDeleted. */
export async function countBeingDeleted(
  archive: ArchiveReader,
  project: string | null,
  type: string,
  entries: ReadonlyMap<string, ArchiveEntry>,
): Promise<number | null> {
  if (!entries.has(entryName(project, '_metadata', type))) return null;
  let count = 0;
  const find: FindEntry = async (name) => entries.get(name) ?? null;
  for await (const _ of beingDeleted(archive, project, type, find)) count += 1;
  return count;
}

/** Since when a project is being deleted; null if it is not, or if that is not known. Throws as beingDeleted. */
export async function projectDeletion(archive: ArchiveReader, project: string): Promise<string | null> {
  let found: string | null = null;
  for await (const { name, since } of beingDeleted(archive, null, 'namespaces'))
    if (name === project) found = since;
  return found;
}

/** Whether a file under `_metadata/` may contain an object that is being deleted. Throws as beingDeleted. */
export async function hasDeletions(archive: ArchiveReader, entry: ArchiveEntry): Promise<boolean> {
  // The directory counts them; verify compares that with the file.
  if (entry.record.count === 0) return false;
  let end = Buffer.alloc(0);
  let found = false;
  // The file is read to its end even if it is found early, so that its CRC-32 is checked.
  for await (const piece of archive.stream(entry)) {
    found ||= mentionsDeletion(piece);
    // The name may be split between two pieces, or more if they are short.
    const seam = Buffer.concat([end, piece.subarray(0, SEAM)]);
    found ||= mentionsDeletion(seam);
    end = Buffer.concat([end, piece.subarray(-SEAM)]).subarray(-SEAM);
  }
  return found;
}

/** One byte less than the length of the name with its quotes. */
const SEAM = DELETION.length + 1;

/** The parts of a type file; objects that are being deleted have their deletionTimestamp. */
export function partsWithDeletion(
  archive: ArchiveReader,
  file: TypeFile,
  parts: AsyncGenerator<ListPart>,
  entry: ArchiveEntry,
): AsyncGenerator<ListPart> {
  return joinWithSideFile(archive, file, parts, entry, withDeletion);
}

/** An object with the deletionTimestamp of its item under `_metadata/`, if it has one. */
export function withDeletion(object: Buffer, metadata: Buffer): Buffer {
  return mentionsDeletion(metadata) ? withMembers(object, metadata, [DELETION]) : object;
}

import { DELETION, deletionTime, mentionsDeletion } from '../../types/deletion.ts';
import { readHead } from '../../types/object-head.ts';
import { entryName } from '../format/places.ts';
import { readParts, type TypeFile } from './contents.ts';
import type { ArchiveEntry } from './entries.ts';
import type { ListPart } from './items.ts';
import { joinBeside } from './join-beside.ts';
import type { ArchiveReader } from './reader.ts';
import { joined } from './with-metadata.ts';

/** An object that was being deleted when it was archived. */
export interface BeingDeleted {
  readonly name: string;
  /** As the API server wrote it. */
  readonly since: string;
}

/**
 * The objects of a file under `_metadata/` that are being deleted, in their order. Nearly all
 * files tell of none: those are only searched, not taken apart. What is not an object is
 * passed over.
 *
 * @throws Damage, Unreadable
 */
export async function* beingDeleted(
  archive: ArchiveReader,
  entry: ArchiveEntry,
): AsyncGenerator<BeingDeleted> {
  if (!(await tellsOfDeletion(archive, entry))) return;
  for await (const { kind, bytes } of readParts(archive, entry)) {
    if (kind === 'frame' || !mentionsDeletion(bytes)) continue;
    const head = readHead(bytes, 'an object');
    const since = typeof head === 'string' ? null : deletionTime(bytes);
    if (typeof head !== 'string' && since !== null) yield { name: head.name, since };
  }
}

/** How many objects of a file under `_metadata/` are being deleted. Throws as beingDeleted. */
export async function countBeingDeleted(archive: ArchiveReader, entry: ArchiveEntry): Promise<number> {
  let count = 0;
  for await (const _ of beingDeleted(archive, entry)) count += 1;
  return count;
}

/** Since when a project is being deleted; null where it is not, or where that is not known. Throws as beingDeleted. */
export async function projectDeletion(archive: ArchiveReader, project: string): Promise<string | null> {
  const entry = await archive.find(entryName(null, '_metadata', 'namespaces'));
  let found: string | null = null;
  if (entry === null) return found;
  for await (const { name, since } of beingDeleted(archive, entry)) if (name === project) found = since;
  return found;
}

/** Whether a file under `_metadata/` may tell of an object that is being deleted. Throws as beingDeleted. */
export async function tellsOfDeletion(archive: ArchiveReader, entry: ArchiveEntry): Promise<boolean> {
  let end = Buffer.alloc(0);
  let found = false;
  // To the end also where it is found early, so that the CRC-32 is proven.
  for await (const piece of archive.stream(entry)) {
    found ||= mentionsDeletion(piece);
    // The name may lie across two pieces, or more where they are short.
    const seam = Buffer.concat([end, piece.subarray(0, SEAM)]);
    found ||= mentionsDeletion(seam);
    end = Buffer.concat([end, piece.subarray(-SEAM)]).subarray(-SEAM);
  }
  return found;
}

/** A byte less than the name with its quotes has. */
const SEAM = DELETION.length + 1;

/** The parts of a type file, each object that is being deleted with its deletionTimestamp. */
export function partsWithDeletion(
  archive: ArchiveReader,
  file: TypeFile,
  parts: AsyncGenerator<ListPart>,
  entry: ArchiveEntry,
): AsyncGenerator<ListPart> {
  return joinBeside(archive, file, parts, entry, (object, metadata) =>
    mentionsDeletion(metadata) ? joined(object, metadata, [DELETION]) : object,
  );
}

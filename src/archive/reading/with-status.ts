import { memberOf } from '../../json/members.ts';
import { skipSpace, valueEnd } from '../../json/scan.ts';
import { entryName } from '../format/places.ts';
import { readParts, type TypeFile } from './contents.ts';
import type { ArchiveEntry } from './entries.ts';
import type { ListPart } from './items.ts';
import { joinBeside } from './join-beside.ts';
import type { ArchiveReader } from './reader.ts';

/**
 * A type file's parts, each object with the status that the file under `_status/`
 * has of it, as the cluster showed it.
 *
 * @throws Damage where an object is none
 */
export async function* partsWithStatus(archive: ArchiveReader, file: TypeFile): AsyncGenerator<ListPart> {
  const beside = entryName(file.place.project, '_status', file.place.type);
  const entry = (await archive.entries()).find(({ name }) => name === beside);
  if (entry === undefined || file.place.view !== '') yield* readParts(archive, file.entry);
  else yield* partsJoined(archive, file, entry);
}

/** The same where the entry with the status is known. */
export function partsJoined(
  archive: ArchiveReader,
  file: TypeFile,
  entry: ArchiveEntry,
): AsyncGenerator<ListPart> {
  return joinBeside(archive, file, readParts(archive, file.entry), entry, joined);
}

/** Both stand at the same column of their files, so that the status needs no new indentation. */
function joined(object: Buffer, status: Buffer): Buffer {
  const [own, at] = [memberOf(object, 0, 'status'), memberOf(status, 0, 'status')];
  if (own !== null || at === null) return object;
  const value = status.subarray(at, valueEnd(status, at, status.length));
  const brace = object.lastIndexOf('}');
  let end = brace;
  while (end > 0 && skipSpace(object, end - 1, end) === end) end -= 1;
  return Buffer.concat([
    object.subarray(0, end),
    Buffer.from(',\n      "status": '),
    value,
    Buffer.from('\n    '),
    object.subarray(brace),
  ]);
}

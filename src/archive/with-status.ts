import { skipSpace, valueEnd } from '../snapshot/json.ts';
import { memberOf } from '../snapshot/members.ts';
import { compareNames } from '../snapshot/name-order.ts';
import { readHead } from '../snapshot/object-head.ts';
import { readParts, type TypeFile } from './contents.ts';
import { Damage } from './damage.ts';
import type { ArchiveEntry } from './entries.ts';
import type { ListPart } from './items.ts';
import { entryName } from './places.ts';
import type { ArchiveReader } from './reader.ts';

/**
 * A type file's parts, each object with the status that the file under `_status/`
 * has of it, as the cluster showed it. Both files are in the order of names, so that
 * they are read side by side, an object of each at a time.
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
export async function* partsJoined(
  archive: ArchiveReader,
  file: TypeFile,
  entry: ArchiveEntry,
): AsyncGenerator<ListPart> {
  const statuses = itemsByName(archive, { ...file, entry });
  try {
    let status = (await statuses.next()).value ?? null;
    for await (const part of readParts(archive, file.entry)) {
      if (part.kind === 'frame') {
        yield part;
        continue;
      }
      const name = nameOf(archive, file, part.bytes);
      while (status !== null && compareNames(status.name, name) < 0) {
        status = (await statuses.next()).value ?? null;
      }
      if (status === null || status.name !== name) yield part;
      else {
        yield { kind: 'item', bytes: joined(part.bytes, status.bytes) };
        // Aggregated APIs may serve several objects of one name; each has its own.
        status = (await statuses.next()).value ?? null;
      }
    }
    // What is left belongs to no object, but all of the file has to be proven.
    while (status !== null) status = (await statuses.next()).value ?? null;
  } finally {
    await statuses.return(null);
  }
}

interface Named {
  readonly name: string;
  readonly bytes: Buffer;
}

async function* itemsByName(archive: ArchiveReader, file: TypeFile): AsyncGenerator<Named, null> {
  for await (const { kind, bytes } of readParts(archive, file.entry)) {
    if (kind === 'item') yield { name: nameOf(archive, file, bytes), bytes };
  }
  return null;
}

function nameOf(archive: ArchiveReader, file: TypeFile, bytes: Buffer): string {
  const head = readHead(bytes, 'an object');
  if (typeof head === 'string') throw new Damage(archive.path, `${file.entry.name}: ${head}`);
  return head.name;
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

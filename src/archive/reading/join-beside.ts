import { compareNames } from '../../json/name-order.ts';
import { readHead } from '../../types/object-head.ts';
import { Damage } from '../format/damage.ts';
import { readParts, type TypeFile } from './contents.ts';
import type { ArchiveEntry } from './entries.ts';
import type { ListPart } from './items.ts';
import type { ArchiveReader } from './reader.ts';

/**
 * The parts of a type file, each object joined with the item that a file beside it has of
 * it. Both are in the order of names, so that they are read side by side, an object of each
 * at a time.
 *
 * @param parts those of the type file
 * @param entry the file under `_status/` or `_metadata/`
 * @param join makes one object of both
 * @throws Damage where an object is none
 */
export async function* joinBeside(
  archive: ArchiveReader,
  file: TypeFile,
  parts: AsyncGenerator<ListPart>,
  entry: ArchiveEntry,
  join: (object: Buffer, beside: Buffer) => Buffer,
): AsyncGenerator<ListPart> {
  const items = itemsByName(archive, { ...file, entry });
  try {
    let item = (await items.next()).value ?? null;
    for await (const part of parts) {
      if (part.kind === 'frame') {
        yield part;
        continue;
      }
      const name = nameOf(archive, file, part.bytes);
      while (item !== null && compareNames(item.name, name) < 0) {
        item = (await items.next()).value ?? null;
      }
      if (item === null || item.name !== name) yield part;
      else {
        yield { kind: 'item', bytes: join(part.bytes, item.bytes) };
        // Aggregated APIs may serve several objects of one name; each has its own.
        item = (await items.next()).value ?? null;
      }
    }
    // What is left belongs to no object, but all of the file has to be proven.
    while (item !== null) item = (await items.next()).value ?? null;
  } finally {
    await items.return(null);
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

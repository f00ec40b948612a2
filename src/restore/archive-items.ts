import { Damage } from '../archive/format/damage.ts';
import { readParts } from '../archive/reading/contents.ts';
import type { ArchiveEntry } from '../archive/reading/entries.ts';
import { partsJoined } from '../archive/reading/joined-parts.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { parseValue } from '../json/parse-value.ts';
import { type Fields, isFields } from '../json/value.ts';
import type { Item } from '../restore-rules/item.ts';
import { readHead } from '../types/identity.ts';
import { entryName, type Place, placeOf } from '../types/places.ts';

/** A type file, with the status of its objects beside it. */
export interface SourceFile {
  readonly place: Place;
  readonly entry: ArchiveEntry;
  readonly status: ArchiveEntry | null;
}

/** An object of an archive, of which values are made only when somebody asks for its fields. */
export class ArchivedItem implements Item {
  readonly project: string | null;
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly bytes: Buffer;
  #fields: Fields | null = null;

  constructor(place: Place, head: { apiVersion: string; kind: string; name: string }, bytes: Buffer) {
    this.project = place.project;
    this.type = place.type;
    this.apiVersion = head.apiVersion;
    this.kind = head.kind;
    this.name = head.name;
    this.bytes = bytes;
  }

  get fields(): Fields {
    this.#fields ??= fieldsOf(this.bytes);
    return this.#fields;
  }
}

/**
 * The type files of an archive, each type in one form.
 *
 * @param bound claims as they were bound to their volumes
 */
export async function sourceFiles(archive: ArchiveReader, bound: boolean): Promise<readonly SourceFile[]> {
  const entries = new Map((await archive.entries()).map((entry) => [entry.name, entry]));
  return [...entries.values()].flatMap((entry) => {
    const place = placeOf(entry.name);
    if (place === null || place.view !== '') return [];
    const { project, type } = place;
    const status = entries.get(entryName(project, '_status', type)) ?? null;
    const other = bound ? entries.get(entryName(project, '_bound', type)) : undefined;
    return [{ place, entry: other ?? entry, status }];
  });
}

/** The objects of a file in its order, one in memory at a time. Throws Damage where one is none. */
export async function* itemsOf(archive: ArchiveReader, file: SourceFile): AsyncGenerator<ArchivedItem> {
  const { place, entry, status } = file;
  const parts = status === null ? readParts(archive, entry) : partsJoined(archive, { place, entry }, status);
  let index = 0;
  for await (const { kind, bytes } of parts) {
    if (kind === 'frame') continue;
    const head = readHead(bytes, `items[${index}]`);
    if (typeof head === 'string') throw new Damage(archive.path, `${entry.name}: ${head}`);
    yield new ArchivedItem(place, head, bytes);
    index += 1;
  }
}

/** The fields of an object that readHead has let pass. */
export function fieldsOf(bytes: Uint8Array): Fields {
  const value = parseValue(bytes);
  return isFields(value) ? value : new Map();
}

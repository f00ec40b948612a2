import { memberOf, membersOf, textAt } from '../../json/members.ts';
import { compareNames } from '../../json/name-order.ts';
import { FULL, Printer, WHOLE } from '../../json/printer.ts';
import { OPEN_OBJECT, skipSpace, valueEnd } from '../../json/scan.ts';
import { entryName } from '../../types/archive-paths.ts';
import { readHead } from '../../types/identity.ts';
import { Failure } from '../../words/failure.ts';
import { Damage } from '../format/damage.ts';
import { readParts, type TypeFile } from './contents.ts';
import type { ArchiveEntry } from './entries.ts';
import type { ListPart } from './list-splitter.ts';
import type { ArchiveReader } from './reader.ts';

/**
 * The parts of a type file, each object joined with its item in another file. Both files are
 * sorted by name, so they are read in parallel, with one object of each in memory.
 *
 * @param parts of the type file
 * @param entry the file under `_status/` or `_metadata/`
 * @param join combines an object and its item
 * @throws Damage if an object is invalid
 */
export async function* joinWithSideFile(
  archive: ArchiveReader,
  file: TypeFile,
  parts: AsyncGenerator<ListPart>,
  entry: ArchiveEntry,
  join: (object: Buffer, beside: Buffer) => Buffer,
): AsyncGenerator<ListPart> {
  const side = new SideFile(archive, { ...file, entry });
  try {
    for await (const part of parts) {
      const beside = part.kind === 'envelope' ? null : await side.find(nameOf(archive, file, part.bytes));
      yield beside === null ? part : { kind: 'item', bytes: join(part.bytes, beside) };
    }
    await side.finish();
  } finally {
    await side.close();
  }
}

interface Named {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The items of a file under `_status/` or `_metadata/`, one in memory at a time. Methods throw Damage if an object is invalid. */
export class SideFile {
  readonly #items: AsyncGenerator<Named, null>;
  #item: Named | null | undefined;

  /** @param file the place of the type file, with the entry beside it */
  constructor(archive: ArchiveReader, file: TypeFile) {
    this.#items = itemsByName(archive, file);
  }

  /** The item with a name, or null. Names must be passed in the order of the file. */
  async find(name: string): Promise<Buffer | null> {
    if (this.#item === undefined) await this.#next();
    while (this.#item && compareNames(this.#item.name, name) < 0) await this.#next();
    if (!this.#item || this.#item.name !== name) return null;
    const { bytes } = this.#item;
    // Aggregated APIs may return several objects with one name; each has its own item.
    await this.#next();
    return bytes;
  }

  /** Reads the rest, which belongs to no object, so that the whole file is verified. */
  async finish(): Promise<void> {
    do await this.#next();
    while (this.#item !== null);
  }

  async close(): Promise<void> {
    await this.#items.return(null);
  }

  async #next(): Promise<void> {
    this.#item = (await this.#items.next()).value ?? null;
  }
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

/**
 * The parts of a type file, each object with its status from the file under `_status/`.
 *
 * @throws Damage if an object is invalid
 */
export async function* partsWithStatus(archive: ArchiveReader, file: TypeFile): AsyncGenerator<ListPart> {
  const beside = entryName(file.typePath.project, '_status', file.typePath.type);
  const entry = (await archive.entries()).find(({ name }) => name === beside);
  if (entry === undefined || file.typePath.view !== '') yield* readParts(archive, file.entry);
  else yield* partsJoined(archive, file, entry);
}

/** The same if the entry with the status is known. */
export function partsJoined(
  archive: ArchiveReader,
  file: TypeFile,
  entry: ArchiveEntry,
): AsyncGenerator<ListPart> {
  return joinWithSideFile(archive, file, readParts(archive, file.entry), entry, withStatus);
}

/**
 * An object with the status of its item under `_status/`. Both have the same indentation in
 * their files, so the status does not have to be indented again.
 */
export function withStatus(object: Buffer, status: Buffer): Buffer {
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

/** What `_metadata/` keeps of an object's metadata; docs/design.md says where it comes from. */
export const METADATA_MEMBERS = [
  'uid',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
] as const;

/** Items are nested two levels deep in their file, the members of their metadata two more. */
const MEMBER_DEPTH = 4;
const AS_MEMBER = { ...WHOLE, depth: MEMBER_DEPTH };
/** Larger values are not indented: deeply nested ones would become a hundred times as large. */
const MOST_INDENTED = 8 * 1024 * 1024;

/**
 * The parts of a type file, each object with the metadata that was pruned.
 *
 * @throws Failure if the archive has no metadata of this type
 */
export async function* partsWithMetadata(
  archive: ArchiveReader,
  file: TypeFile,
  parts: AsyncGenerator<ListPart>,
): AsyncGenerator<ListPart> {
  const { project, type } = file.typePath;
  const entry = await archive.find(entryName(project, '_metadata', type));
  if (entry === null) {
    throw new Failure(
      `${archive.path} has no _metadata of ${file.entry.name}`,
      'it was made with --no-metadata or by an older version',
      'usage',
    );
  }
  yield* joinWithSideFile(archive, file, parts, entry, (object, metadata) =>
    withMembers(object, metadata, METADATA_MEMBERS),
  );
}

/** An object with some members of its metadata file added; members that it already has stay. */
export function withMembers(
  object: Buffer,
  beside: Buffer,
  keys: ReadonlyArray<(typeof METADATA_MEMBERS)[number]>,
): Buffer {
  const [at, from] = [memberOf(object, 0, 'metadata'), memberOf(beside, 0, 'metadata')];
  if (at === null || from === null || object[at] !== OPEN_OBJECT || beside[from] !== OPEN_OBJECT)
    return object;
  const [own, other] = [valuesOf(object, at, keys), valuesOf(beside, from, keys)];
  const members: Buffer[] = [];
  for (const key of keys) {
    const valueAt = other.get(key);
    if (valueAt === undefined || own.has(key)) continue;
    members.push(Buffer.from(`,\n${'  '.repeat(MEMBER_DEPTH)}"${key}": `), printed(beside, valueAt));
  }
  let end = valueEnd(object, at, object.length) - 1;
  while (end > at && (object[end - 1] ?? 0) <= 0x20) end -= 1;
  return Buffer.concat([object.subarray(0, end), ...members, object.subarray(end)]);
}

/** The offsets of some members' values, found in one walk: an object from outside may have millions of others. */
function valuesOf(bytes: Buffer, at: number, keys: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [keyAt, valueAt] of membersOf(bytes, at)) {
    const key = textAt(bytes, keyAt);
    // Of several the last counts, as for memberOf.
    if (key !== null && keys.includes(key)) found.set(key, valueAt);
  }
  return found;
}

/** A value of a one-line object, indented as in the object. */
function printed(bytes: Buffer, at: number): Buffer {
  const printer = new Printer();
  let out = Buffer.alloc(16 * 1024);
  while (printer.print(bytes, at, bytes.length, out, 0, AS_MEMBER) === FULL) {
    printer.indents = out.length < MOST_INDENTED;
    out = Buffer.alloc(out.length * 2);
  }
  return out.subarray(0, printer.at);
}

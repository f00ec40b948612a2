import { memberOf, membersOf, textAt } from '../../json/members.ts';
import { FULL, Printer } from '../../json/printer.ts';
import { OPEN_OBJECT, valueEnd } from '../../json/scan.ts';
import { Failure } from '../../words/failure.ts';
import { entryName } from '../format/places.ts';
import type { TypeFile } from './contents.ts';
import type { ListPart } from './items.ts';
import { joinBeside } from './join-beside.ts';
import type { ArchiveReader } from './reader.ts';

/** What `_metadata/` keeps of an object's metadata; docs/design.md tells where it comes from. */
export const METADATA_MEMBERS = [
  'uid',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
] as const;

/** Items stand two levels deep in their file, the members of their metadata two more. */
const MEMBER_DEPTH = 4;
/** Larger values are not indented: what is nested deep would take a hundred times its size. */
const MOST_INDENTED = 8 * 1024 * 1024;

/**
 * The parts of a type file, each object with the metadata that pruning took out of it.
 *
 * @throws Failure where the archive has none of this type
 */
export async function* partsWithMetadata(
  archive: ArchiveReader,
  file: TypeFile,
  parts: AsyncGenerator<ListPart>,
): AsyncGenerator<ListPart> {
  const { project, type } = file.place;
  const entry = await archive.find(entryName(project, '_metadata', type));
  if (entry === null) {
    throw new Failure(
      `${archive.path} has no _metadata of ${file.entry.name}`,
      'it was made with --no-metadata or by an older version',
      'usage',
    );
  }
  yield* joinBeside(archive, file, parts, entry, (object, metadata) =>
    joined(object, metadata, METADATA_MEMBERS),
  );
}

/** An object with some members of the metadata that stands beside it; those that it has itself stay. */
export function joined(
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

/** A value of a line, indented as it would stand in the object. */
function printed(bytes: Buffer, at: number): Buffer {
  const printer = new Printer();
  let out = Buffer.alloc(16 * 1024);
  while (printer.print(bytes, at, bytes.length, out, 0, null, MEMBER_DEPTH) === FULL) {
    printer.indents = out.length < MOST_INDENTED;
    out = Buffer.alloc(out.length * 2);
  }
  return out.subarray(0, printer.at);
}

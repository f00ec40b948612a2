import { memberOf, membersOf, textAt } from '../../json/members.ts';
import { FULL, Printer } from '../../json/printer.ts';
import { OPEN_OBJECT, valueEnd } from '../../json/scan.ts';
import { readHead } from '../../types/object-head.ts';
import { Failure } from '../../words/failure.ts';
import { entryName } from '../format/places.ts';
import { readParts, type TypeFile } from './contents.ts';
import type { ArchiveEntry } from './entries.ts';
import type { ListPart } from './items.ts';
import { joinBeside } from './join-beside.ts';
import type { ArchiveReader } from './reader.ts';

/** Items stand two levels deep in their file, the members of their metadata two more. */
const MEMBER_DEPTH = 4;
const DELETION = Buffer.from('"deletionTimestamp":');

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
      'it was made with --no-metadata or by a version that did not keep it',
      'usage',
    );
  }
  yield* joinBeside(archive, file, parts, entry, (object, metadata) => joined(object, metadata, () => true));
}

/** The parts of a type file, each object that is being deleted with its deletionTimestamp. */
export function partsWithDeletion(
  archive: ArchiveReader,
  file: TypeFile,
  parts: AsyncGenerator<ListPart>,
  entry: ArchiveEntry,
): AsyncGenerator<ListPart> {
  return joinBeside(archive, file, parts, entry, (object, metadata) =>
    metadata.includes(DELETION) ? joined(object, metadata, (key) => key === 'deletionTimestamp') : object,
  );
}

/** Whether a file under `_metadata/` may tell of an object that is being deleted; nothing is taken apart. */
export async function tellsOfDeletion(archive: ArchiveReader, entry: ArchiveEntry): Promise<boolean> {
  let end = Buffer.alloc(0);
  let found = false;
  // To the end also where it is found early, so that the CRC-32 is proven.
  for await (const piece of archive.stream(entry)) {
    found ||= Buffer.concat([end, piece.subarray(0, DELETION.length)]).includes(DELETION);
    found ||= piece.includes(DELETION);
    end = Buffer.from(piece.subarray(-DELETION.length));
  }
  return found;
}

/**
 * When the deletion of an object began; null where it is not being deleted, or where the
 * archive has no metadata.
 */
export async function deletionTimeOf(
  archive: ArchiveReader,
  { place: { project, type } }: TypeFile,
  name: string,
): Promise<Date | null> {
  const entry = await archive.find(entryName(project, '_metadata', type));
  if (entry === null) return null;
  for await (const { kind, bytes } of readParts(archive, entry)) {
    if (kind === 'frame' || !bytes.includes(DELETION)) continue;
    const head = readHead(bytes, 'an object');
    if (typeof head === 'string' || head.name !== name) continue;
    const metadata = memberOf(bytes, 0, 'metadata');
    const text = metadata === null ? null : textAt(bytes, memberOf(bytes, metadata, 'deletionTimestamp'));
    const time = new Date(text ?? '');
    return Number.isNaN(time.getTime()) ? null : time;
  }
  return null;
}

function joined(object: Buffer, beside: Buffer, wants: (key: string) => boolean): Buffer {
  const [at, from] = [memberOf(object, 0, 'metadata'), memberOf(beside, 0, 'metadata')];
  if (at === null || from === null || object[at] !== OPEN_OBJECT || beside[from] !== OPEN_OBJECT)
    return object;
  const own = new Set([...membersOf(object, at)].map(([keyAt]) => textAt(object, keyAt)));
  const members: Buffer[] = [];
  for (const [keyAt, valueAt] of membersOf(beside, from)) {
    const key = textAt(beside, keyAt);
    if (key === null || own.has(key) || !wants(key)) continue;
    members.push(
      Buffer.from(`,\n${'  '.repeat(MEMBER_DEPTH)}${JSON.stringify(key)}: `),
      printed(beside, valueAt),
    );
  }
  let end = valueEnd(object, at, object.length) - 1;
  while (end > at && (object[end - 1] ?? 0) <= 0x20) end -= 1;
  return Buffer.concat([object.subarray(0, end), ...members, object.subarray(end)]);
}

/** A value of a line, indented as it would stand in the object. */
function printed(bytes: Buffer, at: number): Buffer {
  const printer = new Printer();
  let out = Buffer.alloc(16 * 1024);
  while (printer.print(bytes, at, bytes.length, out, 0, null, MEMBER_DEPTH) === FULL)
    out = Buffer.alloc(out.length * 2);
  return out.subarray(0, printer.at);
}

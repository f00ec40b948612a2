import { SAYS } from '../archive/format/checksums.ts';
import { Damage } from '../archive/format/damage.ts';
import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import { readParts } from '../archive/reading/contents.ts';
import { withDeletion } from '../archive/reading/deletion.ts';
import type { ArchiveEntry } from '../archive/reading/entries.ts';
import { joinWithSideFile, partsJoined, SideFile } from '../archive/reading/joined-parts.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { type ObjectMetadata, readMetadata, readUid } from '../changes/attribution/managers.ts';
import { readHead } from '../types/identity.ts';
import type { TypeEntries } from './file-pairs.ts';

/** An object that was named by the user. */
export interface ObjectReference {
  /** Null for cluster-scoped types. */
  readonly project: string | null;
  /** The full name: `deployments.apps`. */
  readonly type: string;
  /** `Deployment` */
  readonly kind: string;
  readonly name: string;
}

/** The file of an archive that may contain the object. */
export interface ObjectFile {
  readonly archive: ArchiveFile;
  readonly entries: TypeEntries;
  /** The checksums of the entries: files with the same key have the same content. */
  readonly key: string;
  /** The same without the metadata. */
  readonly contentKey: string;
}

/** The object in one of these files. */
export interface StoredObject {
  readonly bytes: Buffer;
  /** Null if the file has no metadata of it. */
  readonly uid: string | null;
}

/** The same file without its metadata, and so without deletions in progress. */
export function withoutMetadata(file: ObjectFile): ObjectFile {
  return { ...file, entries: { ...file.entries, metadata: null }, key: file.contentKey };
}

/** Large enough for real histories: an object has 1.5 MB at most. Objects beyond this are read again. */
const MOST_KEPT = 64 * 1024 * 1024;

/** Reads one object from many archives; files with the same checksums are read once. */
export class ObjectFiles {
  readonly reference: ObjectReference;
  readonly #kept = new Map<string, StoredObject | null>();
  #bytes = 0;

  constructor(reference: ObjectReference) {
    this.reference = reference;
  }

  /**
   * The object as it is in its file, or null if the file has none of that name.
   * All of the file is read, one object at a time, so that its CRC-32 is proven.
   *
   * @throws Damage, Unreadable
   */
  async read(file: ObjectFile): Promise<StoredObject | null> {
    const kept = this.#kept.get(file.key);
    if (kept !== undefined) return kept;
    const found = await this.#find(file);
    const bytes = found?.bytes.length ?? 0;
    if (this.#bytes + bytes > MOST_KEPT) return found;
    this.#bytes += bytes;
    this.#kept.set(file.key, found);
    return found;
  }

  /** The server metadata of the object; null if the archive has none. Throws as read. */
  async metadata({ archive: stored, entries }: ObjectFile): Promise<ObjectMetadata | null> {
    if (entries.metadata === null) return null;
    const { project, type, name } = this.reference;
    const archive = await stored.open();
    try {
      const entry = await entryOf(archive, entries.metadata);
      const file = new SideFile(archive, { typePath: { project, view: '', type }, entry });
      try {
        const item = await file.find(name);
        return item === null ? null : readMetadata(item);
      } finally {
        await file.close();
      }
    } finally {
      archive.close();
    }
  }

  async #find(file: ObjectFile): Promise<StoredObject | null> {
    const { name } = this.reference;
    const quoted = JSON.stringify(name);
    let found: StoredObject | null = null;
    for await (const { bytes, metadata } of itemsOf(file, this.reference)) {
      // Parsing the name costs much more than this search, which only escapes could mislead.
      if (found !== null || !(bytes.includes(quoted) || bytes.includes('\\u') || bytes.includes('\\/')))
        continue;
      const head = readHead(bytes, 'an object');
      if (typeof head === 'string') throw new Damage(file.archive.path, `${file.entries.objects}: ${head}`);
      if (head.name !== name) continue;
      // A copy, since these bytes are a view of a larger buffer.
      found = { bytes: Buffer.from(bytes), uid: metadata === null ? null : readUid(metadata) };
    }
    return found;
  }
}

/** Names of all objects in a file. Throws as ObjectFiles.read. */
export async function namesIn(file: ObjectFile, reference: ObjectReference): Promise<string[]> {
  const names: string[] = [];
  for await (const { bytes } of itemsOf(file, reference)) {
    const head = readHead(bytes, 'an object');
    if (typeof head !== 'string') names.push(head.name);
  }
  return names;
}

interface Item {
  readonly bytes: Buffer;
  /** Its item under `_metadata/`; null if there is none. */
  readonly metadata: Buffer | null;
}

async function* itemsOf(
  { archive: stored, entries }: ObjectFile,
  { project, type }: ObjectReference,
): AsyncGenerator<Item> {
  const archive = await stored.open();
  try {
    const entry = await entryOf(archive, entries.objects);
    const file = { typePath: { project, view: '', type }, entry } as const;
    const parts =
      entries.status === null
        ? readParts(archive, entry)
        : partsJoined(archive, file, await entryOf(archive, entries.status));
    let metadata: Buffer | null = null;
    const joined =
      entries.metadata === null
        ? parts
        : joinWithSideFile(
            archive,
            file,
            parts,
            await entryOf(archive, entries.metadata),
            (object, beside) => {
              metadata = beside;
              return withDeletion(object, beside);
            },
          );
    for await (const { kind, bytes } of joined) {
      if (kind === 'item') yield { bytes, metadata };
      metadata = null;
    }
  } finally {
    archive.close();
  }
}

async function entryOf(archive: ArchiveReader, name: string): Promise<ArchiveEntry> {
  const entry = await archive.find(name);
  if (entry !== null) return entry;
  throw new Damage(archive.path, SAYS.missing(name));
}

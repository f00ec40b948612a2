import { READ } from '../../json/limits.ts';
import { Malformed } from '../format/damage.ts';
import { type DirectoryRecord, fileTypeOf, isPlainRecord, type RecordBytes } from './zip-directory.ts';

/** A file in an archive, from the directory of the zip, after all checks. */
export interface ArchiveEntry {
  readonly name: string;
  /** Uncompressed. */
  readonly bytes: number;
  /** For the reader, which opens it. */
  readonly record: DirectoryRecord;
}

/** Fixed part of an entry's local header. */
export const LOCAL_HEADER = 30;
/** Deflate cannot do better than 1032 to 1; a directory that claims more lies. */
const DEFLATE_RATIO = 1032;
/** Flags of encryption: of the data, by a stronger method, and of the directory. */
const ENCRYPTED = 0x2041;

/**
 * Converts an entry of a zip's directory; null for a folder, which has no content (`zip -r`
 * adds some).
 *
 * @throws Malformed with what is wrong: a name that leads out of the folder it is
 *   unpacked to, links, encryption, methods other than stored and deflated, sizes that cannot be
 */
export function checkEntry(record: DirectoryRecord): ArchiveEntry | null {
  const { name, bytes, packedBytes, method } = record;
  const folder = name.endsWith('/');
  const wrong = nameMistake(folder ? name.slice(0, -1) : name);
  if (wrong !== null) throw new Malformed(wrong);
  if ((record.flags & ENCRYPTED) !== 0) throw new Malformed('is encrypted');
  if (method !== 0 && method !== 8) {
    throw new Malformed(`is compressed with method ${method}; only 0 and 8 are known`);
  }
  const type = record.mode >> 12;
  if (folder && bytes === 0 && (type === 0 || type === 0o4)) return null;
  if (folder || (type !== 0 && type !== 0o10)) throw new Malformed('is a link or another special file');
  if (bytes > packedBytes * DEFLATE_RATIO || (method === 0 && bytes !== packedBytes)) {
    throw new Malformed(`claims ${bytes} bytes in ${packedBytes} compressed bytes, which is impossible`);
  }
  return { name, bytes, record };
}

/** Whether checkEntry would accept a record, apart from its name. Makes no object, since an archive has 20,000 of them. */
export function isPlainFile(record: RecordBytes): boolean {
  if (!isPlainRecord(record)) return false;
  const { bytes, at } = record;
  const method = bytes.readUInt16LE(at + 10);
  const [packedBytes, size] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24)];
  if ((bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0) return false;
  if (method === 0 ? size !== packedBytes : method !== 8 || size > packedBytes * DEFLATE_RATIO) return false;
  const type = fileTypeOf(record);
  return type === 0 || type === 0o10;
}

/**
 * Checks that need all entries.
 *
 * @throws Malformed naming the entries: a name twice, also where only the case differs, a file that is
 *   a folder too, or data that overlap (the trick of bombs)
 */
export function checkDirectory(entries: readonly ArchiveEntry[]): void {
  const names = new Map<string, string>();
  for (const { name } of entries) {
    const key = onAnyVolume(name);
    const before = names.get(key);
    if (before === name) throw new Malformed(`entry ${JSON.stringify(name)} occurs twice`);
    if (before !== undefined) {
      throw new Malformed(
        `entries ${JSON.stringify(before)} and ${JSON.stringify(name)} are the same file on some volumes`,
      );
    }
    names.set(key, name);
  }
  for (const key of names.keys()) {
    for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1)) {
      const file = names.get(key.slice(0, at));
      if (file !== undefined)
        throw new Malformed(`entry ${JSON.stringify(file)} is both a file and a folder`);
    }
  }
  let before: ArchiveEntry | null = null;
  for (const entry of inOrderOfData(entries)) {
    if (before !== null && offsetOf(before) + LOCAL_HEADER + before.record.packedBytes > offsetOf(entry)) {
      throw new Malformed(`entries ${before.name} and ${entry.name} overlap at offset ${offsetOf(entry)}`);
    }
    before = entry;
  }
}

/** Offset of an entry's local header in the file. */
export function offsetOf(entry: ArchiveEntry): number {
  return entry.record.offset;
}

/** Entries in the order of their data, so that reading many of them is sequential. */
export function inOrderOfData(entries: Iterable<ArchiveEntry>): ArchiveEntry[] {
  return [...entries].sort((a, b) => offsetOf(a) - offsetOf(b));
}

/** Volumes of macOS and Windows, and many network shares, do not distinguish case or Unicode forms. */
function onAnyVolume(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function nameMistake(name: string): string | null {
  if (name.length > READ.entryName) return `its name is longer than ${READ.entryName} characters`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are rejected
  if (/[\u0000-\u001f\u007f\\]/.test(name)) return 'its name holds a backslash or a control character';
  if (/^([A-Za-z]:|\/)/.test(name)) return 'its name is an absolute path';
  if (name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    return 'its name leads out of the archive or is not a plain path';
  }
  return null;
}

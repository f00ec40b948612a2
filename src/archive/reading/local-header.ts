import { Malformed } from '../format/damage.ts';
import type { ArchiveEntry } from './entries.ts';
import type { FileSource } from './file-source.ts';
import { extraFields, wideFields } from './zip-entry.ts';

const HEADER = 30;
const SIGNATURE = 0x04034b50;
const ZIP64 = 0x0001;
/** Sizes and CRC-32 stand behind the data, and are 0 in the header. */
const DESCRIPTOR = 0x0008;
/** Bits of the flags that decide how an entry is read: encryption, and where its sizes stand. */
const DECISIVE = 0x2041 | DESCRIPTOR;

/**
 * Where the data of an entry begins. Programs that unpack as the bytes come in go by its local
 * header, so that it must tell the same as the directory.
 *
 * @param end where the directory begins, and all data ends
 * @throws Malformed with what it tells otherwise
 */
export async function dataStart(source: FileSource, entry: ArchiveEntry, end: number): Promise<number> {
  const { offset, flags, method, crc, packedBytes } = entry.record;
  const header = await source.bytes(offset, HEADER);
  if (header.readUInt32LE(0) !== SIGNATURE) throw new Malformed('there is no local file header signature');
  const [nameLength, extraLength] = [header.readUInt16LE(26), header.readUInt16LE(28)];
  const more = await source.bytes(offset + HEADER, nameLength + extraLength);
  if (more.toString('utf8', 0, nameLength) !== entry.name)
    throw new Malformed('local header has another name');
  const wrong = (what: string) => new Malformed(`local header has ${what}`);
  if (header.readUInt16LE(8) !== method) throw wrong('another compression method');
  const localFlags = header.readUInt16LE(6);
  if ((localFlags & DECISIVE) !== (flags & DECISIVE)) throw wrong('other flags');
  const [bytes, packed] = wideFields(extraFields(more.subarray(nameLength)).get(ZIP64), [
    header.readUInt32LE(22),
    header.readUInt32LE(18),
  ]);
  const isTold = (value: number | undefined, told: number) =>
    value === told || (value === 0 && (flags & DESCRIPTOR) !== 0);
  if (!isTold(bytes, entry.bytes) || !isTold(packed, packedBytes)) throw wrong('other sizes');
  if (!isTold(header.readUInt32LE(14), crc)) throw wrong('another CRC-32');
  const start = offset + HEADER + more.length;
  if (start + packedBytes > end) throw new Malformed('its data reach into the directory');
  return start;
}

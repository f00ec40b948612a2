import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { crc32, createInflateRaw, inflateRaw, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { Malformed } from '../format/damage.ts';
import type { ArchiveEntry } from './entries.ts';
import type { RangeSource } from './range-source.ts';
import { extraFields, wideFields } from './zip-directory.ts';

/** Entries up to this size are inflated in one call: six times as fast as a stream, and bounded. */
const SMALL = 1024 * 1024;
const PIECE = 64 * 1024;
/** As zlib accepts it. */
const SMALLEST_PIECE = 64;
const inflateInThreadPool = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);

/**
 * The content of an entry, never more than the size in the directory.
 *
 * @param end offset of the directory of the zip
 * @param whole in one piece, for any size, unless the compressed data are much longer than the content
 * @throws Malformed at the end if size or CRC-32 are wrong
 */
export async function* contentOf(
  source: RangeSource,
  entry: ArchiveEntry,
  end: number,
  whole: boolean,
): AsyncGenerator<Buffer> {
  const start = await dataStart(source, entry, end);
  const { packedBytes } = entry.record;
  const isSmall = entry.bytes <= SMALL && packedBytes <= SMALL;
  // Deflate can make any length of nothing, so the size of the content does not limit that of the compressed data.
  const isAtOnce = isSmall || (whole && packedBytes <= Math.max(SMALL, 2 * entry.bytes));
  let crc = 0;
  let bytes = 0;
  for await (const piece of isAtOnce ? atOnce(source, entry, start) : flowing(source, entry, start)) {
    bytes += piece.length;
    if (bytes > entry.bytes) throw new Malformed(`has more than the ${entry.bytes} bytes it should have`);
    crc = crc32(piece, crc);
    yield piece;
  }
  if (bytes !== entry.bytes) throw new Malformed(`has ${bytes} bytes, should have ${entry.bytes}`);
  if (crc !== entry.record.crc)
    throw new Malformed(`CRC-32 is ${hex(crc)}, should be ${hex(entry.record.crc)}`);
}

/** All pieces as one, which is not copied if it is the only one. */
export async function joined(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  const [first, ...others] = all;
  return first !== undefined && others.length === 0 ? first : Buffer.concat(all);
}

async function* atOnce(source: RangeSource, entry: ArchiveEntry, start: number): AsyncGenerator<Buffer> {
  const packed = await source.bytes(start, entry.record.packedBytes);
  // One piece of the stated size: pieces of zlib's own choice would have to be joined.
  const options = {
    maxOutputLength: Math.max(1, entry.bytes),
    chunkSize: Math.max(SMALLEST_PIECE, entry.bytes + 1),
  };
  if (entry.record.method === 0) yield packed;
  // For a small entry, another thread would take longer.
  else if (entry.bytes <= SMALL) yield inflateRawSync(packed, options);
  else yield await inflateInThreadPool(packed, options);
}

async function* flowing(source: RangeSource, entry: ArchiveEntry, start: number): AsyncGenerator<Buffer> {
  const packed = source.pieces(start, start + entry.record.packedBytes);
  if (entry.record.method === 0) {
    yield* packed;
    return;
  }
  const inflate = createInflateRaw({ chunkSize: PIECE });
  // An error in one of them ends the other, and is thrown by the loop.
  pipeline(Readable.from(packed, { objectMode: false }), inflate, () => {});
  for await (const piece of inflate) if (Buffer.isBuffer(piece)) yield piece;
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

const HEADER = 30;
const SIGNATURE = 0x04034b50;
const ZIP64 = 0x0001;
/** Sizes and CRC-32 follow the data, and are 0 in the header. */
const DESCRIPTOR = 0x0008;
/** Flags that decide how an entry is read: encryption, and the position of its sizes. */
const DECISIVE = 0x2041 | DESCRIPTOR;

/**
 * The offset of an entry's data. Programs that unpack a stream use the local header, so it must
 * agree with the directory.
 *
 * @param end offset of the directory, before which all data must end
 * @throws Malformed with the field that differs
 */
export async function dataStart(source: RangeSource, entry: ArchiveEntry, end: number): Promise<number> {
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
  const isSame = (value: number | undefined, recorded: number) =>
    value === recorded || (value === 0 && (flags & DESCRIPTOR) !== 0);
  if (!isSame(bytes, entry.bytes) || !isSame(packed, packedBytes)) throw wrong('other sizes');
  if (!isSame(header.readUInt32LE(14), crc)) throw wrong('another CRC-32');
  const start = offset + HEADER + more.length;
  if (start + packedBytes > end) throw new Malformed('its data overlaps the directory');
  return start;
}

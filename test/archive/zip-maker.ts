import { crc32, deflateRawSync } from 'node:zlib';
import { COUNT } from '../../src/archive/format/count-field.ts';

/** An entry of a zip made for a test; what is given beyond name and content is written as it is, true or not. */
export interface MadeEntry {
  readonly name: string;
  readonly content: Buffer | string;
  readonly stored?: boolean;
  readonly method?: number;
  readonly flags?: number;
  /** Unix mode; regular files have 0o100644. */
  readonly mode?: number;
  readonly crc?: number;
  /** Uncompressed size. */
  readonly size?: number;
  readonly localName?: string;
  readonly localMethod?: number;
  readonly localFlags?: number;
  readonly localCrc?: number;
  readonly localSize?: number;
  readonly localPackedSize?: number;
  /** Of the record in the directory. */
  readonly extra?: Buffer;
  readonly comment?: Buffer;
  /** Sizes and offset in a Zip64 extra field. */
  readonly zip64?: boolean;
  /** Offset of the local header, relative to the true one. */
  readonly shift?: number;
}

/** The extra field with the number of objects in an entry. */
export function countField(count: number): Buffer {
  const field = Buffer.alloc(8);
  field.writeUInt16LE(COUNT, 0);
  field.writeUInt16LE(4, 2);
  field.writeUInt32LE(count, 4);
  return field;
}

/** A zip with the entries in their order, Zip64 records at its end where asked for, and a `count` that may be false. */
export function makeZip(
  entries: readonly MadeEntry[],
  { zip64 = false, comment = '', count = entries.length } = {},
): Buffer {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content);
    const packed = entry.stored ? content : deflateRawSync(content);
    const shared = Buffer.alloc(22);
    shared.writeUInt16LE(entry.flags ?? 0, 0);
    shared.writeUInt16LE(entry.method ?? (entry.stored ? 0 : 8), 2);
    shared.writeUInt32LE(entry.crc ?? crc32(content), 8);
    shared.writeUInt32LE(packed.length, 12);
    shared.writeUInt32LE(entry.size ?? content.length, 16);
    const local = Buffer.concat([Buffer.from('PK\x03\x04\x14\x00', 'latin1'), shared, Buffer.alloc(2)]);
    if (entry.localFlags !== undefined) local.writeUInt16LE(entry.localFlags, 6);
    if (entry.localMethod !== undefined) local.writeUInt16LE(entry.localMethod, 8);
    if (entry.localCrc !== undefined) local.writeUInt32LE(entry.localCrc, 14);
    if (entry.localPackedSize !== undefined) local.writeUInt32LE(entry.localPackedSize, 18);
    if (entry.localSize !== undefined) local.writeUInt32LE(entry.localSize, 22);
    const localName = Buffer.from(entry.localName ?? entry.name);
    local.writeUInt16LE(localName.length, 26);
    locals.push(local, localName, packed);
    records.push(directoryRecord(entry, shared, offset + (entry.shift ?? 0)));
    offset += local.length + localName.length + packed.length;
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : count, 8);
  end.writeUInt16LE(zip64 ? 0xffff : count, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  const wide = zip64 ? zip64End(count, directory.length, offset) : Buffer.alloc(0);
  return Buffer.concat([...locals, directory, wide, end, Buffer.from(comment)]);
}

function directoryRecord(entry: MadeEntry, shared: Buffer, offset: number): Buffer {
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE((3 << 8) | 45, 4);
  shared.copy(record, 8);
  const name = Buffer.from(entry.name);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
  record.writeUInt32LE(offset, 42);
  if (!entry.zip64) {
    const { extra: own = Buffer.alloc(0), comment = Buffer.alloc(0) } = entry;
    record.writeUInt16LE(own.length, 30);
    record.writeUInt16LE(comment.length, 32);
    return Buffer.concat([record, name, own, comment]);
  }
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(record.readUInt32LE(24)), 4);
  extra.writeBigUInt64LE(BigInt(record.readUInt32LE(20)), 12);
  extra.writeBigUInt64LE(BigInt(offset), 20);
  record.writeUInt32LE(0xffffffff, 20);
  record.writeUInt32LE(0xffffffff, 24);
  record.writeUInt32LE(0xffffffff, 42);
  record.writeUInt16LE(extra.length, 30);
  return Buffer.concat([record, name, extra]);
}

function zip64End(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + size), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

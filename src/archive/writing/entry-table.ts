import type { ZipEntry } from './zip-records.ts';

/** An entry of ours: what the zip needs, its checksum, and what it was written for. */
export interface WrittenEntry extends ZipEntry {
  /** Hexadecimal SHA-256 of the plain bytes. */
  readonly sha256: string;
  /** Entries of one group can be withdrawn together. */
  readonly group: number;
  /** Length of the local header. */
  readonly header: number;
}

/** Bytes of a block; no record extends over two. */
const BLOCK = 0x10000;
/** Means that there is no count. */
const NO_COUNT = 0xffffffff;
/* The fields of a record. */
const OFFSET = 0;
const SIZE = 8;
const DEFLATED = 16;
const CRC = 24;
const GROUP = 28;
const COUNT = 32;
const HEADER = 36;
const NAME_LENGTH = 38;
const SHA256 = 40;
const NAME = 72;

/**
 * The entries of an archive that is being written, in some order. Each takes 80 bytes and its name; as an object, it
 * would take three times as much. They are kept until the end, so memory grows with the number of files.
 */
export class EntryTable {
  readonly #blocks: Buffer[] = [];
  /** Where the next record begins in the last block. */
  #at = BLOCK;
  /** Where each record begins: the number of its block, then its offset there in 16 bits. */
  #records: number[] = [];

  get length(): number {
    return this.#records.length;
  }

  add({ path, crc, size, deflatedSize, offset, count, sha256, group, header }: WrittenEntry): void {
    const needed = NAME + Buffer.byteLength(path);
    if (needed > BLOCK) throw new Error(`the name of an entry has more than ${BLOCK - NAME} bytes`);
    if (this.#at + needed > BLOCK) {
      this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK));
      this.#at = 0;
    }
    const record = (this.#blocks.length - 1) * BLOCK + this.#at;
    const [bytes, at] = this.#placeOf(record);
    bytes.writeDoubleLE(offset, at + OFFSET);
    bytes.writeDoubleLE(size, at + SIZE);
    bytes.writeDoubleLE(deflatedSize, at + DEFLATED);
    bytes.writeUInt32LE(crc, at + CRC);
    bytes.writeInt32LE(group, at + GROUP);
    bytes.writeUInt32LE(Math.min(count ?? NO_COUNT, NO_COUNT), at + COUNT);
    bytes.writeUInt16LE(header, at + HEADER);
    bytes.writeUInt16LE(needed - NAME, at + NAME_LENGTH);
    bytes.write(sha256, at + SHA256, 'hex');
    bytes.write(path, at + NAME);
    this.#records.push(record);
    this.#at += needed;
  }

  /** The entry at this position of the current order, without its checksum, which the zip does not need. */
  entry(index: number): Omit<WrittenEntry, 'sha256'> {
    const [bytes, at] = this.#placeAt(index);
    const count = bytes.readUInt32LE(at + COUNT);
    return {
      path: nameOf(bytes, at),
      crc: bytes.readUInt32LE(at + CRC),
      size: bytes.readDoubleLE(at + SIZE),
      deflatedSize: bytes.readDoubleLE(at + DEFLATED),
      offset: bytes.readDoubleLE(at + OFFSET),
      count: count === NO_COUNT ? null : count,
      group: bytes.readInt32LE(at + GROUP),
      header: bytes.readUInt16LE(at + HEADER),
    };
  }

  /** Its path and checksum. */
  checksum(index: number): Pick<WrittenEntry, 'path' | 'sha256'> {
    const [bytes, at] = this.#placeAt(index);
    return { path: nameOf(bytes, at), sha256: bytes.toString('hex', at + SHA256, at + NAME) };
  }

  /** Sets where the entry at this position begins in the file. */
  move(index: number, offset: number): void {
    const [bytes, at] = this.#placeAt(index);
    bytes.writeDoubleLE(offset, at + OFFSET);
  }

  /** Forgets all entries of a group; the others keep their order. */
  withdraw(group: number): void {
    this.#records = this.#records.filter((record) => {
      const [bytes, at] = this.#placeOf(record);
      return bytes.readInt32LE(at + GROUP) !== group;
    });
  }

  /** Orders them by the bytes of their names. */
  sortByPath(): void {
    this.#records.sort((a, b) => compareNames(this.#placeOf(a), this.#placeOf(b)));
  }

  /** Orders them by their offsets in the file. */
  sortByOffset(): void {
    const offsetOf = ([bytes, at]: RecordPlace) => bytes.readDoubleLE(at + OFFSET);
    this.#records.sort((a, b) => offsetOf(this.#placeOf(a)) - offsetOf(this.#placeOf(b)));
  }

  #placeAt(index: number): RecordPlace {
    const record = this.#records[index];
    if (record === undefined) throw new RangeError(`there is no entry ${index}`);
    return this.#placeOf(record);
  }

  #placeOf(record: number): RecordPlace {
    const bytes = this.#blocks[Math.floor(record / BLOCK)];
    if (bytes === undefined) throw new RangeError(`there is no record ${record}`);
    return [bytes, record % BLOCK];
  }
}

/** The block of a record, and its offset there. */
type RecordPlace = readonly [bytes: Buffer, at: number];

function nameOf(bytes: Buffer, at: number): string {
  return bytes.toString('utf8', at + NAME, at + NAME + bytes.readUInt16LE(at + NAME_LENGTH));
}

function compareNames([a, aRecord]: RecordPlace, [b, bRecord]: RecordPlace): number {
  const aLength = a.readUInt16LE(aRecord + NAME_LENGTH);
  const bLength = b.readUInt16LE(bRecord + NAME_LENGTH);
  const end = NAME + Math.min(aLength, bLength);
  for (let k = NAME; k < end; k++) {
    const difference = (a[aRecord + k] as number) - (b[bRecord + k] as number);
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}

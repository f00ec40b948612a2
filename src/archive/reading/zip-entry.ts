import { Malformed } from '../format/damage.ts';
import { RECORD, type RecordBytes } from './zip-walk.ts';

/** A record of a zip's directory, with sizes and offset as they are, also where Zip64 tells them. */
export interface DirectoryRecord {
  readonly name: string;
  /** Unix's type of file and permissions; 0 where another system made the entry. */
  readonly mode: number;
  readonly flags: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Of the local header. */
  readonly offset: number;
}

const UNIX = 3;
const UTF8_NAME = 0x0800;
const FULL32 = 0xffffffff;
const ZIP64 = 0x0001;
/** Another name, which some programs take instead. */
const UNICODE_PATH = 0x7075;

/** @throws Malformed where its name or its sizes can be read in two ways */
export function parseRecord({ bytes, at, nameEnd, end }: RecordBytes): DirectoryRecord {
  const flags = bytes.readUInt16LE(at + 8);
  const extras = extraFields(bytes.subarray(nameEnd, end));
  if (extras.has(UNICODE_PATH)) throw new Malformed('its name can be read in two ways');
  const [size, packedBytes, offset] = wideFields(extras.get(ZIP64), [
    bytes.readUInt32LE(at + 24),
    bytes.readUInt32LE(at + 20),
    bytes.readUInt32LE(at + 42),
  ]);
  return {
    name: nameOf(bytes.subarray(at + RECORD, nameEnd), flags),
    mode: bytes.readUInt16LE(at + 4) >> 8 === UNIX ? bytes.readUInt16LE(at + 40) : 0,
    flags,
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    packedBytes: packedBytes ?? 0,
    bytes: size ?? 0,
    offset: offset ?? 0,
  };
}

/**
 * The extra fields of a record by their ids.
 *
 * @throws Malformed where one leads out of them, or is there twice
 */
export function extraFields(extra: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = extra.readUInt16LE(at);
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (end > extra.length) throw new Malformed('its extra fields are longer than they can be');
    if (fields.has(id)) throw new Malformed('it has an extra field twice');
    fields.set(id, extra.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/**
 * The values of fields of 32 bits; those of full ones stand one after the other in the Zip64 field.
 *
 * @throws Malformed where it lacks one
 */
export function wideFields(zip64: Buffer | undefined, fields: readonly number[]): number[] {
  let at = 0;
  return fields.map((field) => {
    if (field !== FULL32) return field;
    if (zip64 === undefined || at + 8 > zip64.length)
      throw new Malformed('its Zip64 field lacks a size or its offset');
    at += 8;
    return Number(zip64.readBigUInt64LE(at - 8));
  });
}

/** Two readings of one name are how programs are made to disagree. Plain ASCII, as ours are, has only one. */
function nameOf(raw: Buffer, flags: number): string {
  const name = raw.toString('utf8');
  const isPlain = (flags & UTF8_NAME) !== 0 || raw.every((byte) => byte < 0x80);
  if (!isPlain || !Buffer.from(name).equals(raw)) throw new Malformed('its name can be read in two ways');
  return name;
}

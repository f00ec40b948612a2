import { parentPort, workerData } from 'node:worker_threads';
import { CHECKSUMS_FILE, MANIFEST_FILE } from '../../types/archive-paths.ts';
import { CHECKSUMS, deflateWhole, type Effort, effortFor, OpenFile } from './deflate.ts';
import { ZipWriter } from './zip-writer.ts';

/** Start parameters of the zip thread. */
export interface ThreadData {
  /** The file for the archive, which exists and is empty. */
  readonly path: string;
  /** Begins the paths of files for what exceeds memory; a number follows. */
  readonly spill: string;
  /** Modification time of all entries, in milliseconds of the epoch. */
  readonly time: number;
}

/**
 * The parts of a batch, one after the other, each of one file. Lists instead of an object for each part: names of
 * properties would take most of the time in which a message is sent.
 */
export interface Parts {
  readonly paths: readonly string[];
  /** Where each part ends in the batch, which is where the next one begins. */
  readonly ends: readonly number[];
  /** Of the file that ends with the part; see ZipEntry. */
  readonly counts: ReadonlyArray<number | null>;
  /** Whether the file of the last part continues in the next batch of the sink; the others end. */
  readonly continues: boolean;
}

export type ToThread =
  | { readonly kind: 'buffer'; readonly buffer: number; readonly memory: SharedArrayBuffer }
  | { readonly kind: 'forget'; readonly buffer: number }
  | {
      readonly kind: 'batch';
      readonly sink: number;
      readonly group: number;
      /** Number of the buffer, from an earlier `buffer` message. */
      readonly buffer: number;
      readonly parts: Parts;
    }
  | { readonly kind: 'withdraw'; readonly group: number; readonly sinks: readonly number[] }
  | { readonly kind: 'provide' }
  | { readonly kind: 'finish'; readonly manifest: Uint8Array };

export type FromThread =
  | { readonly kind: 'returned'; readonly buffer: number }
  | { readonly kind: 'provided' }
  | { readonly kind: 'finished'; readonly bytes: number }
  | { readonly kind: 'broken'; readonly message: string; readonly code: string | null };

/**
 * The thread that deflates, hashes and writes, while the main thread reads and prints. It
 * answers each batch by returning its buffer, which slows the main thread down to the speed of
 * the volume.
 */
const port = parentPort;
if (port === null) throw new Error('zip-thread.ts is started as a worker thread');

const { path, spill, time } = workerData as ThreadData;
/** Of manifest and checksums. */
const OWN_GROUP = -1;
/** Bytes that are deflated in one call, which needs the same amount again. */
const AT_ONCE = 4 * 1024 * 1024;
/** Bytes of checksums that are deflated in one call; more than the longest name. */
const PIECE = 128 * 1024;
const buffers = new Map<number, Uint8Array>();
const openFiles = new Map<number, OpenFile>();
let spills = 0;
const zip = new ZipWriter(path, new Date(time));

port.on('message', (message: ToThread) => {
  try {
    handle(message);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    answer({ kind: 'broken', message: error instanceof Error ? error.message : String(error), code });
  }
});

function handle(message: ToThread): void {
  switch (message.kind) {
    case 'buffer':
      buffers.set(message.buffer, new Uint8Array(message.memory));
      return;
    case 'forget':
      buffers.delete(message.buffer);
      return;
    case 'batch': {
      const bytes = buffers.get(message.buffer);
      if (bytes === undefined) throw new Error(`buffer ${message.buffer} is not known`);
      takeParts(message.sink, message.group, message.parts, bytes);
      answer({ kind: 'returned', buffer: message.buffer });
      return;
    }
    case 'withdraw':
      for (const sink of message.sinks) forget(sink);
      zip.withdraw(message.group);
      return;
    case 'provide':
      zip.compact();
      zip.provisional(OWN_GROUP, appendChecksums, [CHECKSUMS_FILE]);
      answer({ kind: 'provided' });
      return;
    case 'finish':
      zip.compact();
      zip.append(MANIFEST_FILE, OWN_GROUP, deflateWhole(message.manifest));
      appendChecksums();
      answer({ kind: 'finished', bytes: zip.finish([MANIFEST_FILE, CHECKSUMS_FILE]) });
  }
}

function takeParts(
  sink: number,
  group: number,
  { paths, ends, counts, continues }: Parts,
  bytes: Uint8Array,
): void {
  let start = 0;
  for (const [index, file] of paths.entries()) {
    const end = ends[index] ?? start;
    const last = index < paths.length - 1 || !continues;
    takePiece(sink, group, file, bytes.subarray(start, end), last, counts[index] ?? null);
    start = end;
  }
}

/** @param last whether the file ends with this piece */
function takePiece(
  sink: number,
  group: number,
  file: string,
  piece: Uint8Array,
  last: boolean,
  count: number | null,
): void {
  let open = openFiles.get(sink);
  if (open === undefined && last && piece.length <= AT_ONCE) {
    zip.append(file, group, deflateWhole(piece, effortFor(file)), count);
    return;
  }
  if (open === undefined) {
    open = openFile(effortFor(file));
    openFiles.set(sink, open);
  }
  let from = 0;
  do {
    const next = from + AT_ONCE;
    open.add(piece.subarray(from, next), last && next >= piece.length);
    from = next;
  } while (from < piece.length);
  if (!last) return;
  zip.append(file, group, open.finish(), count);
  forget(sink);
}

function forget(sink: number): void {
  openFiles.get(sink)?.close();
  openFiles.delete(sink);
}

function openFile(effort: Effort): OpenFile {
  spills++;
  return new OpenFile(`${spill}.${spills}`, effort);
}

/** In pieces, since the checksums of a large cluster have twenty megabytes. */
function appendChecksums(): void {
  const file = openFile(CHECKSUMS);
  const piece = Buffer.allocUnsafeSlow(PIECE);
  let at = 0;
  for (const { sha256, path: name } of zip.checksums()) {
    const line = `${sha256}  ${name}\n`;
    if (at + Buffer.byteLength(line) > PIECE) {
      file.add(piece.subarray(0, at), false);
      at = 0;
    }
    at += piece.write(line, at);
  }
  file.add(piece.subarray(0, at), true);
  zip.append(CHECKSUMS_FILE, OWN_GROUP, file.finish());
  file.close();
}

function answer(message: FromThread): void {
  port?.postMessage(message);
}

import { parentPort, workerData } from 'node:worker_threads';
import { CHECKSUMS_FILE, MANIFEST_FILE } from '../../types/archive-paths.ts';
import { deflateWhole, OpenFile } from './deflate.ts';
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

/** A part of a batch that belongs to one file; a file may extend over several batches. */
export interface Segment {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** The file ends with this stretch. */
  readonly last: boolean;
  /** Of the whole file, with its last stretch; see ZipEntry. */
  readonly count: number | null;
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
      readonly segments: readonly Segment[];
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
      for (const segment of message.segments)
        takePiece(message.sink, message.group, segment, bytes.subarray(segment.start, segment.end));
      answer({ kind: 'returned', buffer: message.buffer });
      return;
    }
    case 'withdraw':
      for (const sink of message.sinks) forget(sink);
      zip.withdraw(message.group);
      return;
    case 'provide':
      zip.compact();
      appendChecksums();
      zip.provisional(OWN_GROUP, [CHECKSUMS_FILE]);
      answer({ kind: 'provided' });
      return;
    case 'finish':
      zip.compact();
      appendWhole(MANIFEST_FILE, message.manifest);
      appendChecksums();
      answer({ kind: 'finished', bytes: zip.finish([MANIFEST_FILE, CHECKSUMS_FILE]) });
  }
}

function takePiece(sink: number, group: number, segment: Segment, piece: Uint8Array): void {
  const { path: file, last, count } = segment;
  let open = openFiles.get(sink);
  if (open === undefined && last && piece.length <= AT_ONCE) {
    zip.append(file, group, deflateWhole(piece), count);
    return;
  }
  if (open === undefined) {
    spills++;
    open = new OpenFile(`${spill}.${spills}`);
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

function appendChecksums(): void {
  const sums = zip.entries().map((entry) => `${entry.sha256}  ${entry.path}\n`);
  appendWhole(CHECKSUMS_FILE, Buffer.from(sums.join('')));
}

function appendWhole(file: string, bytes: Uint8Array): void {
  zip.append(file, OWN_GROUP, deflateWhole(bytes));
}

function answer(message: FromThread): void {
  port?.postMessage(message);
}

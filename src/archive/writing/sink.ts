import { WRITTEN } from '../../json/limits.ts';
import type { Parts, ToThread } from './zip-thread.ts';

/** Memory that this thread fills and the zip thread reads, alternately. */
export interface Batch {
  readonly id: number;
  readonly bytes: Buffer;
}

/** Bytes of a batch, unless an object needs a larger one. */
export const USUAL = 256 * 1024;

/** Receives the batches of a sink, and provides empty buffers. */
export interface BatchSource {
  /** An empty buffer of the usual size; waits while the volume is slower. */
  take(): Promise<Batch>;
  /** A larger buffer, for an object that does not fit into the usual one. */
  takeLarge(bytes: number): Batch;
  send(sink: number, group: number, batch: Batch, parts: Parts): void;
  giveBack(batch: Batch): void;
}

/** A printed object has at most twice its bytes (see ListFiles), and a few more around it. */
const LARGEST = 2 * WRITTEN.objectBytes + 1024 * 1024;
/** Up to this size, a buffer grows by doubling; then it gets the largest size, of which one is shared. */
const DOUBLED = 4 * 1024 * 1024;

/**
 * Writes files one after the other into buffers, which are sent to the zip thread. The printer
 * writes directly to `out` from `at` on, and advances `at`.
 */
export class Sink {
  at = 0;
  #batch: Batch;
  /** Whether the batch has been sent, and the next one has not arrived yet. */
  #away = false;
  #discarded = false;
  readonly id: number;
  readonly #group: number;
  readonly #source: BatchSource;
  #paths: string[] = [];
  #ends: number[] = [];
  #counts: Array<number | null> = [];
  #path: string | null = null;
  #start = 0;
  #sentBytes = 0;

  private constructor(id: number, group: number, source: BatchSource, batch: Batch) {
    this.id = id;
    this.#group = group;
    this.#source = source;
    this.#batch = batch;
  }

  static async open(id: number, group: number, source: BatchSource): Promise<Sink> {
    return new Sink(id, group, source, await source.take());
  }

  get out(): Buffer {
    return this.#batch.bytes;
  }

  /** Whether its buffer is larger than usual, for one large object. */
  get isLarge(): boolean {
    return this.out.length > USUAL;
  }

  begin(path: string): void {
    this.#path = path;
    this.#start = this.at;
    this.#sentBytes = 0;
  }

  /** Writes some bytes that need not fit. */
  async write(bytes: Uint8Array): Promise<void> {
    while (this.out.length - this.at < bytes.length) await this.makeRoom();
    this.out.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Sends the buffer and continues with an empty one, or with a larger one if there is nothing to send. */
  async makeRoom(): Promise<void> {
    if (this.at === 0) {
      if (this.out.length >= LARGEST) throw new Error(`an object takes more than ${LARGEST} bytes`);
      const larger = this.#source.takeLarge(this.out.length < DOUBLED ? this.out.length * 2 : LARGEST);
      this.#source.giveBack(this.#batch);
      this.#batch = larger;
      return;
    }
    if (this.#path !== null) this.#cut(this.#path, null);
    this.#send();
    const batch = await this.#source.take();
    if (this.#discarded) {
      this.#source.giveBack(batch);
      throw new Error('the sink was discarded while it waited');
    }
    this.#batch = batch;
    this.#away = false;
  }

  /** Ends the file. @param count see ZipEntry @returns its size in bytes */
  end(count: number | null = null): number {
    const size = this.#sentBytes + this.at - this.#start;
    if (this.#path !== null) this.#cut(this.#path, count);
    this.#path = null;
    return size;
  }

  /** Sends the last batch; the sink cannot be used afterwards. */
  close(): void {
    if (this.#paths.length > 0) this.#send();
    else this.#source.giveBack(this.#batch);
  }

  /** Returns its memory without sending it. A makeRoom() that still waits throws when it gets a buffer. */
  discard(): void {
    this.#discarded = true;
    if (!this.#away) this.#source.giveBack(this.#batch);
  }

  #cut(path: string, count: number | null): void {
    this.#paths.push(path);
    this.#ends.push(this.at);
    this.#counts.push(count);
    this.#sentBytes += this.at - this.#start;
    this.#start = this.at;
  }

  #send(): void {
    const parts = {
      paths: this.#paths,
      ends: this.#ends,
      counts: this.#counts,
      continues: this.#path !== null,
    };
    this.#source.send(this.id, this.#group, this.#batch, parts);
    this.#away = true;
    this.#paths = [];
    this.#ends = [];
    this.#counts = [];
    this.at = 0;
    this.#start = 0;
  }
}

/**
 * Large batches make the others wait once more than this is on its way, and are
 * kept for the next large object up to this: shared memory that is dropped is
 * freed only when two threads have collected their garbage.
 */
const LARGE = 8 * 1024 * 1024;

/**
 * The buffers that are passed between a writer's sinks and its thread, and reused. Since they
 * return late from a slow volume, the sinks slow down to its speed.
 */
export class Batches {
  readonly #most: number;
  readonly #post: (message: ToThread) => void;
  readonly #known = new Map<number, Batch>();
  #next = 0;
  #made = 0;
  #free: Batch[] = [];
  #freeLarge: Batch[] = [];
  /** One beyond LARGE, since objects that need such take turns: dropped ones would pile up. */
  #freeLargest: Batch | null = null;
  #largeUnderWay = 0;
  #waiting: Array<{ resolve: (batch: Batch) => void; reject: (error: Error) => void }> = [];

  /** @param most at most so many of the usual size are about */
  constructor(most: number, post: (message: ToThread) => void) {
    this.#most = most;
    this.#post = post;
  }

  take(): Promise<Batch> {
    const batch = this.#takeAtOnce();
    if (batch !== null) return Promise.resolve(batch);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  takeLarge(bytes: number): Batch {
    const largest = this.#freeLargest;
    if (largest !== null && largest.bytes.length === bytes) {
      this.#freeLargest = null;
      return largest;
    }
    const at = this.#freeLarge.findIndex((batch) => batch.bytes.length === bytes);
    const [kept] = at < 0 ? [] : this.#freeLarge.splice(at, 1);
    return kept ?? this.#make(bytes);
  }

  giveBack(batch: Batch): void {
    if (!isLarge(batch)) this.#free.push(batch);
    else if (batch.bytes.length > LARGE && this.#freeLargest === null) this.#freeLargest = batch;
    else if (sizeOf(this.#freeLarge) + batch.bytes.length <= LARGE) this.#freeLarge.push(batch);
    else {
      this.#known.delete(batch.id);
      this.#post({ kind: 'forget', buffer: batch.id });
    }
    while (this.#waiting.length > 0) {
      const next = this.#takeAtOnce();
      if (next === null) return;
      this.#waiting.shift()?.resolve(next);
    }
  }

  /** Must be called when a batch was sent to the thread. */
  sent(batch: Batch): void {
    if (isLarge(batch)) this.#largeUnderWay += batch.bytes.length;
  }

  /** Must be called when the thread has processed a batch. */
  returned(id: number): void {
    const batch = this.#known.get(id);
    if (batch === undefined) return;
    if (isLarge(batch)) this.#largeUnderWay -= batch.bytes.length;
    this.giveBack(batch);
  }

  /** Ends all waits. */
  fail(error: Error): void {
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting = [];
  }

  #takeAtOnce(): Batch | null {
    if (this.#largeUnderWay > LARGE) return null;
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made >= this.#most) return null;
    this.#made++;
    return this.#make(USUAL);
  }

  #make(bytes: number): Batch {
    const memory = new SharedArrayBuffer(bytes);
    const batch = { id: this.#next++, bytes: Buffer.from(memory) };
    this.#known.set(batch.id, batch);
    this.#post({ kind: 'buffer', buffer: batch.id, memory });
    return batch;
  }
}

function isLarge(batch: Batch): boolean {
  return batch.bytes.length !== USUAL;
}

function sizeOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, batch) => sum + batch.bytes.length, 0);
}

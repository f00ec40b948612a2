import { type Batch, USUAL } from './sink.ts';
import type { ToThread } from './thread-messages.ts';

/**
 * Large batches make the others wait once more than this is on its way, and are
 * kept for the next large object up to this: shared memory that is dropped is
 * freed only when two threads have collected their garbage.
 */
const LARGE = 8 * 1024 * 1024;

/**
 * The buffers that travel between a writer's sinks and its thread, used again and
 * again. What comes back late is what slows the sinks down to the volume's speed.
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

  /** Tells that a batch has gone to the thread. */
  sent(batch: Batch): void {
    if (isLarge(batch)) this.#largeUnderWay += batch.bytes.length;
  }

  /** Tells that the thread is done with a batch. */
  returned(id: number): void {
    const batch = this.#known.get(id);
    if (batch === undefined) return;
    if (isLarge(batch)) this.#largeUnderWay -= batch.bytes.length;
    this.giveBack(batch);
  }

  /** Lets nobody wait any longer. */
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

/**
 * The share of each list, in bytes of buffers: eight at once fit into the memory of the job.
 * Objects that need larger buffers take turns.
 */
export const LARGE = 4 * 1024 * 1024;

/** The parts of a list's work that use much memory. */
type Use = 'reading' | 'writing' | 'filtering' | 'sorting';

/** Lets one list at a time use much memory, in the order of their requests. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** For one attempt to read a list; end() must be called afterwards. */
  turn(): Turn {
    return new Turn(() => {
      const before = this.#last;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#last = promise;
      return before.then(() => resolve);
    });
  }
}

/** The turn of one list, from its first use until its last one ends. */
export class Turn {
  readonly #next: () => Promise<() => void>;
  readonly #uses = new Set<Use>();
  #granted: Promise<() => void> | null = null;
  #ended = false;

  constructor(next: () => Promise<() => void>) {
    this.#next = next;
  }

  /** Whether this use has begun and not ended. */
  has(use: Use): boolean {
    return this.#uses.has(use);
  }

  /** Waits for the turn of this list. Throws an Error if the list ends before. */
  async take(use: Use): Promise<void> {
    if (!this.#ended) {
      this.#uses.add(use);
      this.#granted ??= this.#next();
      await this.#granted;
    }
    if (this.#ended) throw new Error('the list ended while it waited for its turn');
  }

  give(use: Use): void {
    if (this.#uses.delete(use) && this.#uses.size === 0) this.#pass();
  }

  /** Ends all uses, now or, if the turn has not come yet, as soon as it comes. */
  end(): void {
    this.#ended = true;
    this.#uses.clear();
    this.#pass();
  }

  #pass(): void {
    const granted = this.#granted;
    this.#granted = null;
    void granted?.then((done) => done());
  }
}

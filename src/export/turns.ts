/**
 * Buffers up to here a list may use whenever it needs them: eight at once fit into the
 * job's memory. Objects that need larger ones take turns.
 */
export const LARGE = 4 * 1024 * 1024;

/** What of a list's work uses much memory. */
type Use = 'reading' | 'writing' | 'filtering' | 'sorting';

/** Lets one list at a time use much memory, in the order in which they ask. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** For one attempt to read a list; end() must be called after it. */
  turn(): Turn {
    return new Turn(() => {
      const before = this.#last;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#last = promise;
      return before.then(() => resolve);
    });
  }
}

/** The turn of one list, which lasts from its first use until none is left. */
export class Turn {
  readonly #next: () => Promise<() => void>;
  readonly #uses = new Set<Use>();
  #granted: Promise<() => void> | null = null;
  #ended = false;

  constructor(next: () => Promise<() => void>) {
    this.#next = next;
  }

  /** Whether this use has been taken and not given back. */
  has(use: Use): boolean {
    return this.#uses.has(use);
  }

  /** Waits until it is this list's turn. Throws an Error where the list has ended meanwhile. */
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

  /** Gives everything back, now or, where the turn has not come yet, as soon as it comes. */
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

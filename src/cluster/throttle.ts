const FIRST = 16;
/** The number of connections that the agent keeps. */
const MOST = 32;
/** An overloaded server rejects all running requests at once; this counts as one signal, not thirty. */
const ONE_SIGN = 1000;

/**
 * Limits concurrent requests to what the server accepts: one more after a full set of them
 * succeeded, half as many after a 429.
 */
export class Throttle {
  #limit = FIRST;
  #running = 0;
  #went = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  readonly #waiting: Array<() => void> = [];

  /** The current limit. */
  get limit(): number {
    return this.#limit;
  }

  /** Runs a task when there is a free place; throws what the task throws. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#running++;
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  /** Records that the server accepted a request. */
  went(): void {
    this.#went++;
    if (this.#went < this.#limit || this.#limit >= MOST) return;
    this.#went = 0;
    this.#limit++;
  }

  /** Records that the server rejected a request because there were too many (429). */
  refused(): void {
    this.#went = 0;
    const now = performance.now();
    if (now - this.#refusedAt < ONE_SIGN) return;
    this.#refusedAt = now;
    this.#limit = Math.max(1, this.#limit >> 1);
  }

  /** Starts the next task, and one more if the limit has grown. */
  #leave(): void {
    this.#running--;
    while (this.#running < this.#limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running++;
      next();
    }
  }
}

const FIRST = 16;
/** As many connections as the agent keeps. */
const MOST = 32;
/** A server that is overloaded refuses all that is under way; that is one sign, not thirty. */
const ONE_SIGN = 1000;

/**
 * Lets through as many requests at once as the server takes: one more each time that
 * a whole set of them went well, half as many when it says that it is too much.
 */
export class Throttle {
  #limit = FIRST;
  #running = 0;
  #went = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  readonly #waiting: Array<() => void> = [];

  /** How many may be under way now. */
  get limit(): number {
    return this.#limit;
  }

  /** Runs a task when it is its turn; throws what the task throws. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#running++;
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  /** Tells that the server took a request. */
  went(): void {
    this.#went++;
    if (this.#went < this.#limit || this.#limit >= MOST) return;
    this.#went = 0;
    this.#limit++;
  }

  /** Tells that the server refused a request because there were too many (429). */
  refused(): void {
    this.#went = 0;
    const now = performance.now();
    if (now - this.#refusedAt < ONE_SIGN) return;
    this.#refusedAt = now;
    this.#limit = Math.max(1, this.#limit >> 1);
  }

  /** The place goes to the next one, and to one more where the limit has grown. */
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

/** Milliseconds of a clock that never goes back. */
type Clock = () => number;

/**
 * Divides the time of a run among places that work in turn: a place that does not answer uses up its own share and leaves
 * time for the others. What a place does not need goes to the others.
 *
 * @param milliseconds for all places together
 * @param interrupt ends the work of every place
 * @returns each place with its share
 */
export function shareTime<P>(
  milliseconds: number,
  places: readonly P[],
  interrupt: AbortSignal,
  clock: Clock = () => performance.now(),
): ReadonlyArray<readonly [place: P, share: Share]> {
  const active = new Set<Share>();
  const end = clock() + milliseconds;
  const shares = places.map((place) => [place, new Share(active, end, interrupt, clock)] as const);
  for (const [, share] of shares) active.add(share);
  return shares;
}

/** The time of one place. */
export class Share {
  /** Fires when the share is used up, and when the run is interrupted. */
  readonly signal: AbortSignal;
  readonly #spent = new AbortController();
  readonly #active: Set<Share>;
  readonly #end: number;
  readonly #clock: Clock;
  #used = 0;
  #limit = 0;

  /** @param active the shares of the places that are not finished */
  constructor(active: Set<Share>, end: number, interrupt: AbortSignal, clock: Clock) {
    this.signal = AbortSignal.any([interrupt, this.#spent.signal]);
    this.#active = active;
    this.#end = end;
    this.#clock = clock;
  }

  /** Milliseconds that the place may use, or, if the share is used up, could use. */
  get limit(): number {
    return this.#limit;
  }

  /** Does a part of the work. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    const begin = this.#clock();
    const spent = () => this.#spent.abort(new Error('the time is over'));
    const allowance = Math.max(1, this.#allowance());
    this.#limit = this.#used + allowance;
    const timer = setTimeout(spent, allowance);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      this.#used += this.#clock() - begin;
    }
  }

  /** Leaves the rest of the time to the other places. */
  end(): void {
    this.#active.delete(this);
  }

  /** An equal part of the time that is left and the time that the active places have used, less what this one has used. */
  #allowance(): number {
    const left = this.#end - this.#clock();
    const used = [...this.#active].reduce((sum, share) => sum + share.#used, 0);
    return Math.min(left, (left + used) / this.#active.size - this.#used);
  }
}

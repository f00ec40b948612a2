// Imported as the default export, so that tests can replace its functions.
import timers from 'node:timers/promises';
import { ApiError, isPassing } from './api-error.ts';

const FIRST_WAIT = 250;
const LONGEST_WAIT = 8_000;
/** Attempts with rejected credentials; a token may just be rotating. */
const REFUSALS = 3;

/**
 * How long to retry. Each failing request is retried for `retryFor` milliseconds from its
 * first failure; but after the server has not responded to any request for that long, later requests
 * fail at once. Otherwise sixty types would take sixty times as long to fail.
 */
export class RetryBudget {
  readonly #retryFor: number;
  readonly #signal: AbortSignal;
  /** When the first request failed after the last response; null while the server responds. */
  #silentSince: number | null = null;

  constructor(retryFor: number, signal: AbortSignal) {
    this.#retryFor = retryFor;
    this.#signal = signal;
  }

  /** Records that the server has sent a valid response. */
  answered(): void {
    this.#silentSince = null;
  }

  /**
   * Waits before the next attempt.
   *
   * @param firstFailure when the first attempt failed, by performance.now()
   * @param attempt 1 after the first failure
   * @param asked the server's Retry-After, in milliseconds
   * @returns false if no time is left
   */
  async wait(firstFailure: number, attempt: number, asked: number | null): Promise<boolean> {
    const now = performance.now();
    this.#silentSince ??= now;
    const silent = now - this.#silentSince > this.#retryFor;
    // Full jitter spreads the retries of clients that failed at the same time.
    const backoff = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
    const pause = Math.max(asked ?? 0, backoff);
    if (silent || now + pause - firstFailure > this.#retryFor) return false;
    await timers.setTimeout(pause, undefined, { signal: this.#signal });
    return true;
  }
}

/**
 * Repeats an attempt until it succeeds, fails permanently, or the retry budget is spent.
 *
 * @param reload reads the credentials again after a 401 to an attempt that began then, by performance.now()
 * @throws the last failure
 */
export async function retried<T>(
  retryBudget: RetryBudget,
  reload: (began: number) => void,
  attempt: () => Promise<T>,
): Promise<T> {
  let firstFailure: number | null = null;
  let refusals = 0;
  for (let count = 1; ; count++) {
    const began = performance.now();
    try {
      return await attempt();
    } catch (error) {
      firstFailure ??= performance.now();
      const refused = error instanceof ApiError && error.status === 401;
      if (refused) {
        refusals++;
        if (refusals >= REFUSALS) throw error;
        reload(began);
      } else if (!isPassing(error)) throw error;
      const asked = error instanceof ApiError ? error.retryAfter : null;
      if (!(await retryBudget.wait(firstFailure, refused ? refusals : count, asked))) throw error;
    }
  }
}

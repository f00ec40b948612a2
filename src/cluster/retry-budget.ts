// By its default export, whose functions tests can replace.
import timers from 'node:timers/promises';
import { ApiError, isPassing } from './api-error.ts';

const FIRST_WAIT = 250;
const LONGEST_WAIT = 8_000;
/** Attempts with credentials that the server refuses; a token may just be rotating. */
const REFUSALS = 3;

/**
 * How long to go on asking. Each failing request is repeated for `retryFor`
 * milliseconds from its first failure; but once the server as a whole has been
 * silent for that long, the requests after it are not waited for again, or sixty
 * types would take sixty times as long to fail.
 */
export class RetryBudget {
  readonly #retryFor: number;
  readonly #signal: AbortSignal;
  /** When the first request failed after the last answer; null while the server answers. */
  #silentSince: number | null = null;

  constructor(retryFor: number, signal: AbortSignal) {
    this.#retryFor = retryFor;
    this.#signal = signal;
  }

  /** Tells that the server has given a sensible answer. */
  answered(): void {
    this.#silentSince = null;
  }

  /**
   * Waits before the next attempt.
   *
   * @param firstFailure when the first attempt failed, by performance.now()
   * @param attempt 1 after the first failure
   * @param asked what the server asked for, in milliseconds
   * @returns false where there is no time left
   */
  async wait(firstFailure: number, attempt: number, asked: number | null): Promise<boolean> {
    const now = performance.now();
    this.#silentSince ??= now;
    const silent = now - this.#silentSince > this.#retryFor;
    // Full jitter spreads the attempts of several clients that failed together.
    const backoff = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
    const pause = Math.max(asked ?? 0, backoff);
    if (silent || now + pause - firstFailure > this.#retryFor) return false;
    await timers.setTimeout(pause, undefined, { signal: this.#signal });
    return true;
  }
}

/**
 * Runs an attempt until it succeeds, fails for good, or the retry budget is spent.
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

import { ApiError, ConnectionError, isPassing } from './api-error.ts';

/** The readiness endpoint of an API server. */
export const READY = '/readyz';
/** Milliseconds in which a starting server that never reported readiness can load its roles. */
const STARTING = 5000;

/**
 * A server that has just started responds before it knows its custom types, roles and accounts:
 * discovery is incomplete and permitted requests are denied, so a backup would silently lack
 * objects. So at the beginning, and after a possible restart, it must first report readiness.
 */
export class Readiness {
  readonly #ask: () => Promise<unknown>;
  readonly #reload: () => void;
  /** Whether readiness must be checked before the next request. */
  #doubtful = true;
  #wasReady = false;
  #wasAway = false;
  /** When it first rejected the check; null if it did not. */
  #refusedAt: number | null = null;
  #asking: Promise<void> | null = null;

  /**
   * @param ask requests READY; throws ApiError or ConnectionError if the server is not ready
   * @param reload reads the credentials again
   */
  constructor(ask: () => Promise<unknown>, reload: () => void) {
    this.#ask = ask;
    this.#reload = reload;
  }

  /** Records that the server may have been restarted. */
  doubt(): void {
    this.#doubtful = true;
  }

  /** While the server is not ready, throws an error after which retried() tries again. */
  async confirmed(): Promise<void> {
    if (!this.#doubtful) return;
    this.#asking ??= this.#confirm().finally(() => {
      this.#asking = null;
    });
    await this.#asking;
  }

  async #confirm(): Promise<void> {
    try {
      await this.#ask();
      this.#wasReady = true;
    } catch (error) {
      if (isPassing(error)) this.#wasAway = true;
      if (isPassing(error) || !(error instanceof ApiError)) throw error;
      if (this.#wasReady || this.#hasJustCome()) {
        // It has not loaded its roles and accounts yet; or the token has been rotated.
        this.#reload();
        const before = this.#wasReady ? 'the server was ready before' : 'the server has just restarted';
        throw new ConnectionError('GET', READY, `${error.status}, though ${before}`);
      }
      // If the credentials are rejected, the request itself reports it.
      if (error.status === 401) return;
      // Without permission for this endpoint, or without the endpoint, the server counts as ready.
    }
    this.#doubtful = false;
  }

  /** A server that was unreachable and responds now gets some time to load its accounts. */
  #hasJustCome(): boolean {
    this.#refusedAt ??= performance.now();
    return this.#wasAway && performance.now() - this.#refusedAt < STARTING;
  }
}

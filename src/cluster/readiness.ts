import { ApiError, ConnectionError, isPassing } from './api-error.ts';

/** The path that says whether an API server is ready. */
export const READY = '/readyz';
/** Milliseconds for a server that comes up to read its roles, where it never said that it is ready. */
const STARTING = 5000;

/**
 * A server that has just started answers before it knows its custom types, roles and
 * accounts: discovery is short and what is allowed is denied, which would make a backup
 * small without a word. So at the beginning, and after whatever may have been a restart,
 * it has to say first that it is ready.
 */
export class Readiness {
  readonly #ask: () => Promise<unknown>;
  readonly #reload: () => void;
  /** Whether it has to be asked before anything else is. */
  #doubtful = true;
  #saidReady = false;
  #wasAway = false;
  /** When it first refused to say; null as long as it did not. */
  #refusedAt: number | null = null;
  #asking: Promise<void> | null = null;

  /**
   * @param ask asks READY; throws ApiError, ConnectionError where it is not
   * @param reload reads the credentials again
   */
  constructor(ask: () => Promise<unknown>, reload: () => void) {
    this.#ask = ask;
    this.#reload = reload;
  }

  /** Tells that the server may have been restarted. */
  doubt(): void {
    this.#doubtful = true;
  }

  /** Throws what makes retried() ask again, as long as the server is not ready. */
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
      this.#saidReady = true;
    } catch (error) {
      if (isPassing(error)) this.#wasAway = true;
      if (isPassing(error) || !(error instanceof ApiError)) throw error;
      if (this.#saidReady || this.#hasJustCome()) {
        // It has yet to read its roles and accounts; or the token has rotated.
        this.#reload();
        const before = this.#saidReady ? 'the server was ready before' : 'the server has just come back';
        throw new ConnectionError('GET', READY, `${error.status}, though ${before}`);
      }
      // Credentials that are refused are told by the question itself.
      if (error.status === 401) return;
      // Whoever may not ask, or asks something that does not know, has to take the server as it is.
    }
    this.#doubtful = false;
  }

  /** A server that could not be asked at first, and answers now, is given a while to know us. */
  #hasJustCome(): boolean {
    this.#refusedAt ??= performance.now();
    return this.#wasAway && performance.now() - this.#refusedAt < STARTING;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreOptions } from '../archive-store.ts';
import { type Attempt, type Bucket, BucketError, type BucketTrouble } from './bucket.ts';

/** Errors after which another attempt may succeed. */
const TRANSIENT: ReadonlySet<BucketTrouble> = new Set(['busy', 'no-dns', 'refused', 'broken', 'clock']);
/** Milliseconds before each further attempt. They are short, since a person often waits for the result. */
const PAUSES = [300, 1000, 3000];

/** A request that can be sent again. */
export type BucketRequest<T> = (bucket: Bucket, attempt: Attempt) => Promise<T>;

/** See StoreOptions. */
export type RequestLimits = Pick<StoreOptions, 'requestTimeout' | 'retryFor'>;

/** Sends the requests of a bucket. Each has a time limit, and is repeated if another attempt may succeed. */
export class Requests {
  readonly #bucket: Bucket;
  readonly #timeout: number;
  readonly #retryFor: number;
  readonly #signal: AbortSignal;

  /**
   * @param limits `requestTimeout`: milliseconds without data after which a request fails; `retryFor`: milliseconds for
   *   which it is repeated
   * @param signal ends all requests
   */
  constructor(bucket: Bucket, limits: RequestLimits, signal: AbortSignal) {
    this.#bucket = bucket;
    this.#timeout = limits.requestTimeout;
    this.#retryFor = limits.retryFor;
    this.#signal = signal;
  }

  /** @throws BucketError; the reason of the signal */
  async send<T>(request: BucketRequest<T>): Promise<T> {
    const end = performance.now() + this.#retryFor;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(request);
      } catch (error) {
        this.#signal.throwIfAborted();
        const failed = error instanceof BucketError ? error : this.#bucket.errorOf(error);
        const pause = PAUSES[attempt];
        if (pause === undefined || performance.now() + pause > end || !TRANSIENT.has(failed.trouble))
          throw failed;
        // Random, so that clients that were refused together do not repeat their requests together.
        await sleep(pause * (0.5 + Math.random()), undefined, { signal: this.#signal });
      }
    }
  }

  /** The time limit does not depend on the library: not every one ends a request when its signal fires. */
  async #once<T>(request: BucketRequest<T>): Promise<T> {
    this.#signal.throwIfAborted();
    const given = new AbortController();
    const silence = new BucketError('silent', `no answer for ${Math.round(this.#timeout / 1000)} seconds`);
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const end = (error: unknown) => {
      given.abort(error);
      reject(error);
    };
    const timer = setTimeout(() => end(silence), this.#timeout);
    const stop = () => end(this.#signal.reason);
    this.#signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = request(this.#bucket, { signal: given.signal, alive: () => timer.refresh() });
      return await Promise.race([answer, ended]);
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener('abort', stop);
      ended.catch(() => {});
    }
  }
}

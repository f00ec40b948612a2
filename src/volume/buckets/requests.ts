import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreOptions } from '../archive-store.ts';
import { type Attempt, type Bucket, BucketError, type BucketTrouble } from './bucket.ts';

/** What may be different a moment later. */
const TRANSIENT: ReadonlySet<BucketTrouble> = new Set(['busy', 'no-dns', 'refused', 'broken', 'clock']);
/** Milliseconds before each further attempt: a person waits for most of them. */
const PAUSES = [300, 1000, 3000];

/** A request that can be sent again. */
export type BucketRequest<T> = (bucket: Bucket, attempt: Attempt) => Promise<T>;

/** See StoreOptions. */
export type RequestLimits = Pick<StoreOptions, 'requestTimeout' | 'retryFor'>;

/** Sends the requests of a bucket: each has a time limit, and is repeated if that may help. */
export class Requests {
  readonly #bucket: Bucket;
  readonly #timeout: number;
  readonly #retryFor: number;
  readonly #signal: AbortSignal;

  /**
   * @param limits `requestTimeout`: milliseconds without data after which a request is given up; `retryFor`:
   *   milliseconds for which it is repeated
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
        // Others that were refused at the same moment must not come back at the same moment.
        await sleep(pause * (0.5 + Math.random()), undefined, { signal: this.#signal });
      }
    }
  }

  /** Not every library ends a request when it is told to, so that the time limit does not depend on it. */
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

import { type Attempt, BucketError } from '../volume/buckets/bucket.ts';
import { bucketFailure } from '../volume/buckets/failures.ts';
import type { Requests } from '../volume/buckets/requests.ts';
import type { BucketLocation } from '../volume/location.ts';

/** Sends the requests of a writer. Its errors are messages for the user. */
export class BucketRequests {
  readonly #requests: Requests;
  readonly #location: BucketLocation;

  constructor(requests: Requests, location: BucketLocation) {
    this.#requests = requests;
    this.#location = location;
  }

  /**
   * @param what the action, for messages: `upload NAME to`
   * @throws Failure; the reason of the signal
   */
  async send<T>(what: string, request: (attempt: Attempt) => Promise<T>): Promise<T> {
    try {
      return await this.#requests.send((_, attempt) => request(attempt));
    } catch (error) {
      if (!(error instanceof BucketError)) throw error;
      throw bucketFailure(`cannot ${what}`, error, this.#location, 'write');
    }
  }
}

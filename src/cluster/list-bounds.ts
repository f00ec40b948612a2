import { WRITTEN } from '../json/limits.ts';
import { ListMistake } from '../json/list-reader.ts';

/** Consecutive pages without objects; a server that filters may return some. */
const MOST_EMPTY_PAGES = 1000;

/**
 * Sees to it that the list of a type ends: it has a time and an amount of bytes, and its
 * pages must go on. One for a type, whatever number of attempts and lists it takes.
 */
export class ListBounds {
  readonly #clock: () => number;
  readonly #begun: number;
  #bytes = 0;

  /** @param clock in milliseconds */
  constructor(clock = () => performance.now()) {
    this.#clock = clock;
    this.#begun = clock();
  }

  /** Counts bytes of an answer. Throws ListMistake if they are too many, or take too long. */
  came(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > WRITTEN.listBytes)
      throw new ListMistake(`it has not ended after ${WRITTEN.listBytes / 2 ** 30} GiB`);
    if (this.#clock() - this.#begun > WRITTEN.listTime)
      throw new ListMistake(`it has not ended after ${WRITTEN.listTime / 60_000} minutes`);
  }
}

/**
 * Follows the pages of one list by their continue tokens. A server that ignores the token
 * gives the same one again, at once or after a while.
 */
export class Pages {
  #last: string | null = null;
  /** One token of the past, exchanged at ever longer distances: no cycle can avoid it (Brent). */
  #kept: string | null = null;
  #steps = 0;
  #distance = 1;
  #empty = 0;

  /**
   * Takes note of the token to the next page.
   *
   * @param hadItems whether the page before had any
   * @throws ListMistake if the pages would never end
   */
  follow(token: string, hadItems: boolean): void {
    if (token === this.#last || token === this.#kept)
      throw new ListMistake('its pages repeat: the server returned the same continue token again');
    this.#empty = hadItems ? 0 : this.#empty + 1;
    if (this.#empty > MOST_EMPTY_PAGES)
      throw new ListMistake(`${MOST_EMPTY_PAGES} consecutive pages hold no object`);
    this.#last = token;
    this.#steps += 1;
    if (this.#steps < this.#distance) return;
    this.#kept = token;
    this.#steps = 0;
    this.#distance *= 2;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, type Credentials } from '../test/support/api-client.ts';

/** Milliseconds between two requests. */
const EVERY = 100;

/** Asks an API server for one object ten times a second and notes how long each answer takes. */
export class Bystander {
  readonly #client: ApiClient;
  readonly #path: string;

  /** @param credentials of an ordinary user: API priority and fairness exempts administrators */
  constructor(credentials: Credentials, path: string) {
    this.#client = new ApiClient(credentials);
    this.#path = path;
  }

  /** The milliseconds of each answer while something else goes on. Throws what `meanwhile` or a request throws. */
  async during(meanwhile: Promise<unknown>): Promise<number[]> {
    const stop = new AbortController();
    const over = meanwhile.finally(() => stop.abort());
    const waits: Promise<number>[] = [];
    while (!stop.signal.aborted) {
      waits.push(this.#ask());
      await sleep(EVERY);
    }
    await over;
    return await Promise.all(waits);
  }

  close(): void {
    this.#client.close();
  }

  async #ask(): Promise<number> {
    const began = performance.now();
    await this.#client.request('GET', this.#path);
    return performance.now() - began;
  }
}

/** `median 2.1, 99 % 4.0, slowest 9.3 ms of 120 requests` */
export function waitsText(waits: readonly number[]): string {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1);
  return `median ${at(0.5)}, 99 % ${at(0.99)}, slowest ${at(1)} ms of ${sorted.length} requests`;
}

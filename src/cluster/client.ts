import type { IncomingMessage } from 'node:http';
import { CUT_OFF, documentMistake } from '../json/members.ts';
import { parseJson } from '../json/parse-json.ts';
import { brief } from '../words/names.ts';
import { beginningOf, bodyOf, consume, retryAfterOf, type Take, warningsOf } from './answer.ts';
import { ApiError, BrokenAnswer, isPassing, WrongAnswer } from './api-error.ts';
import type { Credentials } from './credentials.ts';
import { READY, Readiness } from './readiness.ts';
import { RetryBudget, retried } from './retry-budget.ts';
import { type ClientOptions, type Request, Transport } from './transport.ts';

/** An answer that was read whole. */
export interface Answer {
  readonly body: Buffer;
  /** What the server warns of, one text each. */
  readonly warnings: readonly string[];
}

const JSON_ONLY = 'application/json';

/** Talks to one API server as one identity. Methods throw ApiError or ConnectionError once the retry budget is spent. */
export class Client {
  readonly credentials: Credentials;
  readonly #options: ClientOptions;
  readonly #wire: Transport;
  readonly #retryBudget: RetryBudget;
  readonly #readiness: Readiness;

  constructor(credentials: Credentials, options: ClientOptions) {
    this.credentials = credentials;
    this.#options = options;
    this.#wire = new Transport(credentials, options);
    this.#retryBudget = new RetryBudget(options.retryFor, options.signal);
    const ask = () => this.#whole(asking(READY, '*/*'));
    this.#readiness = new Readiness(ask, () => credentials.reload());
  }

  /** Requests sent so far, repetitions included. */
  get requests(): number {
    return this.#wire.sent;
  }

  /** GETs a JSON document. */
  get(path: string, accept = JSON_ONLY): Promise<unknown> {
    return this.retry(() => this.#document(asking(path, accept)));
  }

  /** GETs a JSON document that nobody depends on: what fails in passing is not repeated. */
  getOnce(path: string): Promise<unknown> {
    return this.#document(asking(path));
  }

  /** POSTs a JSON document and gives the answer; for reviews, which change nothing. */
  post(path: string, body: unknown): Promise<unknown> {
    const bytes = Buffer.from(JSON.stringify(body));
    const request = { method: 'POST', path, accept: JSON_ONLY, body: bytes, type: JSON_ONLY };
    return this.retry(() => this.#document(request));
  }

  /**
   * Sends a request that may write, once. Whether asking again would do it twice only
   * the caller knows; see retry().
   *
   * @param type of the body: a patch has one of its own
   * @throws ApiError or ConnectionError after this one attempt
   */
  async once(
    method: string,
    path: string,
    body: Uint8Array | null = null,
    type = JSON_ONLY,
  ): Promise<Answer> {
    const answer = await this.#whole({ method, path, accept: JSON_ONLY, body, type });
    // Whatever stands in between (a proxy that wants a log-in) says 200, too; and nobody may go by half an object.
    const mistake = documentMistake(answer.body);
    if (mistake !== null) throw new BrokenAnswer(method, path, `the answer ${mistake}`);
    return answer;
  }

  /**
   * GETs a document and hands its bytes on as they arrive; where `take` gives a
   * promise, no more are read until it is kept. Faults in the middle of the
   * document are thrown, not repeated.
   */
  async stream(path: string, take: Take, accept = JSON_ONLY): Promise<void> {
    const request = asking(path, accept);
    const response = await this.retry(() => this.#send(request));
    try {
      await consume(request, response, this.#options, take);
    } catch (error) {
      if (error instanceof BrokenAnswer) this.#readiness.doubt();
      throw error;
    }
  }

  /** How long it is worth going on, for those who repeat more than a request. */
  get retryBudget(): RetryBudget {
    return this.#retryBudget;
  }

  /** Repeats what fails in passing, within the retry budget; see retry-budget.ts. */
  retry<T>(attempt: () => Promise<T>): Promise<T> {
    const whenReady = async () => {
      await this.#readiness.confirmed();
      try {
        return await attempt();
      } catch (error) {
        if (isPassing(error)) this.#readiness.doubt();
        throw error;
      }
    };
    return retried(this.#retryBudget, (began) => this.credentials.reload(began), whenReady);
  }

  async #document(request: Request): Promise<unknown> {
    const { body } = await this.#whole(request);
    const parsed = parseJson(body);
    if (parsed.kind === 'value') return parsed.value;
    const { method, path } = request;
    const what = `the answer is no valid JSON (${body.length} bytes): it ${parsed.reason}`;
    const cutOff = documentMistake(body)?.endsWith(CUT_OFF) === true;
    throw cutOff ? new BrokenAnswer(method, path, what) : new WrongAnswer(method, path, what);
  }

  async #whole(request: Request): Promise<Answer> {
    const response = await this.#send(request);
    return { body: await bodyOf(request, response, this.#options), warnings: warningsOf(response) };
  }

  async #send(request: Request): Promise<IncomingMessage> {
    const response = await this.#wire.send(request);
    const status = response.statusCode ?? 0;
    if (status < 500) this.#retryBudget.answered();
    if (status >= 200 && status < 300) {
      const coding = response.headers['content-encoding'] ?? 'identity';
      if (coding === 'identity') return response;
      response.destroy();
      const what = `the answer is compressed (${brief(coding)}), though nobody asked for that`;
      throw new WrongAnswer(request.method, request.path, what);
    }
    const text = (await beginningOf(request, response, this.#options)).toString('utf8');
    throw new ApiError(request.method, request.path, status, text, retryAfterOf(response));
  }
}

function asking(path: string, accept = JSON_ONLY): Request {
  return { method: 'GET', path, accept, body: null, type: JSON_ONLY };
}

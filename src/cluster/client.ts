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

/** A complete response. */
export interface Answer {
  readonly body: Buffer;
  /** The server's warnings. */
  readonly warnings: readonly string[];
}

const JSON_ONLY = 'application/json';

/** A client for one API server and one identity. Methods throw ApiError or ConnectionError when the retry budget is spent. */
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

  /** Requests sent so far, including retries. */
  get requests(): number {
    return this.#wire.sent;
  }

  /** GETs a JSON document. */
  get(path: string, accept = JSON_ONLY): Promise<unknown> {
    return this.retry(() => this.#document(asking(path, accept)));
  }

  /** GETs an optional JSON document, without retries. */
  getOnce(path: string): Promise<unknown> {
    return this.#document(asking(path));
  }

  /** POSTs a JSON document and returns the response; for reviews, which change nothing. */
  post(path: string, body: unknown): Promise<unknown> {
    const bytes = Buffer.from(JSON.stringify(body));
    const request = { method: 'POST', path, accept: JSON_ONLY, body: bytes, type: JSON_ONLY };
    return this.retry(() => this.#document(request));
  }

  /**
   * Sends a request that may write, once. Only the caller knows whether a retry could
   * write twice; see retry().
   *
   * @param type media type of the body, which is different for a patch
   * @throws ApiError or ConnectionError after this one attempt
   */
  async once(
    method: string,
    path: string,
    body: Uint8Array | null = null,
    type = JSON_ONLY,
  ): Promise<Answer> {
    const answer = await this.#whole({ method, path, accept: JSON_ONLY, body, type });
    // A proxy that asks for a login may also send 200; and an incomplete object must not be used.
    const mistake = documentMistake(answer.body);
    if (mistake !== null) throw new BrokenAnswer(method, path, `the response ${mistake}`);
    return answer;
  }

  /**
   * GETs a document and hands on its bytes as they arrive; if `take` returns a promise,
   * reading pauses until it resolves. A failure in the middle of the document is thrown,
   * without a retry.
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

  /** As stream, but a failure is thrown at once: for what a single node answers. */
  async streamOnce(path: string, take: Take): Promise<void> {
    const request = asking(path, '*/*');
    await consume(request, await this.#send(request), this.#options, take);
  }

  /** The retry budget, for callers that retry more than one request. */
  get retryBudget(): RetryBudget {
    return this.#retryBudget;
  }

  /** Retries temporary failures within the retry budget; see retry-budget.ts. */
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
    const what = `the response is not valid JSON (${body.length} bytes): it ${parsed.reason}`;
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
      const what = `the response is compressed (${brief(coding)}), although the request did not accept that`;
      throw new WrongAnswer(request.method, request.path, what);
    }
    const text = (await beginningOf(request, response, this.#options)).toString('utf8');
    throw new ApiError(request.method, request.path, status, text, retryAfterOf(response));
  }
}

function asking(path: string, accept = JSON_ONLY): Request {
  return { method: 'GET', path, accept, body: null, type: JSON_ONLY };
}

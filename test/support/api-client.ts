import { Agent, request } from 'node:https';
import { isJsonObject, type JsonObject } from './kube-object.ts';

/** Where a server is and who asks: a client certificate, a token, or nobody. */
export interface Credentials {
  readonly server: string;
  readonly caPem: string;
  readonly certPem?: string;
  readonly keyPem?: string;
  readonly token?: string;
}

/** An answer as it came, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** An answer that is no success: what was asked, and what the server said. */
export class ApiError extends Error {
  readonly status: number;
  /** The Kubernetes reason, such as `AlreadyExists`; '' where the answer names none. */
  readonly reason: string;

  constructor(method: string, path: string, answer: Answer) {
    const body = parse(answer.text);
    const message = typeof body.message === 'string' ? body.message : answer.text.slice(0, 500);
    super(`${method} ${path}: HTTP ${answer.status}: ${message}`);
    this.name = 'ApiError';
    this.status = answer.status;
    this.reason = typeof body.reason === 'string' ? body.reason : '';
  }
}

/** A small client of the Kubernetes API over connections that are kept and used again. */
export class ApiClient {
  readonly credentials: Credentials;
  readonly #agent: Agent;

  constructor(credentials: Credentials) {
    this.credentials = credentials;
    this.#agent = new Agent({
      keepAlive: true,
      ca: credentials.caPem,
      ...(credentials.certPem === undefined ? {} : { cert: credentials.certPem }),
      ...(credentials.keyPem === undefined ? {} : { key: credentials.keyPem }),
    });
  }

  /**
   * Sends a request, `body` as JSON, or as it stands where it is bytes (a PATCH is a merge patch, or a JSON patch
   * where it is a list), and returns the JSON object of the answer ({} where it is empty or no object). Throws
   * ApiError unless the status is 2xx, and the system's error where there is no answer.
   */
  async request(method: string, path: string, body?: unknown, accept?: string): Promise<JsonObject> {
    const answer = await this.answer(method, path, body, accept);
    if (answer.status < 200 || answer.status > 299) throw new ApiError(method, path, answer);
    return parse(answer.text);
  }

  /** Like request, but returns the answer whatever its status. */
  answer(method: string, path: string, body?: unknown, accept = 'application/json'): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { server, token } = this.credentials;
    const payload = toBytes(body);
    const headers = {
      accept,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': contentType(method, body) }),
      // Node sends the body of a DELETE without any length unless told.
      'content-length': payload.length,
    };
    const sent = request(new URL(path, server), { method, headers, agent: this.#agent }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(payload);
    return promise;
  }

  /** Drops every connection; the next request makes new ones. */
  close(): void {
    this.#agent.destroy();
  }
}

function toBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(body === undefined ? '' : JSON.stringify(body));
}

function contentType(method: string, body: unknown): string {
  if (method !== 'PATCH') return 'application/json';
  return Array.isArray(body) ? 'application/json-patch+json' : 'application/merge-patch+json';
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

import { Readable } from 'node:stream';
import { type AuthClient, GoogleAuth, type gaxios, PassThroughClient } from 'google-auth-library';
import type { Agents } from './agents.ts';
import {
  type Attempt,
  type Bucket,
  BucketError,
  type BucketObject,
  type BucketPage,
  type BucketTrouble,
  boundedAnswer,
  wholeBody,
} from './bucket.ts';
import { transportError } from './transport-error.ts';

const SCOPES = ['https://www.googleapis.com/auth/devstorage.read_write'];

/**
 * A client for one bucket of Google Cloud Storage. Credentials come from where Google's library looks for them:
 * GOOGLE_APPLICATION_CREDENTIALS, a workload identity, the metadata server. STORAGE_EMULATOR_HOST is the address of an
 * emulator, which gets no credentials.
 */
export async function googleBucket(
  bucket: string,
  agents: Agents,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<GoogleBucket> {
  const agent = (url: URL) => (url.protocol === 'http:' ? agents.http : agents.https);
  const transporterOptions = { agent, retry: false };
  const { STORAGE_EMULATOR_HOST: emulator } = environment;
  if (emulator) {
    const server = /^https?:\/\//.test(emulator) ? emulator : `http://${emulator}`;
    const client = new PassThroughClient({ transporterOptions });
    return new GoogleBucket(async () => client, server.replace(/\/+$/, ''), bucket);
  }
  dropLookupWarning();
  // Without a project, the library would ask another server for one. It is not needed here.
  const projectId = environment.GOOGLE_CLOUD_PROJECT || 'unknown';
  const auth = new GoogleAuth({ projectId, scopes: SCOPES, clientOptions: { transporterOptions } });
  const domain = environment.GOOGLE_CLOUD_UNIVERSE_DOMAIN || 'googleapis.com';
  const client = async () => withConnections(await auth.getClient());
  return new GoogleBucket(client, `https://storage.${domain}`, bucket);
}

/**
 * Lets the exchange of a workload identity's token use the same connections as all other requests. The library gives it
 * connections of its own, which do not trust the CA of `--store-ca`, and has no option for it.
 */
function withConnections(client: AuthClient): AuthClient {
  const exchange: unknown = Reflect.get(client, 'stsCredential');
  if (typeof exchange === 'object' && exchange !== null)
    Reflect.set(exchange, 'transporter', client.transporter);
  return client;
}

let dropsLookupWarning = false;

/** Drops the warning of the library that there is no metadata server: the error says that there are no credentials. */
function dropLookupWarning(): void {
  if (dropsLookupWarning) return;
  dropsLookupWarning = true;
  const listeners = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name === 'MetadataLookupWarning') return;
    for (const listener of listeners) listener.call(process, warning);
  });
}

/** An answer of the JSON API. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}

/**
 * See googleBucket. Requests are those of the JSON API (cloud.google.com/storage/docs/json_api/v1); of Google's
 * libraries only the one for credentials is used, since the one for storage has no time limits and takes no CA.
 */
export class GoogleBucket implements Bucket {
  readonly #client: () => Promise<AuthClient>;
  readonly #server: string;
  readonly #bucket: string;

  constructor(client: () => Promise<AuthClient>, server: string, bucket: string) {
    this.#client = client;
    this.#server = server;
    this.#bucket = bucket;
  }

  async list(prefix: string, page: string | null, attempt: Attempt): Promise<BucketPage> {
    const params = {
      prefix,
      delimiter: '/',
      fields: 'items(name,size,generation),nextPageToken',
      ...(page === null ? {} : { pageToken: page }),
    };
    const answer: unknown = await this.#json({ url: this.#objects(), params }, attempt).catch(inBucket);
    const { items, nextPageToken } = Object(answer);
    const objects = (Array.isArray(items) ? items : []).flatMap((item) => objectOf(item) ?? []);
    return {
      objects,
      next: typeof nextPageToken === 'string' && nextPageToken !== '' ? nextPageToken : null,
    };
  }

  async head(key: string, attempt: Attempt): Promise<BucketObject | null> {
    const params = { fields: 'name,size,generation' };
    try {
      const object = objectOf(await this.#json({ url: this.urlOf(key), params }, attempt));
      if (object === null) throw new BucketError('other', 'the server describes no object');
      return object;
    } catch (error) {
      if (error instanceof BucketError && error.trouble === 'no-object') return null;
      throw error;
    }
  }

  async read(object: BucketObject, start: number, length: number, attempt: Attempt): Promise<Buffer> {
    const { status, body } = await this.send(
      {
        url: this.urlOf(object.key),
        params: { alt: 'media', generation: object.version },
        headers: { range: `bytes=${start}-${start + length - 1}`, 'accept-encoding': 'identity' },
      },
      attempt,
    );
    if (status !== 206 && length !== object.bytes) {
      body.destroy();
      throw new BucketError('other', `status ${status} instead of 206`);
    }
    return await wholeBody(body, length, attempt.alive);
  }

  async put(key: string, content: Uint8Array, attempt: Attempt): Promise<void> {
    const { body } = await this.send(
      {
        url: this.uploadUrl,
        method: 'POST',
        params: { uploadType: 'media', name: key },
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(content),
      },
      attempt,
    );
    body.resume();
  }

  async remove(key: string, attempt: Attempt): Promise<void> {
    try {
      const { body } = await this.send({ url: this.urlOf(key), method: 'DELETE' }, attempt);
      body.resume();
    } catch (error) {
      if (!(error instanceof BucketError && error.trouble === 'no-object')) throw error;
    }
  }

  /**
   * Sends a request with credentials.
   *
   * @param accepted a further status that is no failure
   * @throws BucketError for any other status
   */
  async send(options: gaxios.GaxiosOptions, attempt: Attempt, accepted = 200): Promise<Answer> {
    const client = await this.#client();
    const response = await client.request<unknown>({
      ...options,
      retry: false,
      responseType: 'stream',
      signal: attempt.signal,
      validateStatus: () => true,
    });
    attempt.alive();
    const { status, headers, data } = response;
    if (!(data instanceof Readable)) throw new BucketError('other', 'the server sends no content');
    if ((status >= 200 && status < 300) || status === accepted) return { status, headers, body: data };
    throw await this.#refusal(options, status, data);
  }

  async #json(options: gaxios.GaxiosOptions, attempt: Attempt): Promise<unknown> {
    const { body } = await this.send(options, attempt);
    return await jsonOf(body, attempt.alive);
  }

  async #refusal({ params }: gaxios.GaxiosOptions, status: number, body: Readable): Promise<BucketError> {
    const text = await textOf(body, () => {}).catch(() => '');
    const message = messageIn(text) ?? text;
    const detail = message === '' ? `status ${status}` : message;
    if (status === 404) {
      // Only the message says what does not exist.
      if (/bucket/i.test(message)) return new BucketError('no-bucket', detail);
      return new BucketError(Object(params).generation === undefined ? 'no-object' : 'changed', detail);
    }
    return new BucketError(troubleOf(status), detail);
  }

  errorOf(error: unknown): BucketError {
    const transport = transportError(error);
    if (transport !== null) return transport;
    if (!(error instanceof Error)) return new BucketError('other', String(error));
    const detail = error.message;
    if (/default credentials/.test(detail)) return new BucketError('no-credentials', '');
    // What follows in the message may quote the file.
    if (/credential file specified by/.test(detail))
      return new BucketError(
        'no-credentials',
        'the file of GOOGLE_APPLICATION_CREDENTIALS does not exist, or is not a key file in JSON',
      );
    // From the servers that issue tokens.
    if (/expired|invalid_grant/i.test(detail)) return new BucketError('expired', detail);
    const status = 'status' in error ? Number(error.status) : 0;
    if (status === 400 || status === 401) return new BucketError('bad-credentials', detail);
    return new BucketError(troubleOf(status), detail);
  }

  /** The URL for new uploads. */
  get uploadUrl(): string {
    return `${this.#server}/upload/storage/v1/b/${encodeURIComponent(this.#bucket)}/o`;
  }

  #objects(): string {
    return `${this.#server}/storage/v1/b/${encodeURIComponent(this.#bucket)}/o`;
  }

  /** The URL of an object. */
  urlOf(key: string): string {
    return `${this.#objects()}/${encodeURIComponent(key)}`;
  }
}

/** Only a bucket can be missing where objects are listed. */
function inBucket(error: unknown): never {
  if (error instanceof BucketError && error.trouble === 'no-object') throw new BucketError('no-bucket', '');
  throw error;
}

function troubleOf(status: number): BucketTrouble {
  if (status === 401) return 'bad-credentials';
  if (status === 403) return 'denied';
  if (status === 412 || status === 416) return 'changed';
  if (status === 408 || status === 429 || status >= 500) return 'busy';
  return 'other';
}

function objectOf(item: unknown): BucketObject | null {
  const { name, size, generation } = Object(item);
  const bytes = Number(size);
  if (typeof name !== 'string' || !Number.isSafeInteger(bytes) || generation === undefined) return null;
  return { key: name, bytes, version: String(generation) };
}

function messageIn(text: string): string | null {
  try {
    const { message } = Object(Object(JSON.parse(text)).error);
    return typeof message === 'string' ? message : null;
  } catch {
    return null;
  }
}

/** Parses an answer as JSON. Throws BucketError if it is not JSON, Error if it is too long. */
export async function jsonOf(body: Readable, alive: () => void): Promise<unknown> {
  try {
    return JSON.parse(await textOf(body, alive));
  } catch (error) {
    if (error instanceof SyntaxError) throw new BucketError('broken', 'the answer is not valid JSON');
    throw error;
  }
}

async function textOf(body: Readable, alive: () => void): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of boundedAnswer(body)) {
    alive();
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces).toString('utf8');
}

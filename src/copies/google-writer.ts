import { BucketError } from '../volume/buckets/bucket.ts';
import { type GoogleBucket, jsonOf } from '../volume/buckets/google.ts';
import { Failure } from '../words/failure.ts';
import type { BucketRequests } from './bucket-requests.ts';
import { bodyOf, fileDigest, openParts, partsOf } from './parts.ts';
import type { ObjectFacts, PlaceWriter, Removed, Stored, Upload } from './place-writer.ts';

/**
 * Writes to a bucket of Google Cloud Storage, by resumable uploads of the JSON API
 * (cloud.google.com/storage/docs/performing-resumable-uploads). The service compares the content with its MD5 before it
 * creates the object. No listing shows its uploads, so a later run starts again (docs/design.md, "Copies"); the service
 * deletes them after a week.
 */
export class GoogleWriter implements PlaceWriter {
  readonly #bucket: GoogleBucket;
  readonly #prefix: string;
  readonly #requests: BucketRequests;

  constructor(bucket: GoogleBucket, prefix: string, requests: BucketRequests) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#requests = requests;
  }

  async store(upload: Upload): Promise<Stored> {
    const md5Hash = await fileDigest('md5', upload.path);
    const reader = await openParts(upload.path);
    try {
      const session = await this.#begin(upload, md5Hash);
      if (session === null) return { kind: 'exists' };
      let object: unknown = null;
      for (const part of partsOf(upload.bytes)) {
        object = await reader.use(part, (bytes) => this.#send(upload, session, part.start, bytes));
        if (object === 'exists') return { kind: 'exists' };
      }
      const { size, md5Hash: stored } = Object(object);
      if (String(size) !== String(upload.bytes) || (stored !== undefined && stored !== md5Hash)) {
        throw new Failure(
          `${upload.name} was uploaded, but the server has other bytes`,
          'this copy cannot be trusted: remove it, and look at the bucket',
        );
      }
      return { kind: 'stored', sent: upload.bytes };
    } finally {
      await reader.close();
    }
  }

  async facts(name: string): Promise<ObjectFacts | null> {
    return await this.#requests.send(`read ${name} in`, async (attempt) => {
      try {
        const url = this.#bucket.urlOf(`${this.#prefix}${name}`);
        const { body } = await this.#bucket.send({ url, params: { fields: 'metadata' } }, attempt);
        return textsIn(Object(await jsonOf(body, attempt.alive)).metadata);
      } catch (error) {
        if (error instanceof BucketError && error.trouble === 'no-object') return null;
        throw error;
      }
    });
  }

  async remove(name: string): Promise<Removed> {
    return await this.#requests.send(`remove ${name} from`, async (attempt): Promise<Removed> => {
      try {
        const url = this.#bucket.urlOf(`${this.#prefix}${name}`);
        const { body } = await this.#bucket.send({ url, method: 'DELETE' }, attempt);
        body.resume();
        return { kind: 'removed' };
      } catch (error) {
        if (!(error instanceof BucketError)) throw error;
        if (error.trouble === 'no-object') return { kind: 'removed' };
        // A retention policy, a hold, or a missing permission: the status is the same.
        if (error.trouble !== 'denied') throw error;
        return { kind: 'refused', reason: `the server refuses to remove it (${error.message})` };
      }
    });
  }

  async endUploads(): Promise<readonly string[]> {
    return [];
  }

  /** The address of the upload, which is a secret; null if there is an object with this name. */
  async #begin(upload: Upload, md5Hash: string): Promise<string | null> {
    return await this.#requests.send(`upload ${upload.name} to`, async (attempt) => {
      try {
        const { headers, body } = await this.#bucket.send(
          {
            url: this.#bucket.uploadUrl,
            method: 'POST',
            params: { uploadType: 'resumable', ifGenerationMatch: 0, name: `${this.#prefix}${upload.name}` },
            headers: {
              'content-type': 'application/json',
              'x-upload-content-type': 'application/zip',
              'x-upload-content-length': String(upload.bytes),
            },
            data: JSON.stringify({ contentType: 'application/zip', md5Hash, metadata: upload.facts }),
          },
          attempt,
        );
        body.resume();
        const session = headers.get('location');
        if (session === null) throw new BucketError('other', 'the server sends no address for the upload');
        return session;
      } catch (error) {
        if (isTaken(error)) return null;
        throw error;
      }
    });
  }

  /** The description of the object when the server has all bytes, null before; 'exists' if the name is taken. */
  async #send(upload: Upload, session: string, start: number, bytes: Buffer): Promise<unknown> {
    const last = start + bytes.length - 1;
    const range = bytes.length === 0 ? `bytes */${upload.bytes}` : `bytes ${start}-${last}/${upload.bytes}`;
    return await this.#requests.send(`upload ${upload.name} to`, async (attempt) => {
      try {
        const { status, body } = await this.#bucket.send(
          {
            url: session,
            method: 'PUT',
            headers: { 'content-range': range, 'content-length': String(bytes.length) },
            data: bodyOf(bytes, attempt.alive),
          },
          attempt,
          308,
        );
        if (status !== 308) return await jsonOf(body, attempt.alive);
        body.resume();
        return null;
      } catch (error) {
        if (isTaken(error)) return 'exists';
        throw error;
      }
    });
  }
}

/** With ifGenerationMatch=0, status 412 means that the object exists. */
function isTaken(error: unknown): boolean {
  return error instanceof BucketError && error.trouble === 'changed';
}

function textsIn(metadata: unknown): ObjectFacts {
  const entries = Object.entries<unknown>(Object(metadata));
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : [])),
  );
}

import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type MultipartUpload,
  type Part as PartThere,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Bucket } from '../volume/buckets/s3.ts';
import type { BucketRequests } from './bucket-requests.ts';
import { bodyOf } from './parts.ts';
import type { ObjectFacts, Removed } from './place-writer.ts';

const CONTENT_TYPE = 'application/zip';
/** Of a listing of uploads or parts. Servers send up to 1,000 per page, and an upload has at most 10,000 parts. */
const MOST_PAGES = 100;

/** A body and its SHA-256 in base64. */
export interface Body {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** A part of an upload. */
export interface UploadedPart {
  readonly name: string;
  readonly uploadId: string;
  readonly number: number;
  /** Whether the part is sent with its checksum: all parts of an upload, or none. */
  readonly withChecksum: boolean;
}

/**
 * The requests that write to a bucket of S3. Each body is signed with its SHA-256, so that the server rejects corrupted
 * bytes. Results that other clients can cause (a name that is taken, an upload that is gone) are values, not errors.
 */
export class S3Objects {
  readonly prefix: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #requests: BucketRequests;

  constructor({ client, bucket }: S3Bucket, prefix: string, requests: BucketRequests) {
    this.prefix = prefix;
    this.#client = client;
    this.#bucket = bucket;
    this.#requests = requests;
    signBodies(client);
  }

  /** Null if there is no such object. */
  async head(name: string): Promise<HeadObjectCommandOutput | null> {
    const command = new HeadObjectCommand({ ...this.#object(name), ChecksumMode: 'ENABLED' });
    return await this.#requests.send(`read ${name} in`, ({ signal }) =>
      this.#client.send(command, { abortSignal: signal }).catch(instead(['NotFound', 'NoSuchKey'], null)),
    );
  }

  /** Creates an object; false if there is one with this name. */
  async put(name: string, { bytes, sha256 }: Body, facts: ObjectFacts): Promise<boolean> {
    return await this.#requests.send(`upload ${name} to`, ({ signal, alive }) => {
      const command = new PutObjectCommand({
        ...this.#object(name),
        Body: signedBody(bytes, sha256, alive),
        ContentLength: bytes.length,
        ContentType: CONTENT_TYPE,
        ChecksumSHA256: sha256,
        IfNoneMatch: '*',
        Metadata: { ...facts },
      });
      const sent = this.#client.send(command, { abortSignal: signal });
      return sent.then(() => true).catch(instead(TAKEN, false));
    });
  }

  /** Begins an upload in parts. Returns its ID; '' if the server sends none. */
  async begin(name: string, facts: ObjectFacts): Promise<string> {
    const command = new CreateMultipartUploadCommand({
      ...this.#object(name),
      ContentType: CONTENT_TYPE,
      ChecksumAlgorithm: 'SHA256',
      Metadata: { ...facts },
    });
    const { UploadId } = await this.#requests.send(`upload ${name} to`, ({ signal }) =>
      this.#client.send(command, { abortSignal: signal }),
    );
    return UploadId ?? '';
  }

  /** Sends a part; null if the upload no longer exists. */
  async putPart(part: UploadedPart, { bytes, sha256 }: Body): Promise<CompletedPart | null> {
    const { name, uploadId, number } = part;
    const checksum = part.withChecksum ? { ChecksumSHA256: sha256 } : {};
    return await this.#requests.send(`upload ${name} to`, ({ signal, alive }) => {
      const command = new UploadPartCommand({
        ...this.#object(name),
        UploadId: uploadId,
        PartNumber: number,
        Body: signedBody(bytes, sha256, alive),
        ContentLength: bytes.length,
        ...checksum,
      });
      const sent = this.#client.send(command, { abortSignal: signal });
      return sent
        .then(({ ETag }): CompletedPart => ({ PartNumber: number, ETag, ...checksum }))
        .catch(instead(GONE, null));
    });
  }

  /** Creates the object from its parts. */
  async complete(
    name: string,
    uploadId: string,
    parts: readonly CompletedPart[],
  ): Promise<'created' | 'taken' | 'gone'> {
    const command = new CompleteMultipartUploadCommand({
      ...this.#object(name),
      UploadId: uploadId,
      MultipartUpload: { Parts: [...parts] },
      IfNoneMatch: '*',
    });
    return await this.#requests.send(`upload ${name} to`, ({ signal }) => {
      const sent = this.#client.send(command, { abortSignal: signal });
      return sent
        .then(() => 'created' as const)
        .catch(instead(TAKEN, 'taken' as const))
        .catch(instead(GONE, 'gone' as const));
    });
  }

  /** Deletes an upload and its parts. */
  async abort(name: string, uploadId: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ ...this.#object(name), UploadId: uploadId });
    await this.#requests.send(`end the upload of ${name} to`, ({ signal }) =>
      this.#client.send(command, { abortSignal: signal }).catch(instead(GONE, null)),
    );
  }

  /** Interrupted uploads of names that begin with a text. [] without permission to list them, or if the server cannot. */
  async uploads(beginning: string): Promise<MultipartUpload[]> {
    const where = { Bucket: this.#bucket, Prefix: `${this.prefix}${beginning}` };
    const uploads: MultipartUpload[] = [];
    let after = { KeyMarker: '', UploadIdMarker: '' };
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const command = new ListMultipartUploadsCommand({ ...where, ...(after.KeyMarker === '' ? {} : after) });
      const nothing: ListMultipartUploadsCommandOutput = { $metadata: {} };
      const page = await this.#requests.send('list interrupted uploads in', ({ signal }) =>
        this.#client
          .send(command, { abortSignal: signal })
          .catch(instead(['AccessDenied', 'NotImplemented'], nothing)),
      );
      uploads.push(...(page.Uploads ?? []));
      const next = { KeyMarker: page.NextKeyMarker ?? '', UploadIdMarker: page.NextUploadIdMarker ?? '' };
      const goesOn = next.KeyMarker > after.KeyMarker || next.UploadIdMarker !== after.UploadIdMarker;
      if (page.IsTruncated !== true || !goesOn) break;
      after = next;
    }
    return uploads;
  }

  /** The parts of an upload that the server has; [] if the upload is gone. */
  async parts(name: string, uploadId: string): Promise<PartThere[]> {
    const parts: PartThere[] = [];
    let after = 0;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const where = { ...this.#object(name), UploadId: uploadId, PartNumberMarker: String(after) };
      const page = await this.#requests.send(`resume the upload of ${name} to`, ({ signal }) =>
        this.#client.send(new ListPartsCommand(where), { abortSignal: signal }).catch(instead(GONE, null)),
      );
      parts.push(...(page?.Parts ?? []));
      const next = Number(page?.NextPartNumberMarker ?? 0);
      if (page?.IsTruncated !== true || !(next > after)) break;
      after = next;
    }
    return parts;
  }

  async remove(name: string): Promise<Removed> {
    const command = new DeleteObjectCommand(this.#object(name));
    return await this.#requests.send(`remove ${name} from`, async ({ signal }): Promise<Removed> => {
      try {
        const { DeleteMarker } = await this.#client.send(command, { abortSignal: signal });
        return { kind: DeleteMarker === true ? 'hidden' : 'removed' };
      } catch (error) {
        if (!LOCKED.includes(nameOf(error))) throw error;
        return { kind: 'refused', reason: `the server refuses to remove it (${nameOf(error)})` };
      }
    });
  }

  #object(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: `${this.prefix}${name}` };
  }
}

/** 412; S3 answers 409 if two clients finish at the same time. */
const TAKEN = ['PreconditionFailed', 'ConditionalRequestConflict'];
const GONE = ['NoSuchUpload'];
/** Errors of a lock, or of a policy that does not permit removals. */
const LOCKED = ['AccessDenied', 'InvalidRequest', 'ObjectLocked'];

/** Turns errors with certain names into a value. */
function instead<T>(names: readonly string[], value: T): (error: unknown) => T {
  return (error) => {
    if (!names.includes(nameOf(error))) throw error;
    return value;
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** The SHA-256 of bodies, in base64. The SDK does not sign the content of a stream. */
const digests = new WeakMap<object, string>();

function signedBody(bytes: Buffer, sha256: string, alive: () => void): Readable {
  const body = bodyOf(bytes, alive);
  digests.set(body, sha256);
  return body;
}

/** Makes the SDK sign bodies with their SHA-256. */
function signBodies(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { request, input } = args;
      const sha256 = 'Body' in input ? digests.get(Object(input.Body)) : undefined;
      if (isRequest(request) && sha256 !== undefined)
        request.headers['x-amz-content-sha256'] = Buffer.from(sha256, 'base64').toString('hex');
      return next(args);
    },
    { step: 'build', name: 'signBodies', override: true },
  );
}

function isRequest(value: unknown): value is { headers: Record<string, string | undefined> } {
  return typeof value === 'object' && value !== null && 'headers' in value;
}

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
  type MultipartUpload,
  type Part as PartThere,
  PutObjectCommand,
  paginateListParts,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { Failure } from '../words/failure.ts';
import { digest, openParts, type Part, type PartReader, partsOf } from './parts.ts';
import type { ObjectFacts, PlaceWriter, Removed, Stored, Upload } from './place-writer.ts';

/** Four parts of 8 MiB keep a connection busy; more parts would need more memory. */
const AT_ONCE = 4;
/** An older upload is not resumed, but ended. */
const RESUMED_FOR = 24 * 60 * 60 * 1000;
const CONTENT_TYPE = 'application/zip';

/** Where a writer writes. `keyOf` puts the prefix before a name; `explain` turns an error of the SDK into a Failure. */
export interface S3Place {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly explain: (error: unknown, action: string) => Failure;
}

/**
 * Writes to a bucket of S3 or of a server that is like it. Each body is signed with its SHA-256, so that the server
 * refuses bytes that changed on the way. Parts carry the same SHA-256 as their checksum, from which servers that keep
 * checksums make one of the object.
 */
export class S3Writer implements PlaceWriter {
  readonly #place: S3Place;

  constructor(place: S3Place) {
    this.#place = place;
    signWithChecksum(place.client);
  }

  async store(upload: Upload): Promise<Stored> {
    const parts = partsOf(upload.bytes);
    const reader = await openParts(upload.path);
    try {
      const action = `upload ${upload.name}`;
      return await this.#explained(action, async () => {
        const stored =
          parts.length === 1
            ? await this.#storeWhole(upload, parts, reader)
            : await this.#storeParts(upload, parts, reader);
        if (stored !== null) return stored;
        // The upload that was resumed is gone: another run has finished or ended it.
        const again = await this.#storeParts(upload, parts, reader);
        if (again === null) throw new Failure(`cannot ${action}: another client keeps ending its upload`);
        return again;
      });
    } finally {
      await reader.close();
    }
  }

  async facts(name: string): Promise<ObjectFacts | null> {
    const head = await this.#explained(`read ${name}`, () => this.#head(name));
    return head === null ? null : (head.Metadata ?? {});
  }

  async remove(name: string): Promise<Removed> {
    const { client, bucket, signal } = this.#place;
    const command = new DeleteObjectCommand({ Bucket: bucket, Key: this.#key(name) });
    try {
      const { DeleteMarker } = await client.send(command, { abortSignal: signal });
      return { kind: DeleteMarker === true ? 'hidden' : 'removed' };
    } catch (error) {
      const failure = this.#place.explain(error, `remove ${name}`);
      if (!['AccessDenied', 'InvalidRequest', 'MethodNotAllowed'].includes(nameOf(error))) throw failure;
      return { kind: 'refused', reason: failure.message };
    }
  }

  async endUploads(before: Date, isOurs: (name: string) => boolean): Promise<readonly string[]> {
    const { client, bucket, prefix, signal } = this.#place;
    return await this.#explained('list interrupted uploads', async () => {
      const ended: string[] = [];
      for (const { Key = '', UploadId, Initiated } of await this.#uploads(prefix)) {
        const name = Key.slice(prefix.length);
        if (Initiated === undefined || Initiated >= before || !isOurs(name)) continue;
        const command = new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId });
        await client.send(command, { abortSignal: signal }).catch(unless('NoSuchUpload'));
        ended.push(name);
      }
      return ended;
    });
  }

  async #storeWhole(upload: Upload, parts: readonly Part[], reader: PartReader): Promise<Stored> {
    const { client, bucket, signal } = this.#place;
    const [part] = parts;
    const body = part === undefined ? Buffer.alloc(0) : await reader.read(part);
    const sha256 = digest('sha256', body);
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: this.#key(upload.name),
      Body: body,
      ContentLength: body.length,
      ContentType: CONTENT_TYPE,
      ChecksumSHA256: sha256,
      IfNoneMatch: '*',
      Metadata: { ...upload.facts },
    });
    try {
      const { ETag } = await client.send(command, { abortSignal: signal });
      await this.#prove(upload, sha256, ETag);
    } catch (error) {
      if (!isTaken(error)) throw error;
      return { kind: 'exists' };
    }
    return { kind: 'stored', sent: body.length };
  }

  /** Null if the upload that was resumed no longer exists, and no object has the name. */
  async #storeParts(upload: Upload, parts: readonly Part[], reader: PartReader): Promise<Stored | null> {
    if ((await this.#head(upload.name)) !== null) return { kind: 'exists' };
    const begun = await this.#resumable(upload, parts, reader);
    const uploadId = begun?.uploadId ?? (await this.#begin(upload));
    try {
      const there = begun?.there ?? new Map<number, CompletedPart>();
      let sent = 0;
      const done = await pMap(
        parts,
        async (part) => {
          const found = there.get(part.number);
          if (found !== undefined) return found;
          sent += part.length;
          return await this.#sendPart(upload, uploadId, part, reader);
        },
        { concurrency: AT_ONCE, signal: this.#place.signal },
      );
      const etag = await this.#complete(upload, uploadId, done);
      if (etag === null) return { kind: 'exists' };
      await this.#prove(upload, checksumOfParts(done), etag);
      return { kind: 'stored', sent };
    } catch (error) {
      if (nameOf(error) !== 'NoSuchUpload') throw error;
      return (await this.#head(upload.name)) === null ? null : { kind: 'exists' };
    }
  }

  async #begin(upload: Upload): Promise<string> {
    const { client, bucket, signal } = this.#place;
    const command = new CreateMultipartUploadCommand({
      Bucket: bucket,
      Key: this.#key(upload.name),
      ContentType: CONTENT_TYPE,
      ChecksumAlgorithm: 'SHA256',
      Metadata: { ...upload.facts },
    });
    const { UploadId } = await client.send(command, { abortSignal: signal });
    if (UploadId === undefined) throw new Failure('the server began an upload without an ID');
    return UploadId;
  }

  async #sendPart(upload: Upload, uploadId: string, part: Part, reader: PartReader): Promise<CompletedPart> {
    const { client, bucket, signal } = this.#place;
    const body = await reader.read(part);
    const sha256 = digest('sha256', body);
    const command = new UploadPartCommand({
      Bucket: bucket,
      Key: this.#key(upload.name),
      UploadId: uploadId,
      PartNumber: part.number,
      Body: body,
      ContentLength: body.length,
      ChecksumSHA256: sha256,
    });
    const { ETag } = await client.send(command, { abortSignal: signal });
    return { PartNumber: part.number, ETag, ChecksumSHA256: sha256 };
  }

  /** The ETag; null if an object has the name already. */
  async #complete(upload: Upload, uploadId: string, parts: readonly CompletedPart[]): Promise<string | null> {
    const { client, bucket, signal } = this.#place;
    const command = new CompleteMultipartUploadCommand({
      Bucket: bucket,
      Key: this.#key(upload.name),
      UploadId: uploadId,
      MultipartUpload: { Parts: [...parts] },
      IfNoneMatch: '*',
    });
    try {
      const { ETag } = await client.send(command, { abortSignal: signal });
      return ETag ?? '';
    } catch (error) {
      if (!isTaken(error)) throw error;
      const abort = new AbortMultipartUploadCommand({
        Bucket: bucket,
        Key: this.#key(upload.name),
        UploadId: uploadId,
      });
      await client.send(abort, { abortSignal: signal }).catch(unless('NoSuchUpload'));
      return null;
    }
  }

  /** The newest interrupted upload of these bytes, with the parts that the server has. */
  async #resumable(
    upload: Upload,
    parts: readonly Part[],
    reader: PartReader,
  ): Promise<{ uploadId: string; there: ReadonlyMap<number, CompletedPart> } | null> {
    const { client, bucket, signal } = this.#place;
    const key = this.#key(upload.name);
    const since = Date.now() - RESUMED_FOR;
    const begun = (await this.#uploads(key))
      .filter(({ Key, Initiated }) => Key === key && Initiated !== undefined && Initiated.getTime() > since)
      .sort((a, b) => (b.Initiated?.getTime() ?? 0) - (a.Initiated?.getTime() ?? 0));
    for (const { UploadId } of begun) {
      if (UploadId === undefined) continue;
      const listed: PartThere[] = [];
      const pages = paginateListParts(
        { client },
        { Bucket: bucket, Key: key, UploadId },
        { abortSignal: signal },
      );
      for await (const { Parts = [] } of pages) listed.push(...Parts);
      const there = await sameParts(listed, parts, reader);
      // One part that differs shows that it is an upload of other bytes, perhaps of a run that is still alive.
      if (there !== null) return { uploadId: UploadId, there };
    }
    return null;
  }

  async #uploads(prefix: string): Promise<MultipartUpload[]> {
    const { client, bucket, signal } = this.#place;
    const uploads: MultipartUpload[] = [];
    let after = { KeyMarker: '', UploadIdMarker: '' };
    for (;;) {
      const markers = after.KeyMarker === '' ? {} : after;
      const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...markers });
      const page: ListMultipartUploadsCommandOutput = await client.send(command, { abortSignal: signal });
      uploads.push(...(page.Uploads ?? []));
      const next = { KeyMarker: page.NextKeyMarker ?? '', UploadIdMarker: page.NextUploadIdMarker ?? '' };
      const goesOn = next.KeyMarker > after.KeyMarker || next.UploadIdMarker !== after.UploadIdMarker;
      // A server whose pages do not go on would be asked without end.
      if (page.IsTruncated !== true || !goesOn) break;
      after = next;
    }
    return uploads;
  }

  /** Compares what the server stored with what was sent: size, SHA-256 if the server keeps it, and ETag. */
  async #prove(upload: Upload, sha256: string, etag: string | undefined): Promise<void> {
    const head = await this.#head(upload.name);
    const mistake =
      head === null
        ? 'it is not there'
        : head.ContentLength !== upload.bytes
          ? `it has ${head.ContentLength} bytes, not ${upload.bytes}`
          : head.ChecksumSHA256 !== undefined && head.ChecksumSHA256 !== sha256
            ? 'its SHA-256 is different'
            : head.ETag !== etag
              ? 'it was replaced meanwhile'
              : null;
    if (mistake !== null) {
      throw new Failure(
        `${upload.name} was uploaded, but ${mistake}`,
        'the copy cannot be trusted: remove it, and look at the storage behind the bucket',
      );
    }
  }

  async #head(name: string): Promise<HeadObjectCommandOutput | null> {
    const { client, bucket, signal } = this.#place;
    const command = new HeadObjectCommand({ Bucket: bucket, Key: this.#key(name), ChecksumMode: 'ENABLED' });
    try {
      return await client.send(command, { abortSignal: signal });
    } catch (error) {
      if (['NotFound', 'NoSuchKey'].includes(nameOf(error))) return null;
      throw error;
    }
  }

  #key(name: string): string {
    return `${this.#place.prefix}${name}`;
  }

  async #explained<T>(action: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw error instanceof Failure ? error : this.#place.explain(error, action);
    }
  }
}

/** Lets the SDK sign a body with the SHA-256 that it has as its checksum, instead of computing that again. */
function signWithChecksum(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      const sha256 = isRequest(request) ? request.headers['x-amz-checksum-sha256'] : undefined;
      if (isRequest(request) && sha256 !== undefined)
        request.headers['x-amz-content-sha256'] = Buffer.from(sha256, 'base64').toString('hex');
      return next(args);
    },
    { step: 'build', name: 'signWithChecksum', override: true },
  );
}

function isRequest(value: unknown): value is { headers: Record<string, string | undefined> } {
  return typeof value === 'object' && value !== null && 'headers' in value;
}

/** Of an object of several parts, S3 makes the SHA-256 of the parts' SHA-256s, and their number. */
function checksumOfParts(parts: readonly CompletedPart[]): string {
  const digests = parts.map(({ ChecksumSHA256 = '' }) => Buffer.from(ChecksumSHA256, 'base64'));
  return `${digest('sha256', Buffer.concat(digests))}-${parts.length}`;
}

/** The parts that a server has, by number; null if one of them is not what would be sent. */
async function sameParts(
  listed: readonly PartThere[],
  parts: readonly Part[],
  reader: PartReader,
): Promise<ReadonlyMap<number, CompletedPart> | null> {
  const same = new Map<number, CompletedPart>();
  for (const { PartNumber, Size, ETag, ChecksumSHA256 } of listed) {
    const part = parts.find(({ number }) => number === PartNumber);
    if (part === undefined || part.length !== Size) return null;
    const bytes = await reader.read(part);
    const sha256 = digest('sha256', bytes);
    const isSame =
      ChecksumSHA256 !== undefined
        ? ChecksumSHA256 === sha256
        : ETag?.replaceAll('"', '') === Buffer.from(digest('md5', bytes), 'base64').toString('hex');
    if (!isSame) return null;
    same.set(part.number, { PartNumber, ETag, ChecksumSHA256: sha256 });
  }
  return same;
}

/** 412; S3 answers 409 if two clients finish at the same time. */
function isTaken(error: unknown): boolean {
  return ['PreconditionFailed', 'ConditionalRequestConflict'].includes(nameOf(error));
}

function unless(name: string): (error: unknown) => void {
  return (error) => {
    if (nameOf(error) !== name) throw error;
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

import type { CompletedPart, MultipartUpload, Part as PartThere } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { Failure } from '../words/failure.ts';
import { digest, openParts, type Part, type PartReader, partsOf } from './parts.ts';
import {
  type ObjectFacts,
  type PlaceWriter,
  RESUMED_FOR,
  type Removed,
  type Stored,
  type Upload,
} from './place-writer.ts';
import type { S3Objects } from './s3-objects.ts';

/** Four parts of 8 MiB use the connection well; more would need more memory. */
const AT_ONCE = 4;

/** An upload in parts. */
interface Begun {
  readonly uploadId: string;
  /** Whether the parts have checksums. The server refuses a mixture. */
  readonly withChecksums: boolean;
  /** The parts that the server has, by number. */
  readonly there: ReadonlyMap<number, CompletedPart>;
}

/**
 * Writes to a bucket of S3 or of a compatible server. Parts have their SHA-256 as checksum; servers that store checksums
 * compute that of the object from them.
 */
export class S3Writer implements PlaceWriter {
  readonly #objects: S3Objects;

  constructor(objects: S3Objects) {
    this.#objects = objects;
  }

  async store(upload: Upload): Promise<Stored> {
    const parts = partsOf(upload.bytes);
    const reader = await openParts(upload.path);
    try {
      const [only] = parts;
      if (parts.length === 1 && only !== undefined) return await this.#storeWhole(upload, only, reader);
      return (
        (await this.#storeParts(upload, parts, reader)) ??
        // The resumed upload is gone: another run has deleted it. A new one is begun.
        (await this.#storeParts(upload, parts, reader)) ??
        fail(`cannot upload ${upload.name}: another client keeps deleting the upload`)
      );
    } finally {
      await reader.close();
    }
  }

  async facts(name: string): Promise<ObjectFacts | null> {
    const head = await this.#objects.head(name);
    return head === null ? null : (head.Metadata ?? {});
  }

  async remove(name: string): Promise<Removed> {
    return await this.#objects.remove(name);
  }

  async endUploads(before: Date, isOurs: (name: string) => boolean): Promise<readonly string[]> {
    const ended: string[] = [];
    for (const upload of await this.#objects.uploads('')) {
      const name = upload.Key?.slice(this.#objects.prefix.length) ?? '';
      if (!isOurs(name) || beginsAt(upload) >= before.getTime()) continue;
      await this.#objects.abort(name, upload.UploadId ?? '');
      ended.push(name);
    }
    return ended;
  }

  async #storeWhole(upload: Upload, part: Part, reader: PartReader): Promise<Stored> {
    return await reader.use(part, async (bytes) => {
      const sha256 = digest('sha256', bytes);
      const created = await this.#objects.put(upload.name, { bytes, sha256 }, upload.facts);
      return await this.#proven(upload, sha256, created, bytes.length);
    });
  }

  /** Null if the upload is gone, and no object has the name. */
  async #storeParts(upload: Upload, parts: readonly Part[], reader: PartReader): Promise<Stored | null> {
    const { name } = upload;
    if ((await this.#objects.head(name)) !== null) return { kind: 'exists' };
    const begun = (await this.#resumable(name, parts, reader)) ?? (await this.#begin(upload));
    let sent = 0;
    const done = await pMap(
      parts,
      async (part) => {
        const found = begun.there.get(part.number);
        if (found !== undefined) return found;
        sent += part.length;
        const { uploadId, withChecksums: withChecksum } = begun;
        const target = { name, uploadId, number: part.number, withChecksum };
        return await reader.use(part, (bytes) =>
          this.#objects.putPart(target, { bytes, sha256: digest('sha256', bytes) }),
        );
      },
      { concurrency: AT_ONCE },
    );
    const whole = done.filter((part) => part !== null);
    const isWhole = whole.length === done.length;
    const end = isWhole ? await this.#objects.complete(name, begun.uploadId, whole) : 'gone';
    if (end === 'taken') {
      await this.#objects.abort(name, begun.uploadId);
      return { kind: 'exists' };
    }
    if (end === 'gone' && (await this.#objects.head(name)) === null) return null;
    const sha256 = begun.withChecksums && isWhole ? checksumOfParts(whole) : null;
    return await this.#proven(upload, sha256, end === 'created', sent);
  }

  async #begin({ name, facts }: Upload): Promise<Begun> {
    const uploadId = await this.#objects.begin(name, facts);
    if (uploadId === '') fail(`cannot upload ${name}: the server sends no ID for the upload`);
    return { uploadId, withChecksums: true, there: new Map() };
  }

  /** The newest interrupted upload of the same bytes, with the parts that the server has; null if there is none. */
  async #resumable(name: string, parts: readonly Part[], reader: PartReader): Promise<Begun | null> {
    const since = Date.now() - RESUMED_FOR;
    const begun = (await this.#objects.uploads(name))
      .filter((each) => each.Key === `${this.#objects.prefix}${name}` && beginsAt(each) > since)
      .sort((a, b) => beginsAt(b) - beginsAt(a));
    for (const { UploadId: uploadId = '', ChecksumAlgorithm } of begun) {
      const there = await sameParts(await this.#objects.parts(name, uploadId), parts, reader);
      // Without parts, there is nothing to resume, and another run may have just begun the upload, with other bytes.
      if (there !== null && there.size > 0)
        return { uploadId, withChecksums: ChecksumAlgorithm === 'SHA256', there };
    }
    return null;
  }

  /**
   * Compares the object with what was sent: the size, and the SHA-256 if the server stores it.
   *
   * @param sha256 null if it is unknown
   * @param created false if the name was taken: possibly by our own object, if the answer to an earlier attempt was lost
   */
  async #proven(upload: Upload, sha256: string | null, created: boolean, sent: number): Promise<Stored> {
    const head = await this.#objects.head(upload.name);
    const stored = head?.ChecksumSHA256 ?? null;
    const isSame = sha256 === null ? created : stored === null || stored === sha256;
    if (head?.ContentLength === upload.bytes && isSame) return { kind: 'stored', sent };
    if (!created) return { kind: 'exists' };
    throw new Failure(
      `${upload.name} was uploaded, but the server has ${head === null ? 'no such object' : 'other bytes'}`,
      'this copy cannot be trusted: remove it, and look at the storage behind the bucket',
    );
  }
}

/** When an interrupted upload began, in milliseconds. */
function beginsAt({ Initiated }: MultipartUpload): number {
  return Initiated?.getTime() ?? 0;
}

/** The parts that the server has, by number; null if one of them differs from the file. */
async function sameParts(
  listed: readonly PartThere[],
  parts: readonly Part[],
  reader: PartReader,
): Promise<ReadonlyMap<number, CompletedPart> | null> {
  const same = new Map<number, CompletedPart>();
  for (const { PartNumber, Size, ETag, ChecksumSHA256 } of listed) {
    const part = parts[(PartNumber ?? 0) - 1];
    if (part === undefined || part.length !== Size || same.has(part.number)) return null;
    const isSame = await reader.use(part, async (bytes) =>
      ChecksumSHA256 !== undefined
        ? ChecksumSHA256 === digest('sha256', bytes)
        : ETag?.replaceAll('"', '') === Buffer.from(digest('md5', bytes), 'base64').toString('hex'),
    );
    if (!isSame) return null;
    const checksum = ChecksumSHA256 === undefined ? {} : { ChecksumSHA256 };
    same.set(part.number, { PartNumber, ETag, ...checksum });
  }
  return same;
}

/** The checksum of an object of several parts on S3: the SHA-256 of the parts' SHA-256s, and the number of parts. */
function checksumOfParts(parts: readonly CompletedPart[]): string {
  const digests = parts.map(({ ChecksumSHA256 = '' }) => Buffer.from(ChecksumSHA256, 'base64'));
  return `${digest('sha256', Buffer.concat(digests))}-${parts.length}`;
}

function fail(message: string): never {
  throw new Failure(message, 'run it again later');
}

import { type BlockBlobClient, type ContainerClient, RestError } from '@azure/storage-blob';
import pMap from 'p-map';
import type { AzureBucket } from '../volume/buckets/azure.ts';
import { Failure } from '../words/failure.ts';
import type { BucketRequests } from './bucket-requests.ts';
import { bodyOf, digest, openParts, type Part, partsOf } from './parts.ts';
import type { ObjectFacts, PlaceWriter, Removed, Stored, Upload } from './place-writer.ts';

const AT_ONCE = 4;
const TAKEN = ['BlobAlreadyExists', 'ConditionNotMet', 'TargetConditionNotMet'];
/** Codes of a blob that cannot be removed: a policy, a legal hold, a lease, snapshots. */
const LOCKED = [
  'BlobImmutableDueToPolicy',
  'BlobImmutableDueToLegalHold',
  'LeaseIdMissing',
  'SnapshotsPresent',
];

/**
 * Writes to a container of Azure Blob Storage. The service compares each block with its MD5. The ID of a block contains its
 * SHA-256, so that the IDs of the blocks that an interrupted upload left show what is missing. The service deletes
 * uncommitted blocks after a week.
 */
export class AzureWriter implements PlaceWriter {
  readonly #container: ContainerClient;
  readonly #prefix: string;
  readonly #requests: BucketRequests;

  constructor({ container }: AzureBucket, prefix: string, requests: BucketRequests) {
    this.#container = container;
    this.#prefix = prefix;
    this.#requests = requests;
  }

  async store(upload: Upload): Promise<Stored> {
    const reader = await openParts(upload.path);
    try {
      // Blocks that are uploaded for an existing blob would never be committed.
      if ((await this.facts(upload.name)) !== null) return { kind: 'exists' };
      const there = await this.#staged(upload.name);
      let sent = 0;
      const blocks = await pMap(
        partsOf(upload.bytes),
        (part) =>
          reader.use(part, async (bytes) => {
            const id = blockId(part, bytes);
            if (there.get(id) !== part.length) {
              await this.#stage(upload.name, id, bytes);
              sent += part.length;
            }
            return id;
          }),
        { concurrency: AT_ONCE },
      );
      return await this.#commit(upload, blocks, sent);
    } finally {
      await reader.close();
    }
  }

  async facts(name: string): Promise<ObjectFacts | null> {
    const properties = await this.#properties(name);
    return properties === null ? null : (properties.metadata ?? {});
  }

  async remove(name: string): Promise<Removed> {
    return await this.#requests.send(`remove ${name} from`, async ({ signal }): Promise<Removed> => {
      try {
        const { _response } = await this.#blob(name).delete({ abortSignal: signal });
        const isPermanent = _response.headers.get('x-ms-delete-type-permanent');
        return { kind: isPermanent === 'false' ? 'hidden' : 'removed' };
      } catch (error) {
        const code = codeOf(error);
        if (code === 'BlobNotFound') return { kind: 'removed' };
        if (!LOCKED.includes(code)) throw error;
        return { kind: 'refused', reason: `the server refuses to remove it (${code})` };
      }
    });
  }

  async endUploads(): Promise<readonly string[]> {
    return [];
  }

  /** The blocks of interrupted uploads: their IDs and sizes. */
  async #staged(name: string): Promise<ReadonlyMap<string, number>> {
    return await this.#requests.send(`resume the upload of ${name} to`, async ({ signal }) => {
      try {
        const { uncommittedBlocks = [] } = await this.#blob(name).getBlockList('uncommitted', {
          abortSignal: signal,
        });
        return new Map(uncommittedBlocks.map((block) => [block.name, block.size]));
      } catch (error) {
        if (codeOf(error) === 'BlobNotFound') return new Map<string, number>();
        throw error;
      }
    });
  }

  async #stage(name: string, id: string, bytes: Buffer): Promise<void> {
    await this.#requests.send(`upload ${name} to`, async ({ signal, alive }) => {
      await this.#blob(name).stageBlock(id, () => bodyOf(bytes, alive), bytes.length, {
        abortSignal: signal,
        transactionalContentMD5: Buffer.from(digest('md5', bytes), 'base64'),
      });
    });
  }

  async #commit(upload: Upload, blocks: readonly string[], sent: number): Promise<Stored> {
    const created = await this.#requests.send(`upload ${upload.name} to`, async ({ signal }) => {
      try {
        await this.#blob(upload.name).commitBlockList([...blocks], {
          abortSignal: signal,
          conditions: { ifNoneMatch: '*' },
          blobHTTPHeaders: { blobContentType: 'application/zip' },
          metadata: { ...upload.facts },
        });
        return true;
      } catch (error) {
        // InvalidBlockList: another run has committed the blocks.
        if ([...TAKEN, 'InvalidBlockList'].includes(codeOf(error))) return false;
        throw error;
      }
    });
    const there = await this.#properties(upload.name);
    if (created && there?.contentLength !== upload.bytes) {
      throw new Failure(
        `${upload.name} was uploaded, but the server has ${there === null ? 'no such object' : 'other bytes'}`,
        'this copy cannot be trusted: remove it, and look at the storage account',
      );
    }
    return created ? { kind: 'stored', sent } : { kind: 'exists' };
  }

  async #properties(name: string) {
    return await this.#requests.send(`read ${name} in`, async ({ signal }) => {
      try {
        return await this.#blob(name).getProperties({ abortSignal: signal });
      } catch (error) {
        // Answers to HEAD have no code. The listing has already shown that the container exists.
        if (error instanceof RestError && error.statusCode === 404) return null;
        throw error;
      }
    });
  }

  #blob(name: string): BlockBlobClient {
    return this.#container.getBlockBlobClient(`${this.#prefix}${name}`);
  }
}

/** All IDs of a blob must have the same length. */
function blockId({ number }: Part, bytes: Buffer): string {
  const sha256 = Buffer.from(digest('sha256', bytes), 'base64').toString('hex');
  return Buffer.from(`${String(number).padStart(6, '0')}-${sha256.slice(0, 40)}`).toString('base64');
}

function codeOf(error: unknown): string {
  return error instanceof RestError ? (error.code ?? '') : '';
}

import { LARGEST_RECORD } from '../../archive/format/rehearsal-record.ts';
import type { ArchiveFile, RehearsalFile } from '../../archive/reading/archive-file.ts';
import { Failure } from '../../words/failure.ts';
import {
  type ArchiveStore,
  newestStampFirst,
  type OpenOptions,
  type StoredArchive,
  type StoreOptions,
} from '../archive-store.ts';
import type { BucketLocation } from '../location.ts';
import { type Naming, orphanedResults, parseName, rehearsalName } from '../names.ts';
import { archiveFile } from '../open-archive.ts';
import { storeAgents } from './agents.ts';
import { type Bucket, BucketError, type BucketObject, type BucketPage } from './bucket.ts';
import { BucketSource } from './bucket-source.ts';
import { bucketFailure } from './failures.ts';
import { type BucketRequest, Requests } from './requests.ts';

/** Of a listing. Clouds send up to 1,000 (Azure 5,000) keys per page. */
const MOST_PAGES = 200;
/** Characters; the limit of all three clouds. */
const LONGEST_KEY = 1024;

/**
 * Opens the store of a bucket. The client of each cloud is a chunk of the program that is loaded only for its URLs.
 *
 * @throws Failure if the options or the environment are wrong
 */
export async function openBucketStore(
  location: BucketLocation,
  options: StoreOptions,
  signal: AbortSignal,
): Promise<BucketStore> {
  const { requests } = await openBucket(location, options, signal);
  return new BucketStore(location, requests, options);
}

/** Like openBucketStore, for a caller that also writes: the client of the bucket, and what sends its requests. */
export async function openBucket(
  location: BucketLocation,
  options: StoreOptions,
  signal: AbortSignal,
): Promise<{ readonly bucket: Bucket; readonly requests: Requests }> {
  const bucket = await bucketOf(location, options);
  return { bucket, requests: new Requests(bucket, options, signal) };
}

async function bucketOf({ scheme, bucket }: BucketLocation, options: StoreOptions): Promise<Bucket> {
  const agents = await storeAgents(options.storeCa);
  switch (scheme) {
    case 's3':
      return await (await import('./s3.ts')).s3Bucket(bucket, options, agents, process.env);
    case 'azblob':
      return await (await import('./azure.ts')).azureBucket(bucket, agents, process.env);
    case 'gs':
      return await (await import('./google.ts')).googleBucket(bucket, agents, process.env);
  }
}

/** The archives in a bucket, or under a prefix of it. */
export class BucketStore implements ArchiveStore {
  readonly location: string;
  readonly #location: BucketLocation;
  readonly #requests: Requests;
  readonly #options: OpenOptions;

  constructor(location: BucketLocation, requests: Requests, options: OpenOptions) {
    this.location = location.text;
    this.#location = location;
    this.#requests = requests;
    this.#options = options;
  }

  /** Ignores keys of other names, and those in deeper folders. */
  async list(naming: Naming): Promise<StoredArchive[]> {
    const archives: StoredArchive[] = [];
    const objects = await this.#objects(naming.name);
    const files = this.#filesOf(objects);
    for (const object of objects) {
      const parsed = parseName(naming, object.key.slice(this.#location.prefix.length));
      if (parsed === null) continue;
      const { stamp, time: stampTime, run } = parsed;
      const archive = this.#archive(object);
      const hasRehearsal = files.has(rehearsalName(archive.file));
      archives.push({ ...archive, stamp, stampTime, run, bytes: object.bytes, hasRehearsal });
    }
    return archives.sort(newestStampFirst);
  }

  async find(file: string): Promise<ArchiveFile | null> {
    const key = this.#key(file);
    const object = await this.#send('cannot read', (bucket, attempt) => bucket.head(key, attempt));
    return object === null ? null : this.#archive(object);
  }

  async remove(file: string): Promise<void> {
    await this.#remove(file);
    await this.removeResult(rehearsalName(file));
  }

  async orphanedResults(naming: Naming): Promise<string[]> {
    return orphanedResults(naming, this.#filesOf(await this.#objects(naming.name)));
  }

  async removeResult(file: string): Promise<void> {
    await this.#remove(file);
  }

  async #remove(file: string): Promise<void> {
    const key = this.#key(file);
    await this.#send(`cannot remove ${file} from`, (bucket, attempt) => bucket.remove(key, attempt));
  }

  #filesOf(objects: readonly BucketObject[]): Set<string> {
    return new Set(objects.map(({ key }) => key.slice(this.#location.prefix.length)));
  }

  /**
   * The objects directly under the prefix of the location whose names begin with `start`.
   *
   * @throws Failure if the listing is not complete
   */
  async #objects(start: string): Promise<BucketObject[]> {
    const prefix = this.#key(start);
    const objects: BucketObject[] = [];
    let at: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page: BucketPage = await this.#page(prefix, at);
      for (const object of page.objects) if (this.#isHere(object, prefix)) objects.push(object);
      if (page.next === null) return objects;
      if (page.next === at) break;
      at = page.next;
    }
    throw new Failure(
      `cannot list ${this.location}: the listing does not end`,
      'use a prefix that only this program writes to: s3://BUCKET/PREFIX',
    );
  }

  async #page(prefix: string, at: string | null): Promise<BucketPage> {
    return await this.#send('cannot list', (bucket, attempt) => bucket.list(prefix, at, attempt));
  }

  /** Some servers ignore the delimiter or the prefix. Objects without a valid size or key cannot be read. */
  #isHere({ key, bytes }: BucketObject, prefix: string): boolean {
    if (!Number.isSafeInteger(bytes) || bytes < 0 || key.length > LONGEST_KEY) return false;
    return key.startsWith(prefix) && !key.includes('/', this.#location.prefix.length);
  }

  #archive(object: BucketObject): ArchiveFile {
    const file = object.key.slice(this.#location.prefix.length);
    const { scheme, bucket } = this.#location;
    const path = `${scheme}://${bucket}/${object.key}`;
    const source = async () => new BucketSource(path, this.#location, object, this.#requests);
    return { ...archiveFile(file, path, source, this.#options), rehearsal: this.#rehearsal(file) };
  }

  #rehearsal(archive: string): RehearsalFile {
    const file = rehearsalName(archive);
    const key = this.#key(file);
    return {
      read: async () =>
        await this.#send(`cannot read ${file} in`, async (bucket, attempt) => {
          const object = await bucket.head(key, attempt);
          if (object === null || object.bytes === 0 || object.bytes > LARGEST_RECORD) return null;
          return await bucket.read(object, 0, object.bytes, attempt);
        }),
      write: async (content) => {
        await this.#send(`cannot write ${file} to`, (bucket, attempt) => bucket.put(key, content, attempt));
      },
    };
  }

  #key(file: string): string {
    return `${this.#location.prefix}${file}`;
  }

  async #send<T>(what: string, request: BucketRequest<T>): Promise<T> {
    try {
      return await this.#requests.send(request);
    } catch (error) {
      if (error instanceof BucketError) throw bucketFailure(what, error, this.#location);
      throw error;
    }
  }
}

import type { StoreOptions } from '../archive-store.ts';
import type { BucketLocation } from '../location.ts';
import { storeAgents } from './agents.ts';
import type { Bucket } from './bucket.ts';
import { BucketStore } from './bucket-store.ts';
import { Requests } from './requests.ts';

/**
 * Opens the store of a bucket. Each cloud's client is a chunk of its own, which only its URLs load.
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

/** As openBucketStore, for those who also write: the client of the bucket, and what sends its requests. */
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

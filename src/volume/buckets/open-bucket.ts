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
  const requests = new Requests(await bucketOf(location, options), options.requestTimeout, signal);
  return new BucketStore(location, requests, options);
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

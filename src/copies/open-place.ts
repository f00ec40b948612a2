import type { ArchiveStore, StoreOptions } from '../volume/archive-store.ts';
import type { Bucket } from '../volume/buckets/bucket.ts';
import type { BucketLocation, Location } from '../volume/location.ts';
import { openStore } from '../volume/open-store.ts';
import { BucketRequests } from './bucket-requests.ts';
import { DirectoryWriter } from './directory-writer.ts';
import type { PlaceWriter } from './place-writer.ts';

/** A place for copies: `store` reads from it, `writer` writes to it. */
export interface Place {
  readonly store: ArchiveStore;
  readonly writer: PlaceWriter;
}

/**
 * Opens a place for copies. Nothing is read yet. The client of a cloud is loaded only for a URL of it.
 *
 * @param signal ends all requests
 * @throws Failure if the options of the place are wrong
 */
export async function openPlace(
  location: Location,
  options: StoreOptions,
  signal: AbortSignal,
): Promise<Place> {
  if (location.kind === 'directory') {
    return {
      store: await openStore(location, options, signal),
      writer: new DirectoryWriter(location.text, signal),
    };
  }
  return await openBucketPlace(location, options, signal);
}

async function openBucketPlace(
  location: BucketLocation,
  options: StoreOptions,
  signal: AbortSignal,
): Promise<Place> {
  const { BucketStore, openBucket } = await import('../volume/buckets/bucket-store.ts');
  const { bucket, requests } = await openBucket(location, options, signal);
  return {
    store: new BucketStore(location, requests, options),
    writer: await writerOf(bucket, location, new BucketRequests(requests, location)),
  };
}

/** The client of the cloud is already loaded; its class determines the writer. */
async function writerOf(
  bucket: Bucket,
  { scheme, prefix, text }: BucketLocation,
  requests: BucketRequests,
): Promise<PlaceWriter> {
  if (scheme === 's3') {
    const [{ S3Bucket }, { S3Objects }, { S3Writer }] = await Promise.all([
      import('../volume/buckets/s3.ts'),
      import('./s3-objects.ts'),
      import('./s3-writer.ts'),
    ]);
    if (bucket instanceof S3Bucket) return new S3Writer(new S3Objects(bucket, prefix, requests));
  } else if (scheme === 'azblob') {
    const [{ AzureBucket }, { AzureWriter }] = await Promise.all([
      import('../volume/buckets/azure.ts'),
      import('./azure-writer.ts'),
    ]);
    if (bucket instanceof AzureBucket) return new AzureWriter(bucket, prefix, requests);
  } else {
    const [{ GoogleBucket }, { GoogleWriter }] = await Promise.all([
      import('../volume/buckets/google.ts'),
      import('./google-writer.ts'),
    ]);
    if (bucket instanceof GoogleBucket) return new GoogleWriter(bucket, prefix, requests);
  }
  throw new Error(`no client for ${text}`);
}

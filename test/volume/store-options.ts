import type { StoreOptions } from '../../src/volume/archive-store.ts';

/** What the options of a store are if none is given. */
export const STORE_OPTIONS: StoreOptions = {
  s3Endpoint: null,
  s3Region: null,
  s3PathStyle: 'auto',
  storeCa: null,
  requestTimeout: 30_000,
  retryFor: 60_000,
};

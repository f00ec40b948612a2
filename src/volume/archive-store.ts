import type { ArchiveFile } from '../archive/reading/archive-file.ts';
import type { Naming } from './names.ts';

/** An archive in a store: what its name and the listing say. */
export interface StoredArchive extends ArchiveFile {
  readonly stamp: string;
  /** What the stamp says in the zone of the naming; the archive's time is in its manifest. */
  readonly stampTime: Date;
  /** 1 for the first run of a stamp, 2 for the second … */
  readonly run: number;
  readonly bytes: number;
  /** Whether the listing has a file with the result of a rehearsal. */
  readonly hasRehearsal?: boolean;
}

/** Where archives are kept: a directory, or a bucket. `openStore` opens it. */
export interface ArchiveStore {
  /** As the user wrote it, for messages. */
  readonly location: string;

  /**
   * The archives of a naming, the newest stamp first. Anything else in the store is ignored.
   *
   * @throws Failure if the listing is not complete
   */
  list(naming: Naming): Promise<StoredArchive[]>;

  /** The archive with this file name, which may have been renamed; null if there is none. Throws Failure. */
  find(file: string): Promise<ArchiveFile | null>;

  /** Removes an archive and the result of its rehearsal; it is fine if they are gone already. Throws Failure. */
  remove(file: string): Promise<void>;

  /**
   * The file names of results of rehearsals whose archive is gone, such as after a lifecycle rule of the bucket.
   *
   * @throws Failure if the listing is not complete
   */
  orphanedResults(naming: Naming): Promise<string[]>;

  /** Removes the result of a rehearsal; it is fine if it is gone already. Throws Failure. */
  removeResult(file: string): Promise<void>;
}

/** How archives are opened. They can be sent to another process as JSON. */
export interface OpenOptions {
  /** Files of identities that open sealed archives. */
  readonly identity?: readonly string[];
}

/** How stores are reached. They can be sent to another process as JSON. */
export interface StoreOptions extends OpenOptions {
  /** URL of a server other than Amazon's; null for what the SDK finds. */
  readonly s3Endpoint: string | null;
  readonly s3Region: string | null;
  /** Whether buckets are part of the path instead of the host name. */
  readonly s3PathStyle: 'auto' | 'yes' | 'no';
  /** File with further CA certificates. */
  readonly storeCa: string | null;
  /** Milliseconds without data after which a request is given up. */
  readonly requestTimeout: number;
  /** Milliseconds for which a request is repeated that a server or the network failed. */
  readonly retryFor: number;
}

/** The order of a listing. */
export function newestStampFirst(a: StoredArchive, b: StoredArchive): number {
  return b.stampTime.getTime() - a.stampTime.getTime() || b.run - a.run;
}

/** Milliseconds for which an interrupted upload can be resumed; an older one is deleted. */
export const RESUMED_FOR = 24 * 60 * 60 * 1000;

/** A file to be stored. */
export interface Upload {
  /** The name in the place. */
  readonly name: string;
  /** A local file, which must not change during the upload. */
  readonly path: string;
  readonly bytes: number;
  /** Stored with the object; see ObjectFacts. */
  readonly facts: ObjectFacts;
}

/** Short texts that are stored with an object, if the place supports it. Keys are lowercase letters. */
export type ObjectFacts = Readonly<Record<string, string>>;

/** How storing a file ended. */
export type Stored =
  | {
      readonly kind: 'stored' /** Bytes, without the parts that an earlier run sent. */;
      readonly sent: number;
    }
  /** An object already had the name; nothing was changed. */
  | { readonly kind: 'exists' };

/** How removing an object ended. */
export type Removed =
  | { readonly kind: 'removed' }
  /** The place keeps versions: the object is no longer listed, but its bytes are stored. */
  | { readonly kind: 'hidden' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Writes to a place. Every request ends when the signal with which the writer was opened fires. */
export interface PlaceWriter {
  /**
   * Stores a file under a new name. An existing object is never overwritten, even if another client creates it at the same
   * time. If an upload of the same bytes was interrupted, only the missing parts are sent, if the place can list them.
   *
   * @throws Failure
   */
  store(upload: Upload): Promise<Stored>;

  /** The facts of an object; {} if it has none; null if there is no such object. Throws Failure. */
  facts(name: string): Promise<ObjectFacts | null>;

  /** Removes an object. Throws Failure if the place cannot be reached. */
  remove(name: string): Promise<Removed>;

  /**
   * Deletes interrupted uploads that began before a time: their parts cost money, and no listing of objects shows them.
   *
   * @param isOurs whether a name is that of an archive of this installation
   * @returns the names of the objects
   * @throws Failure
   */
  endUploads(before: Date, isOurs: (name: string) => boolean): Promise<readonly string[]>;
}

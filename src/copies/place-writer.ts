/** Milliseconds for which an interrupted upload is resumed; an older one is ended. */
export const RESUMED_FOR = 24 * 60 * 60 * 1000;

/** A file to be stored. */
export interface Upload {
  /** The name in the place. */
  readonly name: string;
  /** A file of this machine, which must not change meanwhile. */
  readonly path: string;
  readonly bytes: number;
  /** Stored with the object; see ObjectFacts. */
  readonly facts: ObjectFacts;
}

/** Short texts that are stored with an object, where a place can do that. Keys are lowercase letters. */
export type ObjectFacts = Readonly<Record<string, string>>;

/** How storing a file ended. */
export type Stored =
  | { readonly kind: 'stored' /** Without the parts that an earlier run has sent. */; readonly sent: number }
  /** Something had the name already; nothing was changed. */
  | { readonly kind: 'exists' };

/** How removing an object ended. */
export type Removed =
  | { readonly kind: 'removed' }
  /** The place keeps versions: the object is no longer listed, but its bytes are still there. */
  | { readonly kind: 'hidden' }
  | { readonly kind: 'refused'; readonly reason: string };

/** The writing side of a place. Every request ends with the signal that the writer was opened with. */
export interface PlaceWriter {
  /**
   * Stores a file under a new name. Existing objects are never overwritten, whoever creates them at the same time. Of
   * an interrupted upload of the same bytes, only what is missing is sent, if the place can say what it has.
   *
   * @throws Failure
   */
  store(upload: Upload): Promise<Stored>;

  /** What was stored with an object, {} where a place cannot do that; null if there is no such object. Throws Failure. */
  facts(name: string): Promise<ObjectFacts | null>;

  /** Throws Failure where the place cannot be reached. */
  remove(name: string): Promise<Removed>;

  /**
   * Ends interrupted uploads that were begun before a time, since their parts cost money and are in no listing.
   *
   * @param isOurs whether a name belongs to us
   * @returns the names
   * @throws Failure
   */
  endUploads(before: Date, isOurs: (name: string) => boolean): Promise<readonly string[]>;
}

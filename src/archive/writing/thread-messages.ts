/** What the zip thread is started with. */
export interface ThreadData {
  /** The file that the archive is written to, which is there and empty. */
  readonly path: string;
  /** Begins the paths of files for what exceeds memory; a number follows. */
  readonly spill: string;
  /** Modification time of all entries, in milliseconds of the epoch. */
  readonly time: number;
}

/** A stretch of a batch that belongs to one file; a file may span batches of its sink. */
export interface Segment {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** The file ends with this stretch. */
  readonly last: boolean;
}

export type ToThread =
  | { readonly kind: 'buffer'; readonly buffer: number; readonly memory: SharedArrayBuffer }
  | { readonly kind: 'forget'; readonly buffer: number }
  | {
      readonly kind: 'batch';
      readonly sink: number;
      readonly group: number;
      /** Number of the buffer, which a `buffer` message has brought before. */
      readonly buffer: number;
      readonly segments: readonly Segment[];
    }
  | { readonly kind: 'withdraw'; readonly group: number; readonly sinks: readonly number[] }
  | { readonly kind: 'provide' }
  | { readonly kind: 'finish'; readonly manifest: Uint8Array };

export type FromThread =
  | { readonly kind: 'returned'; readonly buffer: number }
  | { readonly kind: 'provided' }
  | { readonly kind: 'finished'; readonly bytes: number }
  | { readonly kind: 'broken'; readonly message: string; readonly code: string | null };

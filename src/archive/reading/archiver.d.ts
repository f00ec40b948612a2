/** What we use of the package archiver, which brings no types. */
declare module 'archiver' {
  import type { Readable } from 'node:stream';

  interface EntryData {
    readonly name: string;
    readonly mode: number;
    readonly date: Date;
  }

  export class ZipArchive extends Readable {
    constructor(options: {
      readonly forceUTC: boolean;
      readonly forceZip64: boolean;
      readonly zlib: { readonly level: number };
    });
    /** Emits `entry` when its content has been taken. */
    append(source: Readable, data: EntryData): this;
    finalize(): Promise<void>;
  }
}

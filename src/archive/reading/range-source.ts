/** The bytes of an archive at any offset, wherever it is stored. */
export interface RangeSource {
  /** In bytes, as of opening. */
  readonly size: number;
  /** Whether a read costs no request, so that the number of reads matters less than that of bytes. */
  readonly isLocal?: boolean;

  /**
   * A view of `length` bytes from `start`, not to be changed.
   *
   * @param room a buffer that the bytes may be read into, for callers that read the next bytes into the same one
   * @throws Malformed where the archive ends before; Unreadable where its place gives no bytes
   */
  bytes(start: number, length: number, room?: Buffer): Promise<Buffer>;

  /** The bytes from `start` to `end` piece by piece. Throws as bytes() does. */
  pieces(start: number, end: number): AsyncGenerator<Buffer>;

  close(): void;
}

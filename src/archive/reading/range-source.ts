/** The bytes of an archive at any offset, wherever it is stored. */
export interface RangeSource {
  /** In bytes, as of opening. */
  readonly size: number;

  /**
   * A view of `length` bytes from `start`, not to be changed.
   *
   * @throws Malformed where the archive ends before; Unreadable where its place gives no bytes
   */
  bytes(start: number, length: number): Promise<Buffer>;

  /** The bytes from `start` to `end` piece by piece. Throws as bytes() does. */
  pieces(start: number, end: number): AsyncGenerator<Buffer>;

  close(): void;
}

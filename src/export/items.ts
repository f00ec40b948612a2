/** Takes the items of lists one by one, as bytes. */
export interface Items {
  /**
   * Takes the item that begins at `i`.
   *
   * @returns the offset behind it; INCOMPLETE where it has not come whole; FULL where
   *   it is to be given again after makeRoom()
   */
  item(src: Buffer, i: number, end: number): number;
  makeRoom(): Promise<void>;
}

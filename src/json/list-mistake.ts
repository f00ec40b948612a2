/**
 * What a list of objects cannot be, though it is JSON. The message is a sentence about
 * the list or an object in it; asking for it again would bring the same.
 */
export class ListMistake extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'ListMistake';
  }
}

/** An object of a bucket, as a listing has it. */
export interface BucketObject {
  readonly key: string;
  readonly bytes: number;
  /** Another one whenever the content is replaced: an ETag, or a generation. */
  readonly version: string;
}

/** A part of a listing. */
export interface BucketPage {
  readonly objects: readonly BucketObject[];
  /** For the next page; null for the last one. */
  readonly next: string | null;
}

/** How one attempt of a request is given up. */
export interface Attempt {
  /** Fires if there was no data for too long, or if nobody needs the answer any more. */
  readonly signal: AbortSignal;
  /** Call it whenever data arrives. */
  readonly alive: () => void;
}

/**
 * A bucket of one cloud. Each method sends its request once; `Requests` repeats it. All of them throw BucketError,
 * or whatever the SDK throws, which `errorOf` understands.
 */
export interface Bucket {
  /** Objects whose keys begin with the prefix and have no further slash. */
  list(prefix: string, page: string | null, attempt: Attempt): Promise<BucketPage>;

  /** The object of a key; null if there is none. */
  head(key: string, attempt: Attempt): Promise<BucketObject | null>;

  /** The bytes of this version of an object, from `start`. Another version is BucketError `changed`. */
  read(object: BucketObject, start: number, length: number, attempt: Attempt): Promise<Buffer>;

  /** Writes a small object as a whole, in place of an older one. */
  put(key: string, content: Uint8Array, attempt: Attempt): Promise<void>;

  /** Removes an object; it is fine if there is none. */
  remove(key: string, attempt: Attempt): Promise<void>;

  /** What an error of the SDK means. */
  errorOf(error: unknown): BucketError;
}

/** What went wrong with a request to a bucket. */
export type BucketTrouble =
  /** The bucket does not exist. */
  | 'no-bucket'
  | 'no-object'
  /** The object was replaced or removed since it was listed. */
  | 'changed'
  /** There are credentials, but they do not permit this. */
  | 'denied'
  | 'no-credentials'
  /** The server does not know them, or the signature is wrong. */
  | 'bad-credentials'
  | 'expired'
  | 'clock'
  | 'wrong-region'
  /** 429, 5xx. */
  | 'busy'
  | 'no-dns'
  | 'refused'
  | 'broken'
  | 'silent'
  /** The certificate of the server is not trusted. */
  | 'untrusted'
  /** Anything else that the server, or the SDK, said. */
  | 'other';

/** A request to a bucket that failed. */
export class BucketError extends Error {
  readonly trouble: BucketTrouble;

  /** @param detail what the server or the system said, without secrets; the message is one line of bounded length */
  constructor(trouble: BucketTrouble, detail: string) {
    super(oneLine(detail));
    this.name = 'BucketError';
    this.trouble = trouble;
  }
}

const LONGEST_DETAIL = 300;

function oneLine(text: string): string {
  const line = text
    .slice(0, 10 * LONGEST_DETAIL)
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
  return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL)}…` : line;
}

/** The bytes of an answer that is no content of an object: a page of a listing has less than 2 MiB. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

/** An answer piece by piece. Throws Error if it is longer than LONGEST_ANSWER. */
export async function* boundedAnswer(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > LONGEST_ANSWER) throw new Error('the answer is too long');
    yield piece;
  }
}

/** All of a body. Throws BucketError if it has another length. */
export async function wholeBody(
  body: AsyncIterable<Uint8Array>,
  length: number,
  alive: () => void,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  for await (const piece of body) {
    alive();
    if (filled + piece.length > length) throw new BucketError('broken', `more than ${length} bytes came`);
    buffer.set(piece, filled);
    filled += piece.length;
  }
  if (filled < length) throw new BucketError('broken', `only ${filled} of ${length} bytes came`);
  return buffer;
}

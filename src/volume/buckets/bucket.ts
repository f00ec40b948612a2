/** An object of a bucket, as a listing shows it. */
export interface BucketObject {
  readonly key: string;
  readonly bytes: number;
  /** Changes whenever the content is replaced: an ETag, or a generation. */
  readonly version: string;
}

/** A part of a listing. */
export interface BucketPage {
  readonly objects: readonly BucketObject[];
  /** For the next page; null for the last one. */
  readonly next: string | null;
}

/** One attempt to send a request. */
export interface Attempt {
  /** Fires if no data arrived for too long, or if the answer is no longer needed. */
  readonly signal: AbortSignal;
  /** To be called whenever data arrives. */
  readonly alive: () => void;
}

/**
 * A bucket of one cloud. Each method sends its request once; `Requests` repeats it. Methods throw BucketError, or an error of
 * the SDK, which `errorOf` translates.
 */
export interface Bucket {
  /** Objects whose keys begin with the prefix and have no slash after it. */
  list(prefix: string, page: string | null, attempt: Attempt): Promise<BucketPage>;

  /** The object of a key; null if there is none. */
  head(key: string, attempt: Attempt): Promise<BucketObject | null>;

  /** Bytes of this version of an object, from `start`. Throws BucketError `changed` if there is another version. */
  read(object: BucketObject, start: number, length: number, attempt: Attempt): Promise<Buffer>;

  /** Writes a small object; replaces an existing one. */
  put(key: string, content: Uint8Array, attempt: Attempt): Promise<void>;

  /** Removes an object, if there is one. */
  remove(key: string, attempt: Attempt): Promise<void>;

  /** Translates an error of the SDK. */
  errorOf(error: unknown): BucketError;
}

/** Why a request to a bucket failed. */
export type BucketTrouble =
  /** The bucket does not exist. */
  | 'no-bucket'
  | 'no-object'
  /** The object was replaced or removed since it was listed. */
  | 'changed'
  /** The credentials do not permit the request. */
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
  /** Any other error of the server or the SDK. */
  | 'other';

/** A request to a bucket that failed. */
export class BucketError extends Error {
  readonly trouble: BucketTrouble;

  /** @param detail the message of the server or the system, without secrets; it is cut to one line of limited length */
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

/** Bytes of an answer that is not the content of an object. A page of a listing has less than 2 MiB. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

/** Passes an answer on piece by piece. Throws Error if it is longer than LONGEST_ANSWER. */
export async function* boundedAnswer(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > LONGEST_ANSWER) throw new Error('the answer is too long');
    yield piece;
  }
}

/** Reads a body completely. Throws BucketError if its length is not `length`. */
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

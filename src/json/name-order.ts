/**
 * The order of names in lists and archives: that of the API server's keys, by their UTF-8
 * bytes. It is the order of the names and not of their JSON form: Go writes `R&D` as
 * `R\u0026D`, which would come after `RD`.
 */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  // Without surrogates, the order of UTF-16 is that of UTF-8.
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

const SURROGATE = /[\ud800-\udfff]/;
const BACKSLASH = 0x5c;

/**
 * Stores one name, to compare it with the next one like compareNames. Names are JSON strings
 * in bytes; those without escapes, which are nearly all, need no allocation.
 */
export class NameKey {
  #bytes = Buffer.allocUnsafeSlow(256);
  #length = 0;

  /** Stores the name whose quotes are at `start` and `end - 1`. */
  hold(src: Buffer, start: number, end: number): void {
    const decoded = decodedName(src, start, end);
    const length = decoded === null ? end - start - 2 : decoded.length;
    if (length > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(2 * length);
    if (decoded === null) src.copy(this.#bytes, 0, start + 1, end - 1);
    else decoded.copy(this.#bytes);
    this.#length = length;
  }

  /** Negative if the stored name comes before this one, 0 if they are equal. */
  compareTo(src: Buffer, start: number, end: number): number {
    const decoded = decodedName(src, start, end);
    if (decoded !== null) return this.#bytes.subarray(0, this.#length).compare(decoded);
    return this.#bytes.compare(src, start + 1, end - 1, 0, this.#length);
  }
}

/** The UTF-8 bytes of a name with escapes; null if the bytes between the quotes are the name. */
function decodedName(src: Buffer, start: number, end: number): Buffer | null {
  for (let i = start + 1; i < end - 1; i++) {
    if (src[i] === BACKSLASH) return Buffer.from(String(JSON.parse(src.toString('utf8', start, end))));
  }
  return null;
}

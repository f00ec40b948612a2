import { CHECKSUMS_FILE } from '../../types/places.ts';

/** What SHA256SUMS says, and which of its lines say nothing. */
export interface Checksums {
  /** Entry name → SHA-256 in lower-case hexadecimal digits. */
  readonly sums: ReadonlyMap<string, string>;
  /** A sentence for each line that is malformed or names an entry again. */
  readonly problems: readonly string[];
}

/**
 * Reads a file as `sha256sum` writes it: digits, a space, a space (or `*`), a name.
 * A name that sha256sum would have to escape cannot occur, so such a line is malformed.
 */
export function parseChecksums(text: string): Checksums {
  const sums = new Map<string, string>();
  const problems: string[] = [];
  if (text !== '' && !text.endsWith('\n')) problems.push('its last line does not end');
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const [, sum, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sum === undefined || name === undefined) problems.push(`line ${index + 1} is malformed`);
    else if (sums.has(name)) problems.push(`line ${index + 1} names ${name} again`);
    else sums.set(name, sum);
  }
  return { sums, problems };
}

/** What tells whether an entry has the same content in two archives. */
export interface Fingerprint {
  /** As SHA256SUMS has it. */
  readonly sha256: string;
  /** As the zip's directory has it: where only one of two archives lies, the two differ in this. */
  readonly crc: number;
}

/** The entries of an archive whose content SHA256SUMS tells, and what it and the archive do not share. */
export interface Proof {
  readonly fingerprints: ReadonlyMap<string, Fingerprint>;
  /** A sentence each, those of many shortened to the first. */
  readonly problems: readonly string[];
}

/**
 * Gathers a Proof; `see` takes each entry once.
 *
 * @param sums of SHA256SUMS, in its form
 */
export class ProofBuilder {
  readonly #sums: Checksums['sums'];
  readonly #fingerprints = new Map<string, Fingerprint>();
  readonly #unlisted: string[] = [];

  constructor(sums: Checksums['sums']) {
    this.#sums = sums;
  }

  see(name: string, crc: number): void {
    const sha256 = this.#sums.get(name);
    if (sha256 !== undefined) this.#fingerprints.set(name, { sha256, crc });
    else if (name !== CHECKSUMS_FILE && !name.endsWith('/')) this.#unlisted.push(name);
  }

  proof(): Proof {
    const missing = [...this.#sums.keys()].filter((name) => !this.#fingerprints.has(name));
    return {
      fingerprints: this.#fingerprints,
      problems: [
        ...told(this.#unlisted, `not in ${CHECKSUMS_FILE}`),
        ...told(missing, `in ${CHECKSUMS_FILE}, but not in the archive`),
      ],
    };
  }
}

function told([first, ...others]: readonly string[], what: string): string[] {
  if (first === undefined) return [];
  return [`${first} is ${what}${others.length === 0 ? '' : `, and so are ${others.length} more`}`];
}

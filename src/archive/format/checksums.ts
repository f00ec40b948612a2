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

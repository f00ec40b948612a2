const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1000],
  ['Ki', 2 ** 10],
  ['KiB', 2 ** 10],
  ['M', 1000 ** 2],
  ['Mi', 2 ** 20],
  ['MiB', 2 ** 20],
]);

/**
 * Reads `1MiB`, `512Ki`, `100000`: a number of bytes, with the units of Kubernetes quantities.
 *
 * @throws Error if it is not a size, or larger than `most`
 */
export function parseBytes(text: string, most: number): number {
  const [, number, unit = ''] = /^(\d{1,9})([A-Za-z]*)$/.exec(text) ?? [];
  const factor = UNITS.get(unit);
  if (number === undefined || factor === undefined) throw new Error('must be a size such as 1MiB or 500Ki');
  const bytes = Number(number) * factor;
  if (bytes < 1 || bytes > most) throw new Error(`must be between 1 and ${most / 2 ** 20}MiB`);
  return bytes;
}

/** A stretch of time as a person wrote it. */
export interface Duration {
  readonly text: string;
  readonly milliseconds: number;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/**
 * Reads `25h`, `90m`, `7d`, `1d12h`.
 *
 * @throws Error where it is none, or of no length
 */
export function parseDuration(text: string): Duration {
  const parts = [...text.matchAll(/(\d{1,6})([smhd])/g)];
  const milliseconds = parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS.get(unit) ?? 0),
    0,
  );
  if (parts.map(([part]) => part).join('') !== text || milliseconds === 0) {
    throw new Error('must be a time such as 25h, 90m, 7d or 1d12h');
  }
  return { text, milliseconds };
}

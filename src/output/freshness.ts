import { age } from './age.ts';
import { printable } from './printable.ts';

/** Whether there is a complete archive that is young enough; what `verify --max-age` found. */
export interface FreshnessFacts {
  readonly state: 'fresh' | 'incomplete' | 'stale';
  readonly newest: { readonly file: string; readonly path: string; readonly time: Date } | null;
  readonly attempts: ReadonlyArray<{
    readonly file: string;
    readonly time: Date;
    readonly state: string;
    readonly reason: string;
  }>;
}

/** A line for the newest complete archive, and one for each younger one that does not count. */
export function freshnessText(
  { state, newest, attempts }: FreshnessFacts,
  maxAge: string,
  now: Date,
): string {
  const lines = [
    newest === null
      ? 'there is no complete archive'
      : `the newest complete archive is ${newest.file}, made ${age(newest.time, now)}`,
    ...attempts.map(
      (each) => `  ${each.file}, made ${age(each.time, now)}, is ${each.state}: ${each.reason}`,
    ),
  ];
  const verdict = state === 'fresh' ? `fresh: not older than ${maxAge}` : `none is younger than ${maxAge}`;
  return lines.map((line, at) => `${printable(at === 0 ? `${verdict}; ${line}` : line)}\n`).join('');
}

/**
 * `state` (fresh, incomplete, stale), `maxAge` (as given), `archive` and `time` of the
 * newest complete archive (or null) and its `ageSeconds`; `attempts`: those that are young
 * enough and do not count, each with `archive`, `time`, `state` (incomplete, damaged,
 * unreadable) and `reason`.
 */
export function freshnessValue(
  { state, newest, attempts }: FreshnessFacts,
  maxAge: string,
  now: Date,
): object {
  return {
    state,
    maxAge,
    archive: newest?.file ?? null,
    time: newest?.time.toISOString() ?? null,
    ageSeconds: newest === null ? null : Math.floor((now.getTime() - newest.time.getTime()) / 1000),
    attempts: attempts.map(({ file, time, ...rest }) => ({
      archive: file,
      time: time.toISOString(),
      ...rest,
    })),
  };
}

import { jsonText } from './print/json.ts';
import { printable } from './print/printable.ts';
import { age, counted, size } from './print/units.ts';

/** What `verify` found in one archive. */
export interface Verdict {
  readonly file: string;
  readonly verdict: 'good' | 'incomplete' | 'damaged' | 'unreadable';
  readonly problems: readonly string[];
  /** Number of files in it. */
  readonly entries: number;
  /** Uncompressed. */
  readonly bytes: number;
}

/** Thousands of files can have the same problem; the JSON lists them all. */
const MOST_PROBLEMS = 20;

/** A line for the archive, and one for each of its problems. */
export function verdictText({ file, verdict, problems, entries, bytes }: Verdict): string {
  const more = problems.length - MOST_PROBLEMS;
  return [
    `${printable(file)}: ${verdict} (${counted(entries, 'file')}, ${size(bytes)})`,
    ...problems.slice(0, MOST_PROBLEMS).map((problem) => `  ${printable(problem)}`),
    ...(more > 0 ? [`  … and ${more} more; -o json lists all`] : []),
    '',
  ].join('\n');
}

/**
 * A list with an object per archive: `archive` (as it was found), `verdict` (good,
 * incomplete, damaged, unreadable), `problems` (sentences), `files`, `contentBytes`.
 */
export function verdictsJson(verdicts: readonly Verdict[]): string {
  return jsonText(verdictsValue(verdicts));
}

/** What verdictsJson prints, as a value. */
export function verdictsValue(verdicts: readonly Verdict[]): readonly object[] {
  return verdicts.map(({ file, verdict, problems, entries, bytes }) => ({
    archive: file,
    verdict,
    problems,
    files: entries,
    contentBytes: bytes,
  }));
}

/** What `verify --max-age` found: whether there is a complete archive that is young enough. */
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

/** A line for the state and the newest complete archive, and one for each younger archive that is not complete. */
export function freshnessText(
  { state, newest, attempts }: FreshnessFacts,
  maxAge: string,
  now: Date,
): string {
  const found =
    newest === null
      ? 'there is no complete archive'
      : `the newest complete archive, ${newest.file}, was made ${age(newest.time, now)}`;
  const lines = attempts.map(
    (each) => `  ${each.file}, made ${age(each.time, now)}, is ${each.state}: ${each.reason}`,
  );
  return [`${state}: ${found} (limit: ${maxAge})`, ...lines].map((line) => `${printable(line)}\n`).join('');
}

/**
 * `state` (fresh, incomplete, stale), `maxAge` (as given), `archive` and `time` of the
 * newest complete archive (or null) and its `ageSeconds`; `attempts`: the archives that are young
 * enough but not complete, each with `archive`, `time`, `state` (incomplete, damaged,
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

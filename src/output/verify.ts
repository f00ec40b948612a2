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

/** What `verify --rehearsed` found: whether a rehearsal that is recent enough was successful. */
export interface RehearsalFreshnessFacts {
  readonly state: 'fresh' | 'failed' | 'stale';
  readonly last: RehearsedFacts | null;
  readonly attempts: readonly RehearsedFacts[];
}

interface RehearsedFacts {
  readonly file: string;
  readonly record: RehearsalNumbers & { readonly kubernetes: string; readonly finishedAt: string };
}

/** How many objects a rehearsal found that did not come back. */
export interface RehearsalNumbers {
  readonly proven: number;
  readonly counts: { readonly differs: number; readonly refused: number };
}

/** `proven`, or `2 differ, 1 refused`. */
export function rehearsalState({ counts: { differs, refused } }: RehearsalNumbers): string {
  if (differs + refused === 0) return 'proven';
  const parts = [differs === 0 ? null : `${differs} differ`, refused === 0 ? null : `${refused} refused`];
  return parts.filter((part) => part !== null).join(', ');
}

/** A line for the state and the last successful rehearsal, and one for each recent rehearsal that found something. */
export function rehearsalFreshnessText(
  { state, last, attempts }: RehearsalFreshnessFacts,
  maxAge: string,
  now: Date,
): string {
  const when = ({ record }: RehearsedFacts) => age(new Date(record.finishedAt), now);
  const found =
    last === null
      ? 'there was no successful rehearsal'
      : `the last successful rehearsal, of ${last.file}, ended ${when(last)}`;
  const lines = attempts.map(
    (each) => `  the rehearsal of ${each.file}, which ended ${when(each)}: ${rehearsalState(each.record)}`,
  );
  return [`rehearsal ${state}: ${found} (limit: ${maxAge})`, ...lines]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

/**
 * `state` (fresh, failed, stale), `maxAge` (as given), `archive`, `time` (when it ended) and `kubernetes` of the last
 * successful rehearsal (or null) and its `ageSeconds`; `attempts`: recent rehearsals that found something, each with
 * `archive`, `time`, `differs` and `refused`.
 */
export function rehearsalFreshnessValue(
  { state, last, attempts }: RehearsalFreshnessFacts,
  maxAge: string,
  now: Date,
): object {
  return {
    state,
    maxAge,
    archive: last?.file ?? null,
    time: last?.record.finishedAt ?? null,
    kubernetes: last?.record.kubernetes ?? null,
    ageSeconds:
      last === null ? null : Math.floor((now.getTime() - Date.parse(last.record.finishedAt)) / 1000),
    attempts: attempts.map(({ file, record: { finishedAt, counts } }) => ({
      archive: file,
      time: finishedAt,
      differs: counts.differs,
      refused: counts.refused,
    })),
  };
}

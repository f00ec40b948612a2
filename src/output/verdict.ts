import { jsonText, printable } from './printable.ts';
import { size } from './size.ts';

/** What `verify` found out about one archive. */
export interface Verdict {
  readonly file: string;
  readonly verdict: 'good' | 'incomplete' | 'damaged' | 'unreadable';
  readonly problems: readonly string[];
  /** Number of files in it. */
  readonly entries: number;
  /** Uncompressed. */
  readonly bytes: number;
}

/** Thousands of files can be broken in the same way; the JSON has them all. */
const MOST_PROBLEMS = 20;

/** A line for the archive, and one for each of its problems. */
export function verdictText({ file, verdict, problems, entries, bytes }: Verdict): string {
  const more = problems.length - MOST_PROBLEMS;
  return [
    `${printable(file)}: ${verdict} (${entries} files, ${size(bytes)})`,
    ...problems.slice(0, MOST_PROBLEMS).map((problem) => `  ${printable(problem)}`),
    ...(more > 0 ? [`  … and ${more} more; -o json has all`] : []),
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

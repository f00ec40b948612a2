import type { Previous } from './diff-words.ts';
import { jsonText } from './print/json.ts';
import { type Column, table } from './print/table.ts';
import { age, clockFor, size } from './print/units.ts';

/** An archive as `list` shows it. */
export interface ArchiveRow {
  readonly archive: string;
  readonly path: string;
  /** When its backup started; the time in its name if the manifest cannot be read. */
  readonly time: Date;
  readonly bytes: number;
  readonly state: 'complete' | 'incomplete' | 'damaged' | 'foreign' | 'unreadable';
  /** Why it is damaged, foreign or unreadable. */
  readonly reason: string | null;
  /** Names of the types that failed. */
  readonly failed: readonly string[];
  /** Null if the manifest cannot be read. */
  readonly totals: Readonly<Record<'projects' | 'objects' | 'files' | 'bytes', number>> | null;
  /** Changes since the archive before it; null if the two were not compared. */
  readonly previous: Previous | null;
  /** The cluster, user and tool; null if the manifest cannot be read. */
  readonly origin: ArchiveOrigin | null;
}

export interface ArchiveOrigin {
  /** URL of the API server. */
  readonly server: string;
  /** Version of the API server: v1.36.3. */
  readonly clusterVersion: string;
  readonly user: string;
  /** From the manifest: ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Name and version of the program. */
  readonly tool: string;
}

const MOST_NAMES = 3;

const WIDE: readonly Column[] = [
  { title: 'CONTENT', align: 'right' },
  { title: 'DURATION', align: 'right' },
  { title: 'CLUSTER' },
  { title: 'VERSION' },
  { title: 'USER' },
  { title: 'TOOL' },
];

/** A table with a row per archive; `wide` adds cluster, user and tool. */
export function archivesText(
  rows: readonly ArchiveRow[],
  { zone, now, wide }: { readonly zone: string; readonly now: Date; readonly wide: boolean },
): string {
  const when = clockFor(
    rows.map(({ time }) => time.toISOString()),
    zone,
  );
  return table(
    [
      { title: 'ARCHIVE' },
      { title: 'TIME' },
      { title: 'AGE' },
      { title: 'SIZE', align: 'right' },
      { title: 'PROJECTS', align: 'right' },
      { title: 'OBJECTS', align: 'right' },
      { title: 'ADDED', align: 'right' },
      { title: 'CHANGED', align: 'right' },
      { title: 'REMOVED', align: 'right' },
      { title: 'NOT SHOWN', align: 'right' },
      ...(wide ? WIDE : []),
      { title: 'STATE' },
    ],
    rows.map((row) => [
      row.archive,
      when(row.time.toISOString()),
      age(row.time, now),
      size(row.bytes),
      row.totals === null ? '-' : String(row.totals.projects),
      row.totals === null ? '-' : String(row.totals.objects),
      row.previous === null ? '-' : String(row.previous.added),
      row.previous === null ? '-' : String(row.previous.changed),
      row.previous === null ? '-' : String(row.previous.removed),
      String(row.previous?.notShown ?? '-'),
      ...(wide ? wideCells(row) : []),
      stateText(row),
    ]),
  );
}

/**
 * A list with an object per archive, as the rows above it: `archive` (file
 * name), `path`, `time` (ISO 8601, UTC), `bytes` (of the file), `state`
 * (complete, incomplete, damaged, foreign, unreadable), `reason` (text or null),
 * `failed` (names of types), `projects`, `objects`, `files`, `contentBytes`
 * (numbers, or null where the manifest cannot be read), `previous` (`archive`, `added`,
 * `changed`, `removed`, `projects`, `notShown`, or null if it was not compared), `origin` (`server`,
 * `clusterVersion`, `user`, `startedAt`, `finishedAt`, `tool`, or null where the manifest cannot
 * be read). Fields may be added.
 */
export function archivesJson(rows: readonly ArchiveRow[]): string {
  return jsonText(
    rows.map(({ totals, time, ...row }) => ({
      archive: row.archive,
      path: row.path,
      time: time.toISOString(),
      bytes: row.bytes,
      state: row.state,
      reason: row.reason,
      failed: row.failed,
      projects: totals?.projects ?? null,
      objects: totals?.objects ?? null,
      files: totals?.files ?? null,
      contentBytes: totals?.bytes ?? null,
      previous: row.previous,
      origin: row.origin,
    })),
  );
}

function wideCells({ totals, origin }: ArchiveRow): string[] {
  const content = totals === null ? '-' : size(totals.bytes);
  if (origin === null) return [content, '-', '-', '-', '-', '-'];
  const seconds = (Date.parse(origin.finishedAt) - Date.parse(origin.startedAt)) / 1000;
  const { server, clusterVersion, user, tool } = origin;
  return [content, `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`, server, clusterVersion, user, tool];
}

function stateText({ state, reason, failed }: ArchiveRow): string {
  if (state === 'incomplete') {
    const more = failed.length - MOST_NAMES;
    return `incomplete: ${failed.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''} failed`;
  }
  return reason === null ? state : `${state}: ${reason}`;
}

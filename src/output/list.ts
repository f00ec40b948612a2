import { DateTime } from 'luxon';
import type { Previous } from './diff-words.ts';
import { jsonText } from './print/json.ts';
import { printable } from './print/printable.ts';
import { type Column, table } from './print/table.ts';
import { age, clockFor, size } from './print/units.ts';
import { rehearsalState } from './verify.ts';

/** An archive as `list` shows it. */
export interface ArchiveRow {
  readonly archive: string;
  readonly path: string;
  /** When its backup started; the time in its name if the manifest cannot be read. */
  readonly time: Date;
  readonly bytes: number;
  readonly state: 'complete' | 'incomplete' | 'damaged' | 'foreign' | 'sealed' | 'unreadable';
  /** Why it is damaged, foreign, sealed or unreadable. */
  readonly reason: string | null;
  /** Names of the types that failed. */
  readonly failed: readonly string[];
  /** Null if the manifest cannot be read. */
  readonly totals: Readonly<Record<'projects' | 'objects' | 'files' | 'bytes', number>> | null;
  /** Changes since the archive before it; null if the two were not compared. */
  readonly previous: Previous | null;
  /** The cluster, user and tool; null if the manifest cannot be read. */
  readonly origin: ArchiveOrigin | null;
  /** When it may be removed at the earliest: ISO 8601 or `forever`; null if its backup had no --hold-until. */
  readonly holdUntil: string | null;
  /** When it is removed, ISO 8601; null if its backup had no --expires. */
  readonly expires: string | null;
  /** The --note of its backup, or null. */
  readonly note: string | null;
  /** The last rehearsal of exactly this archive, or null. */
  readonly rehearsal: ArchiveRehearsal | null;
  /** What `prune` with the same options would do; null if the retention does not apply to it. */
  readonly retention: { readonly keep: boolean; readonly reason: string } | null;
  /** The places of --copy-to that have it. */
  readonly copies: readonly string[];
  /** False if only a place of --copy-to has it; path and bytes are those of the copy. */
  readonly onVolume: boolean;
}

/** What a rehearsal of an archive came to. */
export interface ArchiveRehearsal {
  /** When it ended: ISO 8601, UTC. */
  readonly finishedAt: string;
  /** Version of the API server: v1.36.3. */
  readonly kubernetes: string;
  readonly objects: number;
  readonly proven: number;
  readonly counts: Readonly<Record<'differs' | 'refused' | 'notRehearsed', number>>;
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
  { title: 'REHEARSED' },
  { title: 'RETENTION' },
];

/** A table with a row per archive; `wide` adds cluster, user, tool and what the retention decides. */
export function archivesText(
  rows: readonly ArchiveRow[],
  {
    zone,
    now,
    wide,
    uncopied,
  }: {
    readonly zone: string;
    readonly now: Date;
    readonly wide: boolean;
    /** The text for archives without copies; null omits the column. */
    readonly uncopied: 'none' | 'unknown' | null;
  },
): string {
  const when = clockFor(
    rows.map(({ time }) => time.toISOString()),
    zone,
  );
  const text = table(
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
      ...(uncopied === null ? [] : [{ title: 'COPIES' }]),
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
      ...(wide ? wideCells(row, now) : []),
      ...(uncopied === null ? [] : [row.copies.join(', ') || uncopied]),
      stateText(row, zone),
    ]),
  );
  return (
    text +
    sealedNotes(rows)
      .map((note) => `\n${printable(note)}\n`)
      .join('')
  );
}

/** A sentence for each reason why sealed archives were not opened: most often, it is the same for all. */
export function sealedNotes(rows: readonly ArchiveRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { state, reason } of rows)
    if (state === 'sealed' && reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(
    ([reason, n]) => `${n === 1 ? '1 archive is' : `${n} archives are`} sealed: ${reason}`,
  );
}

/**
 * A list with an object per archive, as the rows above it: `archive` (file
 * name), `path`, `time` (ISO 8601, UTC), `bytes` (of the file), `state`
 * (complete, incomplete, damaged, foreign, sealed, unreadable), `reason` (text or null),
 * `failed` (names of types), `projects`, `objects`, `files`, `contentBytes`
 * (numbers, or null where the manifest cannot be read), `previous` (`archive`, `added`,
 * `changed`, `removed`, `projects`, `notShown`, or null if it was not compared), `origin` (`server`,
 * `clusterVersion`, `user`, `startedAt`, `finishedAt`, `tool`, or null where the manifest cannot
 * be read), `holdUntil` (ISO 8601, `forever` or null), `expires` (ISO 8601 or null), `note` (text or null),
 * `rehearsal` (the last one of exactly this archive: `time` when it ended, `kubernetes`, `objects`, `proven`, `differs`,
 * `refused`, `notRehearsed`, or null), `retention` (`keep`, `reason`: what `prune` with the same options would do), `copies` (places of `--copy-to` that have it),
 * `onVolume` (false if only these have it). Fields may be added.
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
      holdUntil: row.holdUntil,
      expires: row.expires,
      note: row.note,
      rehearsal: rehearsalValue(row.rehearsal),
      retention: row.retention,
      copies: row.copies,
      onVolume: row.onVolume,
    })),
  );
}

function wideCells({ totals, origin, retention, rehearsal }: ArchiveRow, now: Date): string[] {
  const content = totals === null ? '-' : size(totals.bytes);
  const ruling = retention === null ? '-' : `${retention.keep ? 'keep' : 'remove'}: ${retention.reason}`;
  const rehearsed =
    rehearsal === null ? '-' : `${rehearsalState(rehearsal)}, ${age(new Date(rehearsal.finishedAt), now)}`;
  if (origin === null) return [content, '-', '-', '-', '-', '-', rehearsed, ruling];
  const seconds = (Date.parse(origin.finishedAt) - Date.parse(origin.startedAt)) / 1000;
  const { server, clusterVersion, user, tool } = origin;
  return [
    content,
    `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`,
    server,
    clusterVersion,
    user,
    tool,
    rehearsed,
    ruling,
  ];
}

function rehearsalValue(rehearsal: ArchiveRehearsal | null): object | null {
  if (rehearsal === null) return null;
  const { finishedAt, kubernetes, objects, proven, counts } = rehearsal;
  return { time: finishedAt, kubernetes, objects, proven, ...counts };
}

/** `complete, held until 2027-01-01, "before the upgrade"` */
export function stateText(row: ArchiveRow, zone: string): string {
  const { holdUntil, expires, note } = row;
  const asked = [
    ...(holdUntil === null
      ? []
      : [holdUntil === 'forever' ? 'held forever' : `held until ${dayOf(holdUntil, zone)}`]),
    ...(expires === null ? [] : [`expires on ${dayOf(expires, zone)}`]),
    ...(note === null ? [] : [JSON.stringify(note)]),
  ];
  return [plainState(row), ...(row.onVolume ? [] : ['not on the volume']), ...asked].join(', ');
}

/** As it was given: a day of the zone. */
function dayOf(time: string, zone: string): string {
  return DateTime.fromISO(time, { zone }).toFormat('yyyy-MM-dd');
}

function plainState({ state, reason, failed }: ArchiveRow): string {
  if (state === 'incomplete') {
    const more = failed.length - MOST_NAMES;
    return `incomplete: ${failed.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''} failed`;
  }
  return reason === null || state === 'sealed' ? state : `${state}: ${reason}`;
}

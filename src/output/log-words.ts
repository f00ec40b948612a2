import type { Change } from '../changes/change.ts';
import type { ChangeLog } from '../changes/change-log.ts';
import type { LogEntry } from '../changes/log-entry.ts';
import { pathText } from '../changes/path.ts';
import { CLUSTER } from '../types/archive-paths.ts';
import { changeLines } from './changes/lines.ts';
import { deletionNote } from './changes/words.ts';
import { objectTitle } from './diff-words.ts';
import { printable } from './print/printable.ts';
import { clockFor, counted, minute, second } from './print/units.ts';

/** `2026-11-26 14:02:11`, or `between 2026-11-25 00:15 and 2026-11-26 00:15`. */
export function whenText({ time, interval }: LogEntry, zone: string): string {
  if (time !== null) return second(new Date(time), zone);
  const ends = [interval.before.time, interval.after.time].map((each) => new Date(each));
  const [from, to] = ends.map((each) => minute(each, zone));
  if (from !== to) return `between ${from} and ${to}`;
  const [start, end] = ends.map((each) => second(each, zone));
  return `between ${start} and ${end}`;
}

/** More managers are counted. */
const MOST_MANAGERS = 2;

/** `kubectl-edit`, `team-b, team-a and 1 more`, `kubectl (scale)`; empty if nobody can be named. Not safe for a screen. */
export function managersText({ authors }: LogEntry): string {
  const names = authors.map(({ manager, subresource, time }) =>
    time === null && subresource !== null ? `${manager} (${subresource})` : manager,
  );
  const left = names.length - MOST_MANAGERS;
  return `${names.slice(0, MOST_MANAGERS).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/**
 * `shop/deployments/web`, `configmaps/trust in 40 projects: team-00, team-01 and 38 more`. Not safe for a screen.
 *
 * @param typeName see shortTypes
 */
export function objectText(entry: LogEntry, typeName: (type: string) => string): string {
  const { object, projects, hasOtherNames } = entry;
  const own = `${typeName(object.type)}/${objectTitle(object, hasOtherNames)}`;
  if (projects === null) return `${object.project ?? CLUSTER}/${own}`;
  const [first = '', second = '', ...others] = projects;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `${own} in ${counted(projects.length, 'project')}: ${first}, ${second}${more}`;
}

/** What an entry also says: ` recreated`, ` (being deleted since …)`; empty for most. */
export function remarkText({ object }: LogEntry): string {
  const recreated = object.attribution?.isRecreated === true ? ' recreated' : '';
  return `${recreated}${deletionNote(object)}`;
}

/** Fewer characters say nothing. */
const LEAST_ROOM = 10;

/**
 * What changed, in about `room` characters: a single short change as a whole (`spec.replicas: 3 → 5`), else as
 * many paths as fit (`spec.replicas, …web].image and 2 more`). Safe on a screen.
 */
export function pathsText(changes: readonly Change[], room: number): string {
  const [first] = changes;
  if (first === undefined || room < LEAST_ROOM) return '';
  const whole = changes.length === 1 ? wholeText(first) : null;
  if (whole !== null && whole.length <= room) return whole;
  // More cannot fit, since each has a character and a separator.
  const most = Math.min(changes.length, Math.ceil(room / 3) + 1);
  const paths = changes.slice(0, most).map(({ path }) => printable(pathText(path)));
  for (let shown = most; shown > 1; shown -= 1) {
    const text = withRest(paths.slice(0, shown).join(', '), changes.length - shown);
    if (text.length <= room) return text;
  }
  const rest = withRest('', changes.length - 1);
  return `${lastOf(paths[0] ?? '', Math.max(room - rest.length, LEAST_ROOM))}${rest}`;
}

function withRest(text: string, left: number): string {
  return left === 0 ? text : `${text} and ${left} more`;
}

/** A change as a single line; null if it needs several. */
function wholeText(change: Change): string | null {
  const [line, ...others] = changeLines(change, true);
  if (line === undefined || others.length > 0) return null;
  return line.sign === '~' ? line.text.slice(2) : line.text;
}

/** The end of a text: a path says most there. */
function lastOf(text: string, room: number): string {
  return text.length <= room ? text : `…${text.slice(text.length - room + 1)}`;
}

/** The beginning and the end of a text, at most `room` characters. */
export function shortened(text: string, room: number): string {
  if (text.length <= room) return text;
  const end = Math.floor((room - 1) / 2);
  return `${text.slice(0, room - 1 - end)}…${text.slice(text.length - end)}`;
}

/** `12 changes in 30 archives from 2026-10-28 00:15 UTC to 2026-11-26 00:15 UTC`. */
export function logSummary(entries: number, { archives }: ChangeLog, zone: string): string {
  const [newest, oldest] = [archives[0]?.time ?? '', archives.at(-1)?.time ?? ''];
  const when = clockFor(archives.length < 2 ? [newest] : [newest, oldest], zone);
  const what = entries === 0 ? 'no changes' : counted(entries, 'change');
  if (archives.length < 2) return `${what}: there is one archive, ${when(newest)}`;
  return `${what} in ${counted(archives.length, 'archive')} from ${when(oldest)} to ${when(newest)}`;
}

const TOO_MANY = 'too many changes to sort:';
const NOT_IN_ORDER = 'they may not be in order';
const NOT_GROUPED = 'the same change may be shown once per project';

/** Precedes the changes that came after the memory limit of the log was reached. */
export const LIMIT_LINE = `${TOO_MANY} from here on, ${NOT_IN_ORDER}, and ${NOT_GROUPED}`;

/** The same for a form that says it once, about all changes. */
export const LIMIT_NOTE = `${TOO_MANY} ${NOT_IN_ORDER}, and ${NOT_GROUPED}`;

/** The same for JSON, which never groups the changes of several projects. */
export const JSON_LIMIT_NOTE = `${TOO_MANY} ${NOT_IN_ORDER}`;

/** Names types without their group, where no other type has the same name. */
export function shortTypes(types: readonly string[]): (type: string) => string {
  const groups = new Map<string, Set<string>>();
  for (const type of types) {
    const plural = pluralOf(type);
    groups.set(plural, (groups.get(plural) ?? new Set()).add(type));
  }
  // A word without a group means the core group first.
  return (type) => {
    const plural = pluralOf(type);
    return plural === type || groups.get(plural)?.size === 1 ? plural : type;
  };
}

function pluralOf(type: string): string {
  return type.split('.', 1)[0] ?? type;
}

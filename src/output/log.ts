import type { ChangeLog } from '../changes/change-log.ts';
import type { LogEntry } from '../changes/log-entry.ts';
import type { Value } from '../json/value.ts';
import { CLUSTER } from '../types/archive-paths.ts';
import { authorValues } from './changes/authors.ts';
import { changeValues, creationValues } from './changes/json.ts';
import type { TextForm } from './changes/lines.ts';
import { line } from './changes/lines.ts';
import { code, escaped } from './changes/markdown.ts';
import { notShownValues } from './diff-json.ts';
import { notShownText } from './diff-words.ts';
import {
  JSON_LIMIT_NOTE,
  LIMIT_LINE,
  LIMIT_NOTE,
  logSummary,
  managersText,
  objectText,
  pathsText,
  remarkText,
  shortened,
  whenText,
} from './log-words.ts';
import { json, plain } from './print/json.ts';
import { printable } from './print/printable.ts';
import { styled } from './print/screen.ts';

/** How a log is printed. */
export interface LogForm extends TextForm {
  /** IANA zone of the times. */
  readonly zone: string;
  /** Width of a line. */
  readonly columns: number;
  /** See shortTypes. */
  readonly typeName: (type: string) => string;
}

const SIGN = { added: '+', removed: '-', changed: '~' } as const;

/** The width of `between 2026-11-25 00:15 and 2026-11-26 00:15`; most times with a manager fit into it. */
const FIRST_COLUMNS = 45;

/** The fewest characters of a long manager and of the paths, on a line that is too long. */
const LEAST_MANAGER = 25;
const LEAST_PATHS = 22;

/** Precedes a manager that follows the object. */
const BY = ' by ';

/** A log as text, a line for each entry, piece by piece. */
export async function* logText(log: ChangeLog, form: LogForm): AsyncGenerator<string> {
  let count = 0;
  let isLimited = false;
  for await (const entry of log.entries) {
    if (entry !== 'limit') {
      count += 1;
      yield entryText(entry, form);
    } else if (!isLimited) {
      isLimited = true;
      yield `${wrapped(LIMIT_LINE, form.columns)}\n`;
    }
  }
  const ends = closingLines(log, count, form.zone).map(
    (text) => `${wrapped(printable(text), form.columns)}\n`,
  );
  yield `${count === 0 ? '' : '\n'}${ends.join('')}`;
}

/**
 * An entry on one line. What does not fit is shortened: first the paths, then the manager, last the object. A manager
 * whose time is known follows the time in a column, any other follows the object.
 */
function entryText(entry: LogEntry, form: LogForm): string {
  const { object, time } = entry;
  const sign = SIGN[object.change];
  const when = whenText(entry, form.zone);
  const isTimed = time !== null;
  const manager = printable(managersText(entry));
  const about = `${printable(objectText(entry, form.typeName))}${printable(remarkText(entry))}`;
  const before = manager === '' ? '' : isTimed ? ' ' : BY;
  const room = form.columns - when.length - before.length - ' + '.length;
  const shownManager = shortened(manager, managerRoom(about.length, pathsOf(object, LEAST_PATHS), room));
  const shownAbout = shortened(about, room - shownManager.length);
  const paths = pathsOf(object, room - shownManager.length - shownAbout.length);
  const first = isTimed ? `${when}${before}${shownManager}` : when;
  const rest = `${shownAbout}${isTimed ? '' : `${before}${shownManager}`}${paths}`;
  // Columns are aligned unless a line becomes too long.
  const width = Math.min(FIRST_COLUMNS, form.columns - rest.length - ' + '.length);
  const head = first.padEnd(width);
  const shown = form.colour && isTimed ? coloured(head, when.length) : head;
  return `${shown} ${line({ sign, text: `${sign} ${rest}` }, '', form)}`;
}

/** A sentence in lines of at most `columns` characters, all but the first indented; a longer word has its own line. */
function wrapped(text: string, columns: number): string {
  const [first = '', ...words] = text.split(' ');
  let [lines, length] = [first, first.length];
  for (const word of words) {
    const fits = length + 1 + word.length <= columns;
    lines += `${fits ? ' ' : '\n  '}${word}`;
    length = (fits ? length + 1 : 2) + word.length;
  }
  return lines;
}

/** Two spaces and the paths, in at most `room` characters; empty if they do not fit. */
function pathsOf({ changes }: LogEntry['object'], room: number): string {
  const paths = pathsText(changes, room - 2);
  return paths === '' || paths.length + 2 > room ? '' : `  ${paths}`;
}

/**
 * The number of characters for a manager: the room that the object and some paths leave, or if that is too little, the
 * room that the object leaves; but at least a share of the line.
 */
function managerRoom(about: number, { length: paths }: string, room: number): number {
  const share = Math.min(LEAST_MANAGER, Math.floor(room / 3));
  const most = room - about - paths;
  return most >= share ? most : Math.max(room - about, share);
}

/** A time and its manager; the manager in cyan. */
function coloured(head: string, timeLength: number): string {
  return `${head.slice(0, timeLength)}${styled('cyan', head.slice(timeLength))}`;
}

/** What follows the entries: how many there were, and what limits them. */
function closingLines(log: ChangeLog, count: number, zone: string): string[] {
  const notShown = notShownText(log.notShown);
  return [
    logSummary(count, log, zone),
    ...log.unread.map(({ archive, reason }) => `not read: ${archive.name} (${reason})`),
    ...log.notes.map((note) => `note: ${note}`),
    ...(notShown === null ? [] : [`Not shown: ${notShown}`]),
  ];
}

/** Width of the paths in a table of Markdown. */
const MARKDOWN_ROOM = 80;

/** A log as a Markdown table, piece by piece. */
export async function* logMarkdown(log: ChangeLog, { zone, typeName }: LogForm): AsyncGenerator<string> {
  yield '## Changes\n\n| time | manager | | object | fields |\n|---|---|---|---|---|\n';
  let count = 0;
  let isLimited = false;
  for await (const entry of log.entries) {
    // A table cannot be interrupted: the end says so.
    if (entry === 'limit') {
      isLimited = true;
      continue;
    }
    count += 1;
    const { object } = entry;
    const cells = [
      escaped(whenText(entry, zone)),
      escaped(managersText(entry)),
      { added: 'added', removed: 'removed', changed: 'changed' }[object.change],
      `${cellCode(objectText(entry, typeName))}${escaped(remarkText(entry))}`,
      cellCode(pathsText(object.changes, MARKDOWN_ROOM)),
    ];
    yield `| ${cells.join(' | ')} |\n`;
  }
  const [summary = '', ...others] = [...closingLines(log, count, zone), ...(isLimited ? [LIMIT_NOTE] : [])];
  yield `\n**${escaped(summary)}**\n${others.map((text) => `\n${escaped(text)}\n`).join('')}`;
}

/** Code in a cell, where a bar would end it. */
function cellCode(text: string): string {
  if (text === '') return '';
  return text.includes('|') ? escaped(text) : code(text);
}

/** A log as one JSON document, piece by piece; see docs/output.md. */
export async function* logJson({
  archives,
  notes,
  unread,
  notShown,
  entries,
}: ChangeLog): AsyncGenerator<string> {
  const archiveValue = ({ name, time }: ChangeLog['archives'][number]) => plain({ archive: name, time });
  yield `{\n  "archives": ${json(archives.map(archiveValue))},\n  "changes": [`;
  let separator = '';
  let isLimited = false;
  for await (const entry of entries) {
    if (entry === 'limit') {
      isLimited = true;
      continue;
    }
    yield `${separator}\n    ${json(entryValue(entry), '    ')}`;
    separator = ',';
  }
  yield `${separator === '' ? '' : '\n  '}],\n`;
  yield `  "unread": ${json(unread.map(({ archive: { name, time }, reason }) => plain({ archive: name, time, reason })))},\n`;
  const all = isLimited ? [...notes, JSON_LIMIT_NOTE] : notes;
  yield `  "notes": ${json(all)},\n  "notShown": ${json(notShownValues(notShown))}\n}\n`;
}

function entryValue({ object, interval, time, authors }: LogEntry): Value {
  const { project, type, kind, name, renamedFrom = null, beingDeletedSince, changes, attribution } = object;
  const archiveValue = ({ name, time }: LogEntry['interval']['before']) => plain({ archive: name, time });
  return new Map<string, Value>([
    ['time', time],
    ['before', archiveValue(interval.before)],
    ['after', archiveValue(interval.after)],
    ['change', object.change],
    ...plain({ project: project ?? CLUSTER, type, kind, name, renamedFrom, beingDeletedSince }),
    ...creationValues(attribution),
    ['by', authorValues(authors)],
    ['changes', changeValues(changes, attribution)],
  ]);
}

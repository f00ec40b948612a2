import type { Compared } from '../changes/comparison.ts';
import { type History, type HistoryEvent, type UnknownRun, unknownRuns } from '../changes/history.ts';
import type { Fields, Value } from '../json/value.ts';
import { CLUSTER, objectPath } from '../types/archive-paths.ts';
import { authorTexts } from './changes/authors.ts';
import { changeValues, creationValues } from './changes/json.ts';
import { bold, changesLines, line, type TextForm, withAuthors } from './changes/lines.ts';
import { changesMarkdown, code, escaped } from './changes/markdown.ts';
import { deletionNote } from './changes/words.ts';
import { json, number, plain } from './print/json.ts';
import { printable } from './print/printable.ts';
import { type Clock, counted } from './print/units.ts';

/** How times are printed: those of archives by the clock, those of managers in the zone. */
export interface Times {
  readonly clock: Clock;
  /** IANA zone. */
  readonly zone: string;
}

const SIGN = { first: ' ', created: '+', changed: '~', deleted: '-' } as const;

/** The history of an object as text, piece by piece, the newest event first. */
export async function* historyText(
  history: History,
  { clock, zone }: Times,
  form: TextForm,
): AsyncGenerator<string> {
  const { object, notes, unknown, events } = history;
  yield `${bold(objectAddress(object), form)} (${printable(object.kind)}): ${summaryText(history)}\n`;
  for (const note of notes) yield `note: ${printable(note)}\n`;
  for await (const event of events) yield eventText(event, { clock, zone }, form);
  if (unknown.length === 0) return;
  yield `\nunknown in\n${unknownRuns(unknown)
    .map((run) => `  ? ${printable(unknownText(run))}\n`)
    .join('')}`;
}

function eventText(event: HistoryEvent, { clock, zone }: Times, form: TextForm): string {
  const authors = authorTexts(event, zone);
  const sign = SIGN[event.event];
  const title = line({ sign, text: `${sign} ${printable(eventTitle(event, clock))}` }, '', form);
  const lines = changesLines(event.changes, authors.changes, true).map((each) => line(each, '    ', form));
  const span = withAuthors(`  ${printable(eventSpan(event))}`, authors.object);
  return `\n${title}${span}\n${lines.join('')}`;
}

/** The history of an object as Markdown for a ticket, the newest event first, each with its changes as a diff. */
export async function* historyMarkdown(history: History, times: Times): AsyncGenerator<string> {
  const { object, notes, unknown, events } = history;
  yield `## History of ${code(objectAddress(object))}\n\n${summaryText(history)}\n`;
  if (notes.length > 0) yield `\n${notes.map((note) => `- note: ${escaped(note)}\n`).join('')}`;
  for await (const event of events) yield eventMarkdown(event, times);
  if (unknown.length === 0) return;
  yield `\n### Unknown\n\n${unknownRuns(unknown)
    .map((run) => `- ${escaped(unknownText(run))}\n`)
    .join('')}`;
}

function eventMarkdown(event: HistoryEvent, { clock, zone }: Times): string {
  const authors = authorTexts(event, zone);
  const note = authors.object === '' ? '' : `; ${escaped(authors.object)}`;
  const head = `\n### ${escaped(eventTitle(event, clock))}\n\n${escaped(eventSpan(event))}${note}\n`;
  return event.changes.length === 0 ? head : `${head}\n${changesMarkdown(event.changes, authors.changes)}`;
}

/** The history of an object as one JSON document, piece by piece; see docs/output.md. */
export async function* historyJson(history: History): AsyncGenerator<string> {
  const { object, archives, versions, notes, unknown, events } = history;
  const { project, type, kind, name } = object;
  yield `{\n  "object": ${json(plain({ project: project ?? CLUSTER, type, kind, name }))},\n`;
  yield `  "archives": ${archives},\n  "versions": ${versions},\n  "notes": ${json(notes)},\n`;
  yield `  "unknown": ${json(unknown.map(({ archive, reason }) => plain({ ...archiveOf(archive), reason })))},\n`;
  yield '  "events": [';
  let separator = '';
  for await (const event of events) {
    yield `${separator}\n    ${json(eventValue(event), '    ')}`;
    separator = ',';
  }
  yield `${separator === '' ? '' : '\n  '}]\n}\n`;
}

function eventValue({
  event,
  version,
  notYet,
  archives,
  comparedWith,
  sameAs,
  beingDeletedSince,
  changes,
  attribution,
}: HistoryEvent): Fields {
  return new Map<string, Value>([
    ['event', event],
    ['version', version === null ? null : number(version)],
    ['archives', archives.map((archive) => plain(archiveOf(archive)))],
    ['notYet', archiveValue(notYet)],
    ['comparedWith', archiveValue(comparedWith)],
    ['sameAs', archiveValue(sameAs)],
    ['beingDeletedSince', beingDeletedSince],
    ...creationValues(attribution),
    ['changes', changeValues(changes, attribution)],
  ]);
}

function archiveValue(archive: Compared | null): Value {
  return archive === null ? null : plain(archiveOf(archive));
}

/** With the field names of `list`. */
function archiveOf({ name, time }: Compared): { archive: string; time: string } {
  return { archive: name, time };
}

/** `shop/deployments.apps/storefront`, the argument of `history`. */
export function objectAddress({ project, type, name }: History['object']): string {
  return objectPath(project, type, name);
}

/** `3 versions in 14 of 15 archives`. */
export function summaryText({ versions, archives, unknown }: History): string {
  const known = archives - unknown.length;
  const of = unknown.length === 0 ? '' : `${known} of `;
  return `${counted(versions, 'version')} in ${of}${counted(archives, 'archive')}`;
}

/**
 * `version 2: changed between 2026-11-19 00:15 UTC and 2026-11-20 00:15 UTC`, or
 * `back to version 1 (as in openshift-backup202611180015.zip): changed between …`.
 */
export function eventTitle(event: HistoryEvent, clock: Clock): string {
  return `${versionText(event)}${happened(event, clock)}${deletionNote(event)}`;
}

function versionText({ version, sameAs }: HistoryEvent): string {
  if (version === null) return '';
  if (sameAs === null) return `version ${version}: `;
  return `back to version ${version} (as in ${sameAs.name}): `;
}

function happened(entry: HistoryEvent, clock: Clock): string {
  const { event, notYet, archives, comparedWith, changes, attribution } = entry;
  const when = ({ time }: Compared) => clock(time);
  if (notYet === null) return `already existed on ${when(archives[0])}`;
  const again = event === 'created' && comparedWith !== null ? ' again' : '';
  const isRecreated = changes.length === 0 && attribution?.isRecreated === true;
  const verb = isRecreated ? 'recreated' : event;
  return `${verb}${again} between ${when(notYet)} and ${when(archives[0])}`;
}

/** `in 3 archives: openshift-backup202611180015.zip … openshift-backup202611200015.zip`. */
export function eventSpan({ version, archives }: HistoryEvent): string {
  return `${version === null ? 'missing from' : 'in'} ${spanText(archives)}`;
}

/** `2 archives: … (secrets denied: verb list is denied)`. */
export function unknownText({ archives, reason }: UnknownRun): string {
  return `${spanText(archives.toReversed())} (${reason})`;
}

/** @param archives the oldest first */
function spanText(archives: readonly Compared[]): string {
  const [first, last] = [archives[0]?.name ?? '', archives.at(-1)?.name ?? ''];
  return `${counted(archives.length, 'archive')}: ${archives.length === 1 ? first : `${first} … ${last}`}`;
}

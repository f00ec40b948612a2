import type { Compared } from '../changes/comparison.ts';
import type { History, HistoryEvent } from '../changes/history.ts';
import type { Fields, Value } from '../json/value.ts';
import { CLUSTER } from '../types/cluster-folder.ts';
import { changeValue, json, number, plain } from './comparison-json.ts';

/** The history of an object as one JSON document, piece by piece; docs/output.md tells its fields. */
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
}: HistoryEvent): Fields {
  return new Map<string, Value>([
    ['event', event],
    ['version', version === null ? null : number(version)],
    ['archives', archives.map((archive) => plain(archiveOf(archive)))],
    ['notYet', archiveValue(notYet)],
    ['comparedWith', archiveValue(comparedWith)],
    ['sameAs', archiveValue(sameAs)],
    ['beingDeletedSince', beingDeletedSince],
    ['changes', changes.map(changeValue)],
  ]);
}

function archiveValue(archive: Compared | null): Value {
  return archive === null ? null : plain(archiveOf(archive));
}

/** Named as `list` names it. */
function archiveOf({ name, time }: Compared): { archive: string; time: string } {
  return { archive: name, time };
}

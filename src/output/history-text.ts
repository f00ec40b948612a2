import { type History, type HistoryEvent, unknownRuns } from '../changes/history.ts';
import type { Clock } from './age.ts';
import { changeLines } from './change-lines.ts';
import { bold, type Form, line } from './comparison-text.ts';
import { eventSpan, eventTitle, objectAddress, summaryText, unknownText } from './history-words.ts';
import { printable } from './printable.ts';

const SIGN = { first: ' ', created: '+', changed: '~', deleted: '-' } as const;

/** The history of an object as text, piece by piece, the newest event first. */
export async function* historyText(history: History, clock: Clock, form: Form): AsyncGenerator<string> {
  const { object, notes, unknown, events } = history;
  yield `${bold(objectAddress(object), form)} (${printable(object.kind)}): ${summaryText(history)}\n`;
  for (const note of notes) yield `note: ${printable(note)}\n`;
  for await (const event of events) yield eventText(event, clock, form);
  if (unknown.length === 0) return;
  yield `\nnot known in\n${unknownRuns(unknown)
    .map((run) => `  ? ${printable(unknownText(run))}\n`)
    .join('')}`;
}

function eventText(event: HistoryEvent, clock: Clock, form: Form): string {
  const sign = SIGN[event.event];
  const title = line({ sign, text: `${sign} ${printable(eventTitle(event, clock))}` }, '', form);
  const lines = event.changes
    .flatMap((each) => changeLines(each, true))
    .map((each) => line(each, '    ', form));
  return `\n${title}  ${printable(eventSpan(event))}\n${lines.join('')}`;
}

import { type History, type HistoryEvent, unknownRuns } from '../changes/history.ts';
import type { Clock } from './age.ts';
import { changesMarkdown, code, escaped } from './comparison-markdown.ts';
import { eventSpan, eventTitle, objectAddress, summaryText, unknownText } from './history-words.ts';

/** The history of an object as Markdown for a ticket, the newest event first, each with its changes as a diff. */
export async function* historyMarkdown(history: History, clock: Clock): AsyncGenerator<string> {
  const { object, notes, unknown, events } = history;
  yield `## History of ${code(objectAddress(object))}\n\n${summaryText(history)}\n`;
  if (notes.length > 0) yield `\n${notes.map((note) => `- note: ${escaped(note)}\n`).join('')}`;
  for await (const event of events) yield eventMarkdown(event, clock);
  if (unknown.length === 0) return;
  yield `\n### Not known\n\n${unknownRuns(unknown)
    .map((run) => `- ${escaped(unknownText(run))}\n`)
    .join('')}`;
}

function eventMarkdown(event: HistoryEvent, clock: Clock): string {
  const head = `\n### ${escaped(eventTitle(event, clock))}\n\n${escaped(eventSpan(event))}\n`;
  return event.changes.length === 0 ? head : `${head}\n${changesMarkdown(event.changes)}`;
}

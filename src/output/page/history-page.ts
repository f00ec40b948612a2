import { type History, type HistoryEvent, unknownRuns } from '../../changes/history.ts';
import { authorTexts } from '../changes/authors.ts';
import { eventSpan, eventTitle, objectAddress, summaryText, unknownText } from '../history.ts';
import { clockFor } from '../print/units.ts';
import { documentEnd, documentStart, type PageFacts, secretsNotice, toolsHtml } from './document.ts';
import { shown } from './html.ts';
import { changesHint, commandText, itemHtml, PageItems } from './item.ts';
import { timelineHtml } from './timeline.ts';

/** With more versions than this, all are closed at first. */
const MOST_OPEN = 12;

const SIGNS = { first: 'kept', created: 'added', changed: 'changed', deleted: 'removed' } as const;

/** The history of an object as one HTML file, the newest event first; see comparisonPage. */
export async function* historyPage(history: History, facts: PageFacts): AsyncGenerator<string> {
  const { object, notes, unknown, events } = history;
  const address = objectAddress(object);
  const items = new PageItems();
  const command = commandText(['history', address, ...facts.options]);
  const when = clockFor(
    facts.archives.map(({ time }) => time),
    facts.zone,
  );
  const made = [];
  const marks = new Map<string, string>();
  for await (const event of events) {
    if (event.event !== 'first') marks.set(event.archives[0].name, markOf(event));
    const about = [eventSpan(event), changesHint(event.changes)].filter((part) => part !== '').join('; ');
    const { changes } = event;
    const authors = authorTexts(event, facts.zone);
    made.push(
      items.make({
        sign: SIGNS[event.event],
        title: eventTitle(event, when),
        about,
        changes,
        authors,
        command,
      }),
    );
  }
  yield documentStart(`History of ${address}`);
  yield `<p class="lead">${shown(`${object.kind}: ${summaryText(history)}`)}.</p>\n`;
  yield secretsNotice(facts);
  yield `${notes.map((note) => `<p class="notice">${shown(note)}</p>\n`).join('')}</header>\n<main>\n`;
  yield timelineHtml(facts.archives, marks, 'this object changed', facts.zone);
  yield '<section id="changes"><h2>Versions</h2>\n';
  yield toolsHtml('Search the changes', 'event', 'events');
  yield '<ul>\n';
  for (const item of made) yield `${itemHtml(item, made.length <= MOST_OPEN)}\n`;
  yield '</ul></section>\n';
  if (unknown.length > 0) {
    const runs = unknownRuns(unknown).map((run) => `<li>${shown(unknownText(run))}</li>\n`);
    yield `<section><h2>Unknown</h2><ul>${runs.join('')}</ul></section>\n`;
  }
  yield '</main>\n';
  yield documentEnd(facts);
}

function markOf({ event, version }: HistoryEvent): string {
  return version === null ? event : `${event}: version ${version}`;
}

import { groupAlike } from '../../changes/alike.ts';
import type { Comparison } from '../../changes/comparison.ts';
import { isDifferent } from '../../changes/tally.ts';
import { clockFor } from '../age.ts';
import { LIMIT_TEXT } from '../alike-words.ts';
import { notShownText } from '../not-shown-text.ts';
import { totalsText } from '../totals.ts';
import { commandText, narrowedTo } from './command.ts';
import { documentEnd, documentStart, toolsHtml } from './document.ts';
import { counted, shown } from './escape.ts';
import { type ArchiveFacts, factsHtml, notesHtml, type PageFacts, secretsNotice } from './facts.ts';
import { Listing } from './listing.ts';
import { summaryHtml } from './summary.ts';
import { timelineHtml } from './timeline.ts';

/** What the page of a comparison tells besides it. */
export interface ComparisonFacts extends PageFacts {
  readonly before: ArchiveFacts;
  readonly after: ArchiveFacts;
  /** The second is the live cluster. */
  readonly isLive: boolean;
}

/**
 * A comparison as a page of its own: one HTML file that loads nothing, piece by piece.
 * The same comparison makes the same bytes. What it gathers before the first piece is
 * limited, however much has changed; what is left out is said.
 */
export async function* comparisonPage(
  comparison: Comparison,
  facts: ComparisonFacts,
): AsyncGenerator<string> {
  const { before, after, tally } = comparison;
  const archives = [before.name, facts.isLive ? 'live' : after.name];
  const listing = new Listing((object) =>
    commandText(['diff', ...archives, ...narrowedTo(object), ...facts.options]),
  );
  const notices: string[] = [];
  for await (const told of groupAlike(comparison.objects)) {
    if (told.kind === 'limit') notices.push(LIMIT_TEXT);
    else if (told.kind === 'alike') listing.addAlike(told);
    else listing.add(told.object);
  }
  const [from, to] = [before.time, after.time].map(clockFor([before.time, after.time], facts.zone));
  const text = totalsText(tally.totals);
  yield documentStart(`Changes from ${from} to ${to}`);
  yield `<p class="lead">${shown(`${text[0]?.toUpperCase()}${text.slice(1)}`)}.</p>\n`;
  yield secretsNotice(facts);
  yield factsHtml(comparison, facts);
  yield notesHtml(comparison);
  const notShown = notShownText(tally.notShown);
  if (notShown !== null) notices.push(`Not shown: ${notShown}`);
  yield notices.map((text) => `<p class="notice">${shown(text)}</p>\n`).join('');
  yield '</header>\n<main>\n';
  const marks = new Map([[before.name, 'before'], ...(facts.isLive ? [] : [[after.name, 'after'] as const])]);
  yield timelineHtml(facts.archives, marks, 'compared here', facts.zone);
  if (isDifferent(tally.totals)) yield summaryHtml(listing.projects);
  yield `<section id="changes"${listing.hasMany ? ' class="many"' : ''}><h2>Changes</h2>\n`;
  yield toolsHtml('Search objects and projects', 'object', 'objects');
  if (listing.left > 0) {
    yield `<p class="notice">${counted(listing.left, 'more object')} than a page can hold ${listing.left === 1 ? 'is' : 'are'} counted, but not listed; <kbd>-p PROJECT</kbd> makes a page of fewer, <kbd>-o text</kbd> lists all.</p>\n`;
  }
  yield* listing.html();
  yield '</section>\n</main>\n';
  yield documentEnd(facts);
}

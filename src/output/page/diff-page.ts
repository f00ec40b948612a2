import { groupAlike } from '../../changes/alike.ts';
import { type Compared, type Comparison, isDifferent } from '../../changes/comparison.ts';
import { gapName, gapReason, LIMIT_TEXT, notShownText, totalsText } from '../diff-words.ts';
import { clockFor } from '../print/units.ts';
import { documentEnd, documentStart, type PageFacts, secretsNotice, toolsHtml } from './document.ts';
import { count, counted, shown, shownProse } from './html.ts';
import { commandText, narrowedTo } from './item.ts';
import { Listing, summaryHtml } from './listing.ts';
import { timelineHtml } from './timeline.ts';

/** What the page shows in addition to the comparison. */
export interface ComparisonFacts extends PageFacts {
  readonly before: ArchiveFacts;
  readonly after: ArchiveFacts;
  /** Whether the second is the live cluster. */
  readonly isLive: boolean;
}

/**
 * A comparison as one HTML file that loads nothing, piece by piece. The same comparison gives the
 * same bytes. The memory before the first piece is bounded; the page says what is left out.
 */
export async function* comparisonPage(
  comparison: Comparison,
  facts: ComparisonFacts,
): AsyncGenerator<string> {
  const { before, after, tally } = comparison;
  const archives = [before.name, facts.isLive ? 'live' : after.name];
  const listing = new Listing(
    (object) => commandText(['diff', ...archives, ...narrowedTo(object), ...facts.options]),
    facts.zone,
  );
  const notices: string[] = [];
  for await (const entry of groupAlike(comparison.objects)) {
    if (entry.kind === 'limit') notices.push(LIMIT_TEXT);
    else if (entry.kind === 'alike') listing.addAlike(entry);
    else listing.add(entry.object);
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
  yield notices.map((text) => `<p class="notice">${shownProse(text)}</p>\n`).join('');
  yield '</header>\n<main>\n';
  const marks = new Map([[before.name, 'before'], ...(facts.isLive ? [] : [[after.name, 'after'] as const])]);
  yield timelineHtml(facts.archives, marks, 'compared here', facts.zone);
  if (isDifferent(tally.totals)) yield summaryHtml(listing.projects);
  yield `<section id="changes"${listing.hasMany ? ' class="many"' : ''}><h2>Changes</h2>\n`;
  yield toolsHtml('Search objects and projects', 'object', 'objects');
  if (listing.left > 0) {
    yield `<p class="notice">${counted(listing.left, 'more object')} ${listing.left === 1 ? 'is' : 'are'} counted, but too many for this page to list. Use <kbd>-p PROJECT</kbd> for a smaller page, or <kbd>-o text</kbd> for all of them.</p>\n`;
  }
  yield* listing.html();
  yield '</section>\n</main>\n';
  yield documentEnd(facts);
}

/** What the page shows about an archive; a manifest has these fields. */
export interface ArchiveFacts {
  readonly complete: boolean;
  readonly cluster: { readonly server: string; readonly version: string };
  readonly identity: { readonly user: string };
  readonly totals: { readonly projects: number; readonly objects: number };
}

interface Both {
  readonly before: ArchiveFacts;
  readonly after: ArchiveFacts;
  readonly isLive: boolean;
  readonly zone: string;
}

/** Both archives as a table. */
function factsHtml(comparison: Comparison, { before, after, isLive, zone }: Both): string {
  const sides = [
    { compared: comparison.before, facts: before },
    { compared: comparison.after, facts: after },
  ] as const;
  const row = (title: string, own: string, other: string) =>
    `<tr><th scope="row">${title}</th><td>${own}</td><td>${other}</td></tr>`;
  const rowOf = (title: string, cell: (compared: Compared, facts: ArchiveFacts) => string) => {
    const [own, other] = sides.map(({ compared, facts }) => cell(compared, facts));
    return row(title, own ?? '', other ?? '');
  };
  const when = clockFor([comparison.before.time, comparison.after.time], zone);
  const live = isLive ? ' (live)' : '';
  return `<table class="facts"><thead><tr><td></td><th scope="col">Before</th><th scope="col">After</th></tr></thead><tbody>
${row('Archive', shown(comparison.before.name), `${shown(comparison.after.name)}${live}`)}
${rowOf('Started', ({ time }) => shown(when(time)))}
${rowOf('Cluster', (_, { cluster }) => shown(`${cluster.server}, ${cluster.version}`))}
${rowOf('User', (_, { identity }) => shown(identity.user))}
${rowOf('Objects', (_, { totals }) => `${count(totals.objects)} in ${counted(totals.projects, 'project')}`)}
${rowOf('Complete', (_, { complete }) => (complete ? 'yes' : '<b class="warn">no, some types failed</b>'))}
</tbody></table>
`;
}

/** What limits the comparison. */
function notesHtml({ notes, notComparable, before, after }: Comparison): string {
  const gaps = notComparable.map(
    (gap) => `<li><b>${shown(gapName(gap))}</b>: ${shown(gapReason(gap, before, after))}</li>`,
  );
  return [
    ...notes.map((note) => `<p class="notice">${shownProse(note)}</p>\n`),
    ...(gaps.length === 0
      ? []
      : [
          `<details class="notice"><summary>Not comparable: ${counted(gaps.length, 'type or project', 'types or projects')}</summary><ul>${gaps.join('')}</ul></details>\n`,
        ]),
  ].join('');
}

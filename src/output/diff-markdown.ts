import { groupAlike } from '../changes/alike.ts';
import type { ObjectChange } from '../changes/change.ts';
import type { Comparison } from '../changes/comparison.ts';
import { CLUSTER } from '../types/archive-paths.ts';
import { authorTexts } from './changes/authors.ts';
import { changesMarkdown, code, escaped } from './changes/markdown.ts';
import { deletionNote } from './changes/words.ts';
import {
  alikeText,
  gapName,
  gapReason,
  LIMIT_TEXT,
  notShownText,
  objectTitle,
  SEVERAL,
  totalsText,
} from './diff-words.ts';
import { clockFor } from './print/units.ts';

/**
 * A comparison as Markdown for a ticket (CommonMark, with fences that GitHub and GitLab
 * colour): by project, a list item for each added or removed object, a diff for each changed one, then the totals.
 */
export async function* comparisonMarkdown(comparison: Comparison, zone: string): AsyncGenerator<string> {
  const { before, after, notes, notComparable, objects, tally } = comparison;
  const when = clockFor([before.time, after.time], zone);
  yield `## Changes\n\n`;
  yield `- before: ${code(before.name)}, ${when(before.time)}\n- after: ${code(after.name)}, ${when(after.time)}\n`;
  for (const note of notes) yield `- note: ${escaped(note)}\n`;
  let heading = '';
  let inList = false;
  for await (const entry of groupAlike(objects)) {
    if (entry.kind === 'limit') {
      yield `\n*${LIMIT_TEXT}*\n`;
      continue;
    }
    const { object } = entry;
    const own = entry.kind === 'alike' ? SEVERAL : (object.project ?? CLUSTER);
    if (own !== heading) {
      yield `\n### ${escaped(own)}\n`;
      inList = false;
    }
    heading = own;
    const isItem = object.changes.length === 0;
    const [title, about] =
      entry.kind === 'alike'
        ? [objectTitle(object, entry.hasOtherNames), alikeText(entry)]
        : [objectTitle(object), object.change];
    const text = objectMarkdown(object, title, `${about}${deletionNote(object)}`, zone);
    yield `${isItem && inList ? '' : '\n'}${text}`;
    inList = isItem;
  }
  if (notComparable.length > 0) yield '\n### Not comparable\n\n';
  for (const gap of notComparable)
    yield `- ${code(gapName(gap))}: ${escaped(gapReason(gap, before, after))}\n`;
  yield `\n**${totalsText(tally.totals)}**\n`;
  const notShown = notShownText(tally.notShown);
  if (notShown !== null) yield `\nNot shown: ${escaped(notShown)}\n`;
}

/** @param about what happened to it */
function objectMarkdown(object: ObjectChange, title: string, about: string, zone: string): string {
  const { type, changes } = object;
  const authors = authorTexts(object, zone);
  const [verb = '', ...rest] = about.split(' ');
  const note = authors.object === '' ? '' : `: ${escaped(authors.object)}`;
  const heading = `${verb} ${code(`${type}/${title}`)}${rest.length === 0 ? '' : ` ${escaped(rest.join(' '))}`}${note}`;
  if (changes.length === 0) return `- ${heading}\n`;
  return `${heading}\n\n${changesMarkdown(changes, authors.changes)}`;
}

import { groupAlike } from '../changes/alike.ts';
import type { Change, ObjectChange } from '../changes/change.ts';
import type { Comparison } from '../changes/comparison.ts';
import { CLUSTER } from '../types/cluster-folder.ts';
import { clockFor } from './age.ts';
import { alikeText, LIMIT_TEXT, SEVERAL } from './alike-words.ts';
import { changeLines } from './change-lines.ts';
import { gapName, gapReason } from './comparison-text.ts';
import { deletionNote } from './deletion-words.ts';
import { notShownText } from './not-shown-text.ts';
import { objectTitle } from './object-title.ts';
import { printable } from './printable.ts';
import { totalsText } from './totals.ts';

/**
 * A comparison as Markdown for a ticket (CommonMark, with fences that GitHub and GitLab
 * colour): the totals, then by project an item for what came or went, a diff for what changed.
 */
export async function* comparisonMarkdown(comparison: Comparison, zone: string): AsyncGenerator<string> {
  const { before, after, notes, notComparable, objects, tally } = comparison;
  const when = clockFor([before.time, after.time], zone);
  yield `## Changes\n\n`;
  yield `- before: ${code(before.name)}, ${when(before.time)}\n- after: ${code(after.name)}, ${when(after.time)}\n`;
  for (const note of notes) yield `- note: ${escaped(note)}\n`;
  let place = '';
  let inList = false;
  for await (const told of groupAlike(objects)) {
    if (told.kind === 'limit') {
      yield `\n*${LIMIT_TEXT}*\n`;
      continue;
    }
    const { object } = told;
    const own = told.kind === 'alike' ? SEVERAL : (object.project ?? CLUSTER);
    if (own !== place) {
      yield `\n### ${escaped(own)}\n`;
      inList = false;
    }
    place = own;
    const isItem = object.changes.length === 0;
    const [title, about] =
      told.kind === 'alike'
        ? [objectTitle(object, told.hasOtherNames), alikeText(told)]
        : [objectTitle(object), object.change];
    const text = objectMarkdown(object, title, `${about}${deletionNote(object)}`);
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
function objectMarkdown({ type, changes }: ObjectChange, title: string, about: string): string {
  const [verb = '', ...rest] = about.split(' ');
  const heading = `${verb} ${code(`${type}/${title}`)}${rest.length === 0 ? '' : ` ${escaped(rest.join(' '))}`}`;
  if (changes.length === 0) return `- ${heading}\n`;
  return `${heading}\n\n${changesMarkdown(changes)}`;
}

/** Changes as a fenced diff. */
export function changesMarkdown(changes: readonly Change[]): string {
  const lines = changes
    .flatMap((each) => changeLines(each, false))
    .map(({ sign, text }) =>
      // Neither `~` nor a path means anything to a diff's reader.
      sign === '~' ? `  ${text.slice(2)}` : text,
    );
  const fence = fenceOf(lines);
  return `${fence}diff\n${lines.join('\n')}\n${fence}\n`;
}

/** A fence ends at a line of as many backticks; values may hold some. */
function fenceOf(lines: readonly string[]): string {
  const longest =
    lines
      .join('\n')
      .match(/`+/g)
      ?.reduce((most, run) => Math.max(most, run.length), 0) ?? 0;
  return '`'.repeat(Math.max(3, longest + 1));
}

/** Names and reasons come from archives: nothing in them may be read as markup. */
export function escaped(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>()#|!&~]/g, '\\$&');
}

/** A name as code. */
export function code(text: string): string {
  const plain = printable(text);
  return plain.includes('`') ? escaped(plain) : `\`${plain}\``;
}

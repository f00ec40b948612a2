import { groupAlike } from '../changes/alike.ts';
import type { ObjectChange } from '../changes/change.ts';
import type { Compared, Comparison } from '../changes/comparison.ts';
import type { NotComparable } from '../changes/coverage.ts';
import { CLUSTER } from '../types/archive-paths.ts';
import { authorTexts } from './changes/authors.ts';
import { bold, changesLines, line, type TextForm, withAuthors } from './changes/lines.ts';
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
import { printable } from './print/printable.ts';
import { clockFor } from './print/units.ts';

const SIGN = { added: '+', removed: '-', changed: '~' } as const;

/**
 * A comparison as text, piece by piece: the objects by project and type, those that changed alike in
 * several projects, the totals, and what is not shown.
 *
 * @param zone IANA zone of the times
 */
export async function* comparisonText(
  comparison: Comparison,
  zone: string,
  form: TextForm,
): AsyncGenerator<string> {
  const { before, after, notes, notComparable, objects, tally } = comparison;
  const when = clockFor([before.time, after.time], zone);
  const heading = ({ name, time }: Compared) => `${printable(name)}  ${when(time)}`;
  yield line({ sign: '-', text: `--- ${heading(before)}` }, '', form);
  yield line({ sign: '+', text: `+++ ${heading(after)}` }, '', form);
  for (const note of notes) yield `note: ${printable(note)}\n`;
  let [project, type] = ['', ''];
  for await (const entry of groupAlike(objects)) {
    if (entry.kind === 'limit') {
      yield `\n${LIMIT_TEXT}\n`;
      continue;
    }
    const { object } = entry;
    const group = entry.kind === 'alike' ? SEVERAL : (object.project ?? CLUSTER);
    if (group !== project) {
      yield `\n${bold(group, form)}\n`;
      [project, type] = [group, ''];
    }
    if (object.type !== type) yield `  ${printable(object.type)}\n`;
    type = object.type;
    const title =
      entry.kind === 'alike'
        ? `${objectTitle(object, entry.hasOtherNames)} ${alikeText(entry)}`
        : objectTitle(object);
    yield objectText(object, title, zone, form);
  }
  if (notComparable.length > 0)
    yield `\nnot comparable\n${notComparable.map(gapText(before, after)).join('')}`;
  yield `\n${totalsText(tally.totals)}\n`;
  const notShown = notShownText(tally.notShown);
  if (notShown !== null) yield `Not shown: ${notShown}\n`;
}

function gapText(before: Compared, after: Compared): (gap: NotComparable) => string {
  return (gap) => `  ? ${printable(gapName(gap))} (${printable(gapReason(gap, before, after))})\n`;
}

function objectText(object: ObjectChange, title: string, zone: string, form: TextForm): string {
  const { change, changes } = object;
  const authors = authorTexts(object, zone);
  const about = printable(`${SIGN[change]} ${title}${deletionNote(object)}`);
  const text = withAuthors(about, authors.object);
  const own = line({ sign: SIGN[change], text }, '    ', form);
  const lines = changesLines(changes, authors.changes, true).map((each) => line(each, '        ', form));
  return own + lines.join('');
}

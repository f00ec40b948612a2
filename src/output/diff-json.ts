import type { ObjectChange } from '../changes/change.ts';
import type { Comparison, NotShownCount, Totals } from '../changes/comparison.ts';
import type { Fields, Value } from '../json/value.ts';
import { CLUSTER } from '../types/archive-paths.ts';
import { changeValues, creationValues } from './changes/json.ts';
import { notShownText } from './diff-words.ts';
import { json, plain } from './print/json.ts';

/** A comparison as one JSON document, piece by piece; see docs/output.md. */
export async function* comparisonJson(comparison: Comparison): AsyncGenerator<string> {
  const { before, after, notes, notComparable, objects, tally } = comparison;
  yield `{\n  "before": ${json(plain(before))},\n  "after": ${json(plain(after))},\n`;
  yield `  "notComparable": ${json(notComparable.map(plain))},\n  "objects": [`;
  let separator = '';
  for await (const object of objects) {
    yield `${separator}\n    ${json(objectValue(object), '    ')}`;
    separator = ',';
  }
  // What is not shown is known only after the last object.
  const notShown = notShownText(tally.notShown);
  const all = notShown === null ? notes : [...notes, `not shown: ${notShown}`];
  yield `${separator === '' ? '' : '\n  '}],\n  "notes": ${json(all)},\n`;
  yield `  "notShown": ${json(notShownValues(tally.notShown))},\n`;
  yield `  "summary": ${json(summaryValue(tally.totals))}\n}\n`;
}

function objectValue(object: ObjectChange): Fields {
  const { change, project, type, kind, name, renamedFrom = null, changes, beingDeletedSince } = object;
  const place = { project: project ?? CLUSTER, type, kind, name };
  const own = plain({ change, ...place, renamedFrom, beingDeletedSince });
  const { attribution } = object;
  return new Map([...own, ...creationValues(attribution)]).set('changes', changeValues(changes, attribution));
}

function summaryValue(totals: Totals): Fields {
  return plain({ ...totals });
}

/** What is not shown, with the fields in docs/output.md. */
export function notShownValues({ reasons, ignoredFields }: NotShownCount): Value[] {
  const rows = reasons.map(({ nouns: [, reason], count }) => plain({ reason, count }));
  return ignoredFields === 0
    ? rows
    : [...rows, plain({ reason: 'fields by --ignore', count: ignoredFields })];
}

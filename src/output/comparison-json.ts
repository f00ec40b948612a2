import type { Change, ObjectChange } from '../changes/change.ts';
import type { Comparison } from '../changes/comparison.ts';
import type { NotShownCount } from '../changes/not-shown.ts';
import { type Path, pathText } from '../changes/path.ts';
import type { Totals } from '../changes/tally.ts';
import { type Fields, Raw, type Value } from '../json/value.ts';
import { CLUSTER } from '../types/cluster-folder.ts';
import { shownPair } from './change-lines.ts';
import { notShownText } from './not-shown-text.ts';
import { printableText } from './printable.ts';
import { valueJson } from './value-json.ts';

/** A comparison as one JSON document, piece by piece; docs/output.md tells its fields. */
export async function* comparisonJson(comparison: Comparison): AsyncGenerator<string> {
  const { before, after, notes, notComparable, objects, tally } = comparison;
  yield `{\n  "before": ${json(plain(before))},\n  "after": ${json(plain(after))},\n`;
  yield `  "notComparable": ${json(notComparable.map(plain))},\n  "objects": [`;
  let separator = '';
  for await (const object of objects) {
    yield `${separator}\n    ${json(objectValue(object), '    ')}`;
    separator = ',';
  }
  // What was passed over is known in the end.
  const notShown = notShownText(tally.notShown);
  const all = notShown === null ? notes : [...notes, `not shown: ${notShown}`];
  yield `${separator === '' ? '' : '\n  '}],\n  "notes": ${json(all)},\n`;
  yield `  "notShown": ${json(notShownValues(tally.notShown))},\n`;
  yield `  "summary": ${json(summaryValue(tally.totals))}\n}\n`;
}

/** JSON text that is safe on a terminal. */
export function json(value: Value, indent = '  '): string {
  return printableText(valueJson(value, indent));
}

function objectValue(object: ObjectChange): Fields {
  const { change, project, type, kind, name, renamedFrom = null, changes, beingDeletedSince } = object;
  const place = { project: project ?? CLUSTER, type, kind, name };
  const own = plain({ change, ...place, renamedFrom, beingDeletedSince });
  return new Map(own).set('changes', changes.map(changeValue));
}

/** A change as docs/output.md tells it. */
export function changeValue(change: Change): Fields {
  const { kind, path } = change;
  const own = new Map<string, Value>([
    ['kind', kind],
    ['path', pathText(path)],
    ['steps', stepValues(path)],
  ]);
  switch (change.kind) {
    case 'added':
    case 'removed':
      return own.set('value', change.value);
    case 'text':
      return own.set(
        'hunks',
        change.hunks.map(({ lines, ...numbers }) => new Map(plain(numbers)).set('lines', lines)),
      );
    case 'reordered':
      return own
        .set('before', change.before)
        .set('after', change.after)
        .set(
          'moved',
          change.moved.map((pair) => pair.map(number)),
        );
    case 'changed': {
      const [before, after] = shownPair(change.before, change.after);
      return own.set('before', before).set('after', after);
    }
  }
}

function stepValues(path: Path): Value[] {
  return path.map((step) => {
    if (step.kind === 'key') return step.key;
    if (step.kind === 'item') return new Map(step.match);
    return number(step.after ?? step.before ?? 0);
  });
}

function summaryValue(totals: Totals): Fields {
  return plain({ ...totals });
}

function notShownValues({ reasons, ignoredFields }: NotShownCount): Value[] {
  const rows = reasons.map(({ nouns: [, reason], count }) => plain({ reason, count }));
  return ignoredFields === 0
    ? rows
    : [...rows, plain({ reason: 'fields by --ignore', count: ignoredFields })];
}

/** An object of texts, numbers and nulls as a value. */
export function plain<T extends Readonly<Record<keyof T, string | number | null>>>(object: T): Fields {
  const members = Object.entries<string | number | null>(object);
  return new Map(members.map(([key, value]) => [key, typeof value === 'number' ? number(value) : value]));
}

/** A number of ours as a value. */
export function number(value: number): Raw {
  return new Raw(String(value));
}

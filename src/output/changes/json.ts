import type { Attribution } from '../../changes/attribution/attribution.ts';
import type { Change } from '../../changes/change.ts';
import { type Path, pathText } from '../../changes/path.ts';
import type { Fields, Value } from '../../json/value.ts';
import { number, plain } from '../print/json.ts';
import { authorValues } from './authors.ts';
import { shownPair } from './words.ts';

/** Changes with the fields in docs/output.md. */
export function changeValues(changes: readonly Change[], attribution: Attribution | null = null): Value[] {
  return changes.map((change, at) =>
    new Map(changeValue(change)).set('by', authorValues(attribution?.changes[at])),
  );
}

/** When an object was created, whether it had a predecessor, and who created it. */
export function creationValues(attribution: Attribution | null = null): Fields {
  return new Map<string, Value>([
    ['created', attribution?.created ?? null],
    ['recreated', attribution?.isRecreated ?? false],
    ['by', authorValues(attribution?.by)],
  ]);
}

/** A change with the fields in docs/output.md, without its authors. */
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

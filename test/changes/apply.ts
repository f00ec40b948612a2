import type { Change } from '../../src/changes/change.ts';
import type { Path, PathStep } from '../../src/changes/path.ts';
import type { Hunk } from '../../src/changes/text-hunks.ts';
import { jsonTexts } from '../../src/changes/value-changes.ts';
import { parseValue } from '../../src/json/parse-value.ts';
import { isFields, isList, type List, Raw, type Value } from '../../src/json/value.ts';

/** Applies changes to the value that they were found in, as a reader of them would. Throws where they do not fit. */
export function applied(value: Value, changes: readonly Change[]): Value {
  const here = changes.filter(({ path }) => path.length === 0);
  const deeper = changes.filter(({ path }) => path.length > 0);
  const [own] = here.filter(({ kind }) => kind !== 'reordered');
  if (own !== undefined) return changed(value, own);
  if (isFields(value)) return new Map(fieldsOf(value, deeper));
  if (isList(value))
    return listOf(
      value,
      deeper,
      here.find(({ kind }) => kind === 'reordered'),
    );
  if (changes.length === 0) return value;
  // A path that leads into a text goes on in the JSON that it holds.
  if (typeof value === 'string') return applied(parseValue(Buffer.from(value)), changes);
  throw new Error('a change inside a scalar');
}

/** A value whose texts are taken apart where they are JSON, since changes in these say nothing of their form. */
export function opened(value: Value): Value {
  if (isFields(value)) return new Map([...value].map(([key, each]) => [key, opened(each)]));
  if (isList(value)) return value.map(opened);
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  const isJson =
    jsonTexts(value, '{"no other text":1}') !== null || jsonTexts(value, '["no other text"]') !== null;
  return isJson ? opened(parseValue(Buffer.from(value))) : value;
}

function changed(value: Value, change: Change): Value {
  if (change.kind === 'changed') return change.after;
  if (change.kind === 'text' && typeof value === 'string') return patched(value, change.hunks);
  throw new Error(`${change.kind} does not fit`);
}

function* fieldsOf(
  value: ReadonlyMap<string, Value>,
  changes: readonly Change[],
): Generator<[string, Value]> {
  const groups = Map.groupBy(changes, ({ path }) => keyOf(path));
  for (const key of new Set([...value.keys(), ...groups.keys()])) {
    const own = groups.get(key) ?? [];
    const [whole] = own.filter(({ path }) => path.length === 1);
    if (whole?.kind === 'removed') continue;
    if (whole?.kind === 'added') yield [key, whole.value];
    else yield [key, applied(value.get(key) ?? null, own.map(shorter))];
  }
}

function keyOf([step]: Path): string {
  if (step?.kind !== 'key') throw new Error('no key');
  return step.key;
}

function shorter(change: Change): Change {
  return { ...change, path: change.path.slice(1) };
}

function listOf(value: List, changes: readonly Change[], order: Change | undefined): Value {
  const whole = changes.filter(({ path }) => path.length === 1);
  const kept = [...value.entries()].flatMap(([at, item]) => {
    const steps = changes.filter(({ path }) => path[0] !== undefined && isAt(path[0], item, at));
    if (steps.some((change) => change.kind === 'removed' && change.path.length === 1)) return [];
    const deeper = steps.filter((change) => change.kind !== 'added' || change.path.length > 1);
    return [{ at, item: applied(item, deeper.map(shorter)) }];
  });
  if (order?.kind === 'reordered') {
    const moved = order.moved.map(([from]) => from);
    if ([...moved].sort((a, b) => a - b).join() !== kept.map((each) => each.at).join())
      throw new Error('an order of other items');
    kept.sort((a, b) => moved.indexOf(a.at) - moved.indexOf(b.at));
  }
  const items = kept.map(({ item }) => item);
  for (const change of whole.sort((a, b) => at(a) - at(b))) {
    if (change.kind === 'added') items.splice(at(change), 0, change.value);
  }
  return items;
}

function at(change: Change): number {
  return 'at' in change ? (change.at ?? 0) : 0;
}

function isAt(step: PathStep, item: Value, index: number): boolean {
  if (step.kind === 'index') return step.before === index;
  if (step.kind === 'key') throw new Error('a key into a list');
  return step.match.every(([field, text]) => scalar(fieldAt(item, field)) === text);
}

function fieldAt(item: Value, field: string): Value | undefined {
  return field
    .split('.')
    .reduce<Value | undefined>((here, step) => (isFields(here) ? here.get(step) : undefined), item);
}

function scalar(value: Value | undefined): string | null {
  if (value instanceof Raw) return value.json;
  return typeof value === 'string' ? value : null;
}

/** What `patch` does with a unified diff, without looking for displaced hunks. */
export function patched(text: string, hunks: readonly Hunk[]): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  let from = 0;
  let result = '';
  for (const hunk of hunks) {
    const start = hunk.beforeStart - (hunk.beforeLines === 0 ? 0 : 1);
    result += lines.slice(from, start).join('');
    from = start;
    for (const [index, line] of hunk.lines.entries()) {
      if (line.startsWith('\\')) continue;
      const own = line.slice(1) + (hunk.lines[index + 1]?.startsWith('\\') ? '' : '\n');
      if (!line.startsWith('+')) {
        if (lines[from] !== own) throw new Error(`hunk does not fit at line ${from + 1}`);
        from += 1;
      }
      if (!line.startsWith('-')) result += own;
    }
  }
  return result + lines.slice(from).join('');
}

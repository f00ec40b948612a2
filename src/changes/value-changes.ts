import { documentMistake } from '../json/members.ts';
import { Parser } from '../json/parse-value.ts';
import { OPEN_LIST, OPEN_OBJECT, skipSpace } from '../json/scan.ts';
import { type Fields, isFields, isList, MASK, Masked, same, type Value } from '../json/value.ts';
import type { Change } from './change.ts';
import { listChanges } from './list-changes.ts';
import type { Path } from './path.ts';
import { textHunks } from './text-hunks.ts';

/**
 * What differs between two values, in the order of the fields' names; nothing where
 * they mean the same. Applied to the first, the changes give the second; a path that leads
 * into a text goes on in the JSON that it holds.
 */
export function* valueChanges(before: Value, after: Value, path: Path = []): Generator<Change> {
  if (isFields(before) && isFields(after)) yield* fieldChanges(before, after, path);
  else if (isList(before) && isList(after)) yield* listChanges(before, after, path, valueChanges);
  else if (before instanceof Masked || after instanceof Masked) yield* maskedChanges(before, after, path);
  else if (typeof before === 'string' && typeof after === 'string') yield* textChanges(before, after, path);
  else if (!same(before, after)) yield { kind: 'changed', path, before, after };
}

/** Compares what may be shown of masked texts; where that is the same, the whole text counts as changed. */
function* maskedChanges(before: Value, after: Value, path: Path): Generator<Change> {
  if (same(before, after)) return;
  const [from, to] = [visiblePart(before), visiblePart(after)];
  const seen = from === null || to === null ? [] : [...valueChanges(from, to, path)];
  if (seen.length > 0) yield* seen;
  else yield { kind: 'changed', path, before: hiddenOf(before), after: hiddenOf(after) };
}

/** What may be seen of a text; null where nothing may. */
function visiblePart(value: Value): Value | null {
  if (!(value instanceof Masked)) return typeof value === 'string' ? value : null;
  if (typeof value.shown !== 'string') return value.shown.value;
  return value.shown === MASK ? null : value.shown;
}

/** As short as can be: what is seen of it is the same on both sides. */
function hiddenOf(value: Value): Value {
  return value instanceof Masked ? new Masked(value) : value;
}

function* fieldChanges(before: Fields, after: Fields, path: Path): Generator<Change> {
  const keys = new Set([...before.keys(), ...after.keys()]);
  for (const key of [...keys].sort()) {
    const [from, to] = [before.get(key), after.get(key)];
    // Most of two versions is the same; whatever leads to it is not even named.
    if (from !== undefined && to !== undefined && same(from, to)) continue;
    const own: Path = [...path, { kind: 'key', key }];
    if (from !== undefined && to !== undefined) yield* valueChanges(from, to, own);
    else if (from !== undefined) yield { kind: 'removed', path: own, at: null, value: from };
    else if (to !== undefined) yield { kind: 'added', path: own, at: null, value: to };
  }
}

function* textChanges(before: string, after: string, path: Path): Generator<Change> {
  if (before === after) return;
  const values = jsonTexts(before, after);
  const hunks =
    values === null && (before.includes('\n') || after.includes('\n')) ? textHunks(before, after) : null;
  if (values !== null) yield* valueChanges(...values, path);
  else if (hunks !== null) yield { kind: 'text', path, hunks };
  else yield { kind: 'changed', path, before, after };
}

/** Values that are made of two texts, both together; a large dashboard has 20,000. */
const MOST_VALUES = 60_000;

/**
 * Two texts as the JSON values that they hold, so that the change of a dashboard on one line is shown
 * by what changed in it. Null where that says no more than the texts: where they are not
 * both objects or both lists, where their values are the same (in another form), where
 * both have several lines, which reads better line by line, and where there are too many values.
 */
export function jsonTexts(before: string, after: string): readonly [Value, Value] | null {
  if (!(isContainer(before) && isContainer(after)) || (hasLines(before) && hasLines(after))) return null;
  const from = parsedText(before, MOST_VALUES);
  const to = from === null ? null : parsedText(after, from.left);
  if (from === null || to === null) return null;
  const [own, other] = [from.value, to.value];
  const isPair = (isFields(own) && isFields(other)) || (isList(own) && isList(other));
  return isPair && !same(own, other) ? [own, other] : null;
}

function parsedText(text: string, most: number): { value: Value; left: number } | null {
  const bytes = Buffer.from(text);
  if (documentMistake(bytes) !== null) return null;
  const parser = new Parser(bytes, skipSpace(bytes, 0, bytes.length), most);
  const value = parser.value(0);
  return parser.exhausted ? null : { value, left: parser.left };
}

function isContainer(text: string): boolean {
  const first = /[^ \t\r\n]/.exec(text)?.[0]?.charCodeAt(0);
  return first === OPEN_OBJECT || first === OPEN_LIST;
}

function hasLines(text: string): boolean {
  return text.trimEnd().includes('\n');
}

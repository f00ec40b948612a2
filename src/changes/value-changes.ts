import { documentMistake } from '../json/members.ts';
import { Parser } from '../json/parse-value.ts';
import { OPEN_LIST, OPEN_OBJECT, skipSpace } from '../json/scan.ts';
import { type Fields, isFields, isList, MASK, Masked, same, type Value } from '../json/value.ts';
import type { Change } from './change.ts';
import { listChanges } from './list-changes.ts';
import type { Path } from './path.ts';
import { textHunks } from './text-hunks.ts';

/**
 * The differences between two values, sorted by field names; none if they are equivalent.
 * Applying the changes to the first value gives the second. A path may continue inside a text
 * that contains JSON.
 */
export function* valueChanges(before: Value, after: Value, path: Path = []): Generator<Change> {
  if (isFields(before) && isFields(after)) yield* fieldChanges(before, after, path);
  else if (isList(before) && isList(after)) yield* listChanges(before, after, path, valueChanges);
  else if (before instanceof Masked || after instanceof Masked) yield* maskedChanges(before, after, path);
  else if (typeof before === 'string' && typeof after === 'string') yield* textChanges(before, after, path);
  else if (!same(before, after)) yield { kind: 'changed', path, before, after };
}

/** Compares the visible parts of masked texts; if these are equal, the whole text counts as changed. */
function* maskedChanges(before: Value, after: Value, path: Path): Generator<Change> {
  if (same(before, after)) return;
  const [from, to] = [visiblePart(before), visiblePart(after)];
  const seen = from === null || to === null ? [] : [...valueChanges(from, to, path)];
  if (seen.length > 0) yield* seen;
  else yield { kind: 'changed', path, before: hiddenOf(before), after: hiddenOf(after) };
}

/** The visible part of a text; null if all of it is masked. */
function visiblePart(value: Value): Value | null {
  if (!(value instanceof Masked)) return typeof value === 'string' ? value : null;
  if (typeof value.shown !== 'string') return value.shown.value;
  return value.shown === MASK ? null : value.shown;
}

/** Without the visible part, which is the same on both sides. */
function hiddenOf(value: Value): Value {
  return value instanceof Masked ? new Masked(value) : value;
}

function* fieldChanges(before: Fields, after: Fields, path: Path): Generator<Change> {
  for (const key of unequalKeys(before, after)) {
    const [from, to] = [before.get(key), after.get(key)];
    const own: Path = [...path, { kind: 'key', key }];
    if (from !== undefined && to !== undefined) yield* valueChanges(from, to, own);
    else if (from !== undefined) yield { kind: 'removed', path: own, at: null, value: from };
    else if (to !== undefined) yield { kind: 'added', path: own, at: null, value: to };
  }
}

/** Sorted. Most fields are equal; no path is created for them. */
function unequalKeys(before: Fields, after: Fields): string[] {
  const keys: string[] = [];
  for (const [key, from] of before) {
    const to = after.get(key);
    if (to === undefined || !same(from, to)) keys.push(key);
  }
  for (const key of after.keys()) if (!before.has(key)) keys.push(key);
  return keys.sort();
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

/** Limit for the values of two texts together; a large dashboard has 20,000. */
const MOST_VALUES = 60_000;

/**
 * Parses two texts as JSON, so that a change of a dashboard on one line is shown by the values
 * that differ. Null if this would not be better than comparing the texts: if they are not both
 * objects or both lists, if their values are equal (in another form), if both have several
 * lines, which are easier to read as lines, or if there are too many values.
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
  let at = 0;
  while (isSpace(text.charCodeAt(at))) at += 1;
  const first = text.charCodeAt(at);
  return first === OPEN_OBJECT || first === OPEN_LIST;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function hasLines(text: string): boolean {
  return text.trimEnd().includes('\n');
}

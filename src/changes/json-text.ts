import { documentMistake } from '../json/members.ts';
import { Parser } from '../json/parse-value.ts';
import { OPEN_LIST, OPEN_OBJECT, skipSpace } from '../json/scan.ts';
import { isFields, isList, same, type Value } from '../json/value.ts';

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

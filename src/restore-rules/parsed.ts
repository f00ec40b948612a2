import { documentMistake } from '../json/members.ts';
import { parseValue } from '../json/parse-value.ts';
import { isFields, isList, type Value } from '../json/value.ts';

/** The object or list in a text that should be JSON, as annotations hold it; null where it is none. */
export function parsed(text: string): Value | null {
  const bytes = Buffer.from(text);
  if (documentMistake(bytes) !== null) return null;
  const value = parseValue(bytes);
  return isFields(value) || isList(value) ? value : null;
}

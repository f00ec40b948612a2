import { documentMistake } from '../json/members.ts';
import { parseValue } from '../json/parse-value.ts';
import { type Fields, isFields, isList, Masked, Raw, type Value } from '../json/value.ts';

/**
 * An object as the JSON that is sent: numbers as they stand, keys in their order.
 *
 * @throws TypeError for a masked value, which nobody may send
 */
export function printFields(fields: Fields): Buffer {
  return Buffer.from(textOf(fields));
}

/** A value as JSON text on one line. Throws as printFields does. */
export function textOf(value: Value): string {
  if (value instanceof Raw) return value.json;
  if (value instanceof Masked) throw new TypeError('a masked value cannot be sent');
  if (isFields(value)) {
    const members: string[] = [];
    for (const [key, each] of value) members.push(`${JSON.stringify(key)}:${textOf(each)}`);
    return `{${members.join()}}`;
  }
  return isList(value) ? `[${value.map(textOf).join()}]` : JSON.stringify(value);
}

/** The object or list that a text holds as JSON, such as an annotation; null if it is no valid JSON. */
export function parsed(text: string): Value | null {
  const bytes = Buffer.from(text);
  if (documentMistake(bytes) !== null) return null;
  const value = parseValue(bytes);
  return isFields(value) || isList(value) ? value : null;
}

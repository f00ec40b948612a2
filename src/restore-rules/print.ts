import { documentMistake } from '../json/members.ts';
import { parseValue } from '../json/parse-value.ts';
import { printValue } from '../json/print-value.ts';
import { type Fields, isFields, isList, type Value } from '../json/value.ts';

/**
 * An object as the JSON that is sent; see printValue.
 *
 * @throws TypeError for a masked value, which is never sent
 */
export function printFields(fields: Fields): Buffer {
  return Buffer.from(textOf(fields));
}

/** A value as JSON text on one line. Throws as printFields does. */
export function textOf(value: Value): string {
  return printValue(value, null, refuseMasked);
}

function refuseMasked(): never {
  throw new TypeError('a masked value cannot be sent');
}

/** The object or list that a text holds as JSON, such as an annotation; null if it is no valid JSON. */
export function parsed(text: string): Value | null {
  const bytes = Buffer.from(text);
  if (documentMistake(bytes) !== null) return null;
  const value = parseValue(bytes);
  return isFields(value) || isList(value) ? value : null;
}

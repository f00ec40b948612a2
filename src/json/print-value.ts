import { isFields, isList, Masked, Raw, type Value } from './value.ts';

/**
 * A value as JSON text: numbers with all their digits, keys in their order.
 *
 * @param indent indentation of the lines after the first; null for a single line
 * @param maskedText returns the JSON text of a masked value, or throws if it must not be printed
 */
export function printValue(
  value: Value,
  indent: string | null,
  maskedText: (masked: Masked) => string,
): string {
  if (value instanceof Raw) return value.json;
  if (value instanceof Masked) return maskedText(value);
  const inner = indent === null ? null : `${indent}  `;
  if (isFields(value)) {
    const colon = indent === null ? ':' : ': ';
    const members: string[] = [];
    for (const [key, each] of value)
      members.push(`${JSON.stringify(key)}${colon}${printValue(each, inner, maskedText)}`);
    return block('{', members, '}', indent);
  }
  if (!isList(value)) return JSON.stringify(value);
  const items = value.map((each) => printValue(each, inner, maskedText));
  return block('[', items, ']', indent);
}

function block(open: string, parts: readonly string[], close: string, indent: string | null): string {
  if (parts.length === 0 || indent === null) return `${open}${parts.join()}${close}`;
  const line = `\n${indent}  `;
  return `${open}${line}${parts.join(`,${line}`)}\n${indent}${close}`;
}

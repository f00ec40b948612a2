import { isFields, isList, Masked, Raw, type Value } from '../json/value.ts';

/**
 * A value as JSON text: numbers as they stood, masked values as `***`.
 *
 * @param indent what its lines begin with, but for the first; null puts all on one line
 */
export function valueJson(value: Value, indent: string | null = null): string {
  if (value instanceof Raw) return value.json;
  if (value instanceof Masked) return JSON.stringify(shownText(value));
  if (isFields(value)) {
    const colon = indent === null ? ':' : ': ';
    const members = [...value].map(
      ([key, each]) => `${JSON.stringify(key)}${colon}${valueJson(each, deeper(indent))}`,
    );
    return block('{', members, '}', indent);
  }
  if (!isList(value)) return JSON.stringify(value);
  return block(
    '[',
    value.map((each) => valueJson(each, deeper(indent))),
    ']',
    indent,
  );
}

/** What may be seen of a masked value; it need not stand on one line. */
function shownText({ shown }: Masked): string {
  return typeof shown === 'string' ? shown : valueJson(shown.value, shown.hasLines ? '' : null);
}

function block(open: string, parts: readonly string[], close: string, indent: string | null): string {
  if (parts.length === 0 || indent === null) return `${open}${parts.join()}${close}`;
  const line = `\n${deeper(indent)}`;
  return `${open}${line}${parts.join(`,${line}`)}\n${indent}${close}`;
}

function deeper(indent: string | null): string | null {
  return indent === null ? null : `${indent}  `;
}

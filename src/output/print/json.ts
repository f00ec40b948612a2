import { type Fields, isFields, isList, Masked, Raw, type Value } from '../../json/value.ts';
import { printableText } from './printable.ts';

/** A value as the JSON that `-o json` prints, with a newline at the end. */
export function jsonText(value: unknown): string {
  return `${printableText(JSON.stringify(value, null, 2))}\n`;
}

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

/** JSON text that is safe on a terminal. */
export function json(value: Value, indent = '  '): string {
  return printableText(valueJson(value, indent));
}

/** An object of texts, numbers and nulls as a value. */
export function plain<T extends Readonly<Record<keyof T, string | number | null>>>(object: T): Fields {
  const members = Object.entries<string | number | null>(object);
  return new Map(members.map(([key, value]) => [key, typeof value === 'number' ? number(value) : value]));
}

/** A number of ours as a value. */
export function number(value: number): Raw {
  return new Raw(String(value));
}

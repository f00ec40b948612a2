import { printValue } from '../../json/print-value.ts';
import { type Fields, type Masked, Raw, type Value } from '../../json/value.ts';
import { printableText } from './printable.ts';

/** A value as the JSON that `-o json` prints, with a newline at the end. */
export function jsonText(value: unknown): string {
  return `${printableText(JSON.stringify(value, null, 2))}\n`;
}

/**
 * A value as JSON text, masked values as `***`; see printValue.
 *
 * @param indent what the lines after the first begin with; null puts everything on one line
 */
export function valueJson(value: Value, indent: string | null = null): string {
  return printValue(value, indent, shownText);
}

/** The part of a masked value that may be shown, as a JSON string. */
function shownText({ shown }: Masked): string {
  // A string that contains JSON can have several lines.
  return JSON.stringify(
    typeof shown === 'string' ? shown : valueJson(shown.value, shown.hasLines ? '' : null),
  );
}

/** JSON text that is safe on a terminal. */
export function json(value: Value, indent = '  '): string {
  return printableText(valueJson(value, indent));
}

/** An object of strings, numbers and nulls as a value. */
export function plain<T extends Readonly<Record<keyof T, string | number | null>>>(object: T): Fields {
  const members = Object.entries<string | number | null>(object);
  return new Map(members.map(([key, value]) => [key, typeof value === 'number' ? number(value) : value]));
}

/** A number as a value. */
export function number(value: number): Raw {
  return new Raw(String(value));
}

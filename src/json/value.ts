/**
 * A JSON value that keeps what JavaScript's own would lose: numbers of any size,
 * and keys of any name (`__proto__` is one of a Map like any other).
 */
export type Value = null | boolean | string | Raw | Masked | List | Fields;
export type List = readonly Value[];
export type Fields = ReadonlyMap<string, Value>;

/** A value by its JSON text: a number, or what is too deep or too much to be taken apart. */
export class Raw {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

/** Replaces a value that is not shown. */
export const MASK = '***';

/** A text that holds JSON, some of which is masked. */
export interface MaskedJson {
  readonly value: List | Fields;
  /** It is printed on several lines, as the text that it stands for. */
  readonly hasLines: boolean;
}

/**
 * A value that can be told from others, but does not show itself, not even its length. Of
 * a text, what is not secret may be shown.
 */
export class Masked {
  readonly #canonical: string;
  readonly shown: string | MaskedJson;

  constructor(value: Value, shown: string | MaskedJson = MASK) {
    this.#canonical = canonical(value);
    this.shown = shown;
  }

  /** For comparing alone; `of` is asked for so that no printing of objects finds it. */
  static textOf(masked: Masked): string {
    return masked.#canonical;
  }
}

/** Whether a value is a JSON object. */
export function isFields(value: Value | undefined): value is Fields {
  return value instanceof Map;
}

/** Whether a value is a JSON array. */
export function isList(value: Value | undefined): value is List {
  return Array.isArray(value);
}

/** Whether two values mean the same, whatever the order of their keys. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Raw) return b instanceof Raw && a.json === b.json;
  if (a instanceof Masked) return b instanceof Masked && Masked.textOf(a) === Masked.textOf(b);
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((each, at) => same(each, b[at] ?? null));
  if (!isFields(b) || a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !same(value, other)) return false;
  }
  return true;
}

/** The same text for values that mean the same, whatever the order of their keys. */
export function canonical(value: Value): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Raw) return value.json;
  // Text that no JSON has, so that a masked value equals none that is open.
  if (value instanceof Masked) return `masked ${Masked.textOf(value)}`;
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  const members = [...value].map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`);
  return `{${members.sort().join()}}`;
}

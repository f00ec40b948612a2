/** Reads unverified JSON: a field that is missing or has another type counts as empty. */
export function fields(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** A string field; '' if there is none. */
export function text(value: unknown, key: string): string {
  const found = fields(value, key);
  return typeof found === 'string' ? found : '';
}

/** A list field; [] if there is none. */
export function list(value: unknown, key: string): readonly unknown[] {
  const found = fields(value, key);
  return Array.isArray(found) ? found : [];
}

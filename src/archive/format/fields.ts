/** What is wrong in a parsed JSON document, with the path of the place. */
export class FieldMistake extends Error {}

/**
 * Checked access to the fields of a parsed JSON object. Only own fields count,
 * so that a document's `__proto__` or `constructor` is nothing special.
 * Every method throws FieldMistake with the path, such as `projects[3].objects`.
 * (cluster/fields.ts is for answers of servers, where what is missing is no mistake.)
 */
export class Fields {
  readonly #value: object;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FieldMistake(`${path === '' ? 'the document' : path} is no object`);
    }
    this.#value = value;
    this.#path = path;
  }

  /** The field's value, unchecked; undefined where it is missing. */
  value(key: string): unknown {
    return Object.getOwnPropertyDescriptor(this.#value, key)?.value;
  }

  object(key: string): Fields {
    return new Fields(this.value(key), this.#at(key));
  }

  text(key: string): string {
    const value = this.value(key);
    return typeof value === 'string' ? value : this.#wrong(key, 'a text');
  }

  textOrNull(key: string): string | null {
    return this.value(key) === null ? null : this.text(key);
  }

  /** An instant as ISO 8601 in UTC. */
  time(key: string): string {
    const value = this.text(key);
    const time = new Date(value);
    const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
    // Date.parse takes 30 February for 2 March.
    const isTime =
      form.test(value) && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value.slice(0, 19));
    return isTime ? value : this.#wrong(key, 'a time (2026-09-11T00:15:00.000Z)');
  }

  /** A whole number from 0. */
  count(key: string): number {
    const value = this.value(key);
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.#wrong(key, 'a whole number from 0');
  }

  flag(key: string): boolean {
    const value = this.value(key);
    return typeof value === 'boolean' ? value : this.#wrong(key, 'true or false');
  }

  oneOf<const T extends string | number | null>(key: string, choices: readonly T[]): T {
    const value = this.value(key);
    const found = choices.find((choice) => choice === value);
    return found === undefined
      ? this.#wrong(key, `one of ${choices.map((each) => JSON.stringify(each)).join(', ')}`)
      : found;
  }

  texts(key: string): readonly string[] {
    return this.#array(key).map((value, index) =>
      typeof value === 'string' ? value : this.#wrong(`${key}[${index}]`, 'a text'),
    );
  }

  list<T>(key: string, read: (fields: Fields) => T): readonly T[] {
    return this.#array(key).map((value, index) => read(new Fields(value, this.#at(`${key}[${index}]`))));
  }

  /** The names of all fields, in their order. */
  keys(): readonly string[] {
    return Object.keys(this.#value);
  }

  #array(key: string): readonly unknown[] {
    const value = this.value(key);
    return Array.isArray(value) ? value : this.#wrong(key, 'a list');
  }

  #at(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }

  #wrong(key: string, wanted: string): never {
    throw new FieldMistake(`${this.#at(key)} is not ${wanted}`);
  }
}

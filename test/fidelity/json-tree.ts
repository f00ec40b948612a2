/**
 * A JSON value as its text has it: a scalar is its own spelling, members keep
 * their order. Shares no code with the program, and loses nothing that
 * JSON.parse would: digits, escapes, the order of keys such as "1", `__proto__`.
 */
export type Tree = string | List | Members;
export interface List {
  readonly list: readonly Tree[];
}
/** Keys as they are spelled, with their quotes. */
export interface Members {
  readonly members: ReadonlyArray<readonly [key: string, value: Tree]>;
}

/** Reads JSON that is known to be valid (other programs check that); throws an Error for what it cannot read at all. */
export function readTree(text: string): Tree {
  const reader = new Reader(text);
  const tree = reader.value();
  if (reader.peek() !== '') throw new Error(`more after the end: ${text.slice(reader.at, reader.at + 40)}`);
  return tree;
}

/** The tokens one after the other, without white space. */
export function compact(tree: Tree): string {
  if (typeof tree === 'string') return tree;
  if ('list' in tree) return `[${tree.list.map(compact).join(',')}]`;
  return `{${tree.members.map(([key, value]) => `${key}:${compact(value)}`).join(',')}}`;
}

/** The value at a path of keys; undefined where there is none. */
export function find(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  return path.reduce<Tree | undefined>(
    (here, step) => membersOf(here).find(([key]) => JSON.parse(key) === step)?.[1],
    tree,
  );
}

export function membersOf(tree: Tree | undefined): Members['members'] {
  return typeof tree === 'object' && 'members' in tree ? tree.members : [];
}

/** The elements of a list; Go writes one that was never filled as null. */
export function elementsOf(tree: Tree | undefined): readonly Tree[] {
  if (tree === 'null') return [];
  if (typeof tree !== 'object' || !('list' in tree)) throw new Error('no list');
  return tree.list;
}

class Reader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character that is no white space; '' at the end. */
  peek(): string {
    while (' \n\r\t'.includes(this.#text.charAt(this.at)) && this.at < this.#text.length) this.at += 1;
    return this.#text.charAt(this.at);
  }

  value(): Tree {
    switch (this.peek()) {
      case '"':
        return this.#string();
      case '[':
        return { list: this.#series(']', () => this.value()) };
      case '{':
        return { members: this.#series('}', () => this.#member()) };
      default:
        return this.#word();
    }
  }

  #series<T>(end: string, element: () => T): T[] {
    const found: T[] = [];
    do {
      this.at += 1;
      if (this.peek() === end && found.length === 0) break;
      found.push(element());
    } while (this.peek() === ',');
    if (this.peek() !== end) throw new Error(`no ${end} at ${this.at}`);
    this.at += 1;
    return found;
  }

  #member(): readonly [string, Tree] {
    this.peek();
    const key = this.#string();
    if (this.peek() !== ':') throw new Error(`no colon at ${this.at}`);
    this.at += 1;
    return [key, this.value()];
  }

  #string(): string {
    const start = this.at;
    for (let at = start + 1; at < this.#text.length; at += this.#text[at] === '\\' ? 2 : 1) {
      if (this.#text[at] !== '"') continue;
      this.at = at + 1;
      return this.#text.slice(start, this.at);
    }
    throw new Error(`a string without end at ${start}`);
  }

  #word(): string {
    const start = this.at;
    while (/[-+.\w]/.test(this.#text.charAt(this.at))) this.at += 1;
    if (this.at === start) throw new Error(`no value at ${start}`);
    return this.#text.slice(start, this.at);
  }
}

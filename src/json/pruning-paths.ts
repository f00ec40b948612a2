/** One row of a rule table. */
export interface RuleRow {
  /** Full type names; '*' means every type. */
  readonly types: readonly string[] | '*';
  /** `spec.triggers[*].imageChangeParams`, keys with dots in brackets: `metadata.annotations[a.b/c]`. */
  readonly path: string;
  /** Applies only if the value is this JSON text … */
  readonly only?: string;
  /** … or only if it is not. */
  readonly unless?: string;
  /** What is left out here is kept apart, under `_metadata/`. */
  readonly apart?: true;
  readonly reason: string;
}

/** A step of compiled paths: what happens at a key, and what lies below it. */
export interface RuleNode {
  readonly key: Uint8Array;
  /** The value at this path is left out, where it meets the condition. */
  drops: boolean;
  only: Uint8Array | null;
  unless: Uint8Array | null;
  /** The key whose value is kept apart when it is left out; null where it goes for good. */
  apart: string | null;
  /** An emptied map says nothing, so it goes too (annotations, labels). */
  dropWhenEmptied: boolean;
  /** Rules for every element of a list, and for every value of a map. */
  each: RuleNode | null;
  readonly children: RuleNode[];
}

/**
 * Compiles the rows that concern one type.
 *
 * @returns the root, or null where no row concerns the type
 */
export function compileRules(rows: readonly RuleRow[], type: string): RuleNode | null {
  const root = node('');
  let any = false;
  for (const row of rows) {
    if (row.types !== '*' && !row.types.includes(type)) continue;
    any = true;
    let at = root;
    for (const step of steps(row.path)) at = step === '*' ? eachOf(at) : childOf(at, step);
    at.drops = true;
    at.apart = row.apart === true ? (steps(row.path).at(-1) ?? null) : null;
    at.only = row.only === undefined ? null : Buffer.from(row.only);
    at.unless = row.unless === undefined ? null : Buffer.from(row.unless);
  }
  return any ? root : null;
}

/** `a.b[*].c[d.e]` → a, b, *, c, d.e */
export function steps(path: string): string[] {
  return [...path.matchAll(/\[([^\]]+)\]|[^.[\]]+/g)].map((match) => match[1] ?? match[0]);
}

function node(key: string): RuleNode {
  return {
    key: Buffer.from(JSON.stringify(key)),
    drops: false,
    only: null,
    unless: null,
    apart: null,
    dropWhenEmptied: key === 'annotations' || key === 'labels',
    each: null,
    children: [],
  };
}

function childOf(parent: RuleNode, key: string): RuleNode {
  const quoted = JSON.stringify(key);
  const found = parent.children.find((child) => Buffer.from(child.key).toString() === quoted);
  if (found !== undefined) return found;
  const made = node(key);
  parent.children.push(made);
  return made;
}

function eachOf(parent: RuleNode): RuleNode {
  parent.each ??= node('*');
  return parent.each;
}

/** The node of a key given as its bytes with quotes; null where no rule goes on from there. */
export function ruleFor(parent: RuleNode, src: Uint8Array, start: number, end: number): RuleNode | null {
  const length = end - start;
  search: for (const child of parent.children) {
    const key = child.key;
    if (key.length !== length) continue;
    for (let k = 1; k < length; k++) {
      if (key[k] !== src[start + k]) continue search;
    }
    return child;
  }
  return parent.each;
}

/** Whether the value at `i` meets the node's condition. */
export function meets(rule: RuleNode, src: Uint8Array, i: number): boolean {
  if (rule.only !== null) return beginsWith(src, i, rule.only);
  return rule.unless === null || !beginsWith(src, i, rule.unless);
}

function beginsWith(src: Uint8Array, i: number, text: Uint8Array): boolean {
  for (let k = 0; k < text.length; k++) {
    if (src[i + k] !== text[k]) return false;
  }
  return true;
}

import { type Fields, isFields, isList, type List, Raw, type Value } from '../json/value.ts';

/** A step from a value to one inside it. */
export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  /** A list item by its keys: name=web; containerPort=8080 and protocol=TCP. */
  | { readonly kind: 'item'; readonly match: ReadonlyArray<readonly [field: string, value: string]> }
  /** A list item by its position from 0, before and after; null if it did not exist. */
  | { readonly kind: 'index'; readonly before: number | null; readonly after: number | null };

/** From the root of an object to a value in it. */
export type Path = readonly PathStep[];

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const PLAIN_VALUE = /^[A-Za-z0-9._/:@-]+$/;

/** `spec.template.spec.containers[name=web].env[name=LOG].value`, `data["run.sh"]`, `args[2]`. */
export function pathText(path: Path): string {
  return path.map(stepText).join('').replace(/^\./, '');
}

function stepText(step: PathStep): string {
  if (step.kind === 'index') return `[${step.after ?? step.before}]`;
  if (step.kind === 'item') return `[${matchText(step.match)}]`;
  return PLAIN_KEY.test(step.key) ? `.${step.key}` : `[${JSON.stringify(step.key)}]`;
}

/** `name=web`, as in a path. */
export function matchText(match: ReadonlyArray<readonly [field: string, value: string]>): string {
  return match
    .map(([field, value]) => `${field}=${PLAIN_VALUE.test(value) ? value : JSON.stringify(value)}`)
    .join(',');
}

/** A step of a pattern over paths. */
export type PatternStep =
  | { readonly kind: 'key'; readonly key: string }
  /** Every key with this prefix. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  /** Every item of a list, every value of a map. */
  | { readonly kind: 'each' }
  | { readonly kind: 'item'; readonly match: ReadonlyArray<readonly [field: string, value: string]> }
  | { readonly kind: 'index'; readonly at: number };

/** Marks a value that is removed. */
export const NOTHING = Symbol('nothing');

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const KEY = /[^.[\]"=\s]+/y;
const IN_BRACKETS = new RegExp(String.raw`\[((?:${QUOTED}|[^\]"])+)\]`, 'y');
const MATCH = new RegExp(String.raw`([^=,"[\]]+)=(${QUOTED}|[^,"]+)(?:,|$)`, 'y');
const WHOLE_QUOTED = new RegExp(`^${QUOTED}$`);

/**
 * Reads a path as diff prints it: `spec.containers[name=web].image`, `data["init.sh"]`,
 * `args[2]`. `[*]` stands for every item; a key in brackets needs no quotes, and may end
 * in `*`: `metadata.annotations[example.com/*]`.
 *
 * @throws Error with what is wrong
 */
export function parsePattern(path: string): PatternStep[] {
  const steps: PatternStep[] = [];
  let at = 0;
  const take = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    const found = expression.exec(path);
    if (found !== null) at += found[0].length;
    return found;
  };
  while (at < path.length) {
    const from = at;
    if (path[at] === '[') {
      const inside = take(IN_BRACKETS)?.[1];
      if (inside === undefined) throw new Error(`the bracket at character ${from + 1} has no end`);
      steps.push(bracketStep(inside));
      continue;
    }
    if (path[at] === '.' && at > 0) at += 1;
    const key = take(KEY)?.[0];
    if (key === undefined) throw new Error(`a field name is missing at character ${from + 1}`);
    steps.push({ kind: 'key', key });
  }
  if (steps.length === 0) throw new Error('a path is missing');
  return steps;
}

function bracketStep(inside: string): PatternStep {
  if (inside === '*') return { kind: 'each' };
  if (/^\d{1,9}$/.test(inside)) return { kind: 'index', at: Number(inside) };
  if (WHOLE_QUOTED.test(inside)) return { kind: 'key', key: unquoted(inside) };
  const match = matchers(inside);
  if (match !== null) return { kind: 'item', match };
  if (inside.includes('"')) throw new Error(`[${inside}] is neither a key nor FIELD=VALUE`);
  return inside.endsWith('*')
    ? { kind: 'prefix', prefix: inside.slice(0, -1) }
    : { kind: 'key', key: inside };
}

function matchers(inside: string): ReadonlyArray<readonly [string, string]> | null {
  const found: Array<readonly [string, string]> = [];
  for (MATCH.lastIndex = 0; MATCH.lastIndex < inside.length; ) {
    const [, field, value] = MATCH.exec(inside) ?? [];
    if (field === undefined || value === undefined) return null;
    found.push([field, value.startsWith('"') ? unquoted(value) : value]);
  }
  return found;
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    throw new Error(`${text} is no quoted text`);
  }
}

/**
 * A value without the parts that match a pattern. Maps and lists that become empty are removed, too.
 *
 * @param taken is called with each value that matches, and returns its replacement or NOTHING
 * @returns the same value if nothing matches
 */
export function without(
  value: Value,
  pattern: readonly PatternStep[],
  taken: (value: Value) => Value | typeof NOTHING,
  depth = 0,
): Value | typeof NOTHING {
  const step = pattern[depth];
  if (step === undefined) return taken(value);
  if (isFields(value)) return withoutFields(value, step, pattern, taken, depth);
  return isList(value) ? withoutItems(value, step, pattern, taken, depth) : value;
}

type Taken = (value: Value) => Value | typeof NOTHING;

function withoutFields(
  fields: Fields,
  step: PatternStep,
  pattern: readonly PatternStep[],
  taken: Taken,
  depth: number,
): Value | typeof NOTHING {
  let copy: Map<string, Value> | null = null;
  for (const key of keysOf(fields, step)) {
    const old = fields.get(key);
    if (old === undefined) continue;
    const left = without(old, pattern, taken, depth + 1);
    if (left === old) continue;
    copy ??= new Map(fields);
    if (left === NOTHING) copy.delete(key);
    else copy.set(key, left);
  }
  if (copy === null) return fields;
  return copy.size === 0 ? NOTHING : copy;
}

function keysOf(fields: Fields, step: PatternStep): readonly string[] {
  if (step.kind === 'key') return [step.key];
  if (step.kind === 'each') return [...fields.keys()];
  return step.kind === 'prefix' ? [...fields.keys()].filter((key) => key.startsWith(step.prefix)) : [];
}

function withoutItems(
  list: List,
  step: PatternStep,
  pattern: readonly PatternStep[],
  taken: Taken,
  depth: number,
): Value | typeof NOTHING {
  if (step.kind === 'key' || step.kind === 'prefix') return list;
  let isOther = false;
  const left = list.flatMap((item, at) => {
    if (!isMeant(item, at, step)) return [item];
    const rest = without(item, pattern, taken, depth + 1);
    isOther ||= rest !== item;
    return rest === NOTHING ? [] : [rest];
  });
  if (!isOther) return list;
  return left.length === 0 ? NOTHING : left;
}

function isMeant(item: Value, at: number, step: PatternStep): boolean {
  if (step.kind === 'each') return true;
  if (step.kind === 'index') return step.at === at;
  return step.kind === 'item' && step.match.every(([name, value]) => textAt(item, name) === value);
}

/** The text of a field of a list item in a path. */
function textAt(item: Value, name: string): string | null {
  let here: Value | undefined = item;
  for (const key of name.split('.')) here = isFields(here) ? here.get(key) : undefined;
  if (here instanceof Raw) return here.json;
  return typeof here === 'string' ? here : null;
}

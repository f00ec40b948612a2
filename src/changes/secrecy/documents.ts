import { dump, FAILSAFE_SCHEMA, load } from 'js-yaml';
import { isFields, isList, MASK, Masked, Raw, type Value } from '../../json/value.ts';
import { mentionsSecretObject, namesSecretObject } from './suspicion.ts';

/** Larger documents are masked as a whole. */
const LONGEST = 1024 * 1024;
const DEEPEST = 100;
const MOST_VALUES = 100_000;
/** Text after the marker on the same line belongs to the document, except for a comment. */
const SEPARATOR = /^((?:---|\.\.\.)(?=[ \t\r\n]|$)[ \t]*(?:#.*)?(?:\r?\n)?)/m;
/** A limit for aliases, higher than in any manifest. */
const MOST_ALIASES = 1000;
/** A text without any of these keys only mentions a Secret. */
const CONTENT = /\b(?:data|stringData|secret|key|token|password|auth)["'\\]*\s*:/;

/**
 * A text of YAML documents, such as a manifest in a ConfigMap, with masked secrets. Documents
 * in which something is masked are printed again; the others do not change. A document that
 * contains a Secret but is not valid YAML (a template, a script) is masked as a whole.
 *
 * @param mask returns a value with its secrets masked, or the same value if it has none
 */
export function withoutSecretDocuments(text: string, mask: (value: Value) => Value): string {
  if (!mentionsSecretObject(text)) return text;
  return text
    .split(SEPARATOR)
    .map((part, at) => (at % 2 === 0 && mentionsSecretObject(part) ? documentText(part, mask) : part))
    .join('');
}

function documentText(text: string, mask: (value: Value) => Value): string {
  const small = text.length <= LONGEST;
  const value = small ? yamlValue(text, 0) : null;
  if (value !== null) {
    const masked = mask(value);
    if (masked === value) return text;
    return dump(plain(masked), { schema: FAILSAFE_SCHEMA, noRefs: true, lineWidth: -1 });
  }
  // The value of an alias is also printed at its anchor, where nothing marks it as secret.
  const aliased = small ? yamlValue(text, MOST_ALIASES) : null;
  const isSecret =
    aliased === null ? namesSecretObject(text) && CONTENT.test(text) : mask(aliased) !== aliased;
  return isSecret ? `${MASK}\n` : text;
}

/**
 * Every scalar is its text; aliases and merge keys (`<<`) are resolved. Null if the text is
 * not an object or list in YAML, or too large.
 */
function yamlValue(text: string, maxAliases: number): Value | null {
  let left = MOST_VALUES;
  const valueFrom = (own: unknown, depth: number): Value => {
    left -= 1;
    if (left < 0 || depth > DEEPEST) throw new RangeError('too much');
    if (Array.isArray(own)) return own.map((each) => valueFrom(each, depth + 1));
    if (typeof own !== 'object' || own === null) return String(own ?? '');
    const fields = Object.entries(own).map(([key, each]) => [key, valueFrom(each, depth + 1)] as const);
    return new Map([...fields.flatMap(([key, each]) => (key === '<<' ? mergedFrom(each) : [])), ...fields]);
  };
  try {
    const value = valueFrom(
      load(text, { schema: FAILSAFE_SCHEMA, maxDepth: DEEPEST, maxAliases, json: true }),
      0,
    );
    return isFields(value) || isList(value) ? value : null;
  } catch {
    // Not valid YAML: the caller decides by the text.
    return null;
  }
}

function mergedFrom(value: Value): Array<readonly [string, Value]> {
  if (isList(value)) return value.toReversed().flatMap(mergedFrom);
  return isFields(value) ? [...value] : [];
}

function plain(value: Value): unknown {
  if (value instanceof Masked) return typeof value.shown === 'string' ? value.shown : MASK;
  if (value instanceof Raw) return value.json;
  if (isList(value)) return value.map(plain);
  if (!isFields(value)) return value === null ? '' : String(value);
  return Object.fromEntries([...value].map(([key, each]) => [key, plain(each)]));
}

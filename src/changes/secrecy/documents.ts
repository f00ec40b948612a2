import { dump, FAILSAFE_SCHEMA, load } from 'js-yaml';
import { isFields, isList, MASK, Masked, Raw, type Value } from '../../json/value.ts';
import { namesSecretObject } from './suspicion.ts';

/** Larger documents are masked as a whole. */
const LONGEST = 1024 * 1024;
const DEEPEST = 100;
const MOST_VALUES = 100_000;
const SEPARATOR = /^(---(?:[ \t].*)?\r?\n?)/m;
/** Without one of these a text only speaks of a Secret. */
const CONTENT = /\b(?:data|stringData|secret|key|token|password|auth)["'\\]*\s*:/;

/**
 * A text of YAML documents, as ConfigMaps hold manifests, with the documents in which
 * something is masked printed anew and the others as they stand. A document that has a
 * Secret in it but is no valid YAML (a template, a script) is masked as a whole.
 *
 * @param mask gives a value with its secrets masked, the very same where it has none
 */
export function withoutSecretDocuments(text: string, mask: (value: Value) => Value): string {
  if (!namesSecretObject(text)) return text;
  return text
    .split(SEPARATOR)
    .map((part, at) => (at % 2 === 0 && namesSecretObject(part) ? documentText(part, mask) : part))
    .join('');
}

function documentText(text: string, mask: (value: Value) => Value): string {
  const value = text.length > LONGEST ? null : yamlValue(text);
  if (value === null) return CONTENT.test(text) ? `${MASK}\n` : text;
  const masked = mask(value);
  if (masked === value) return text;
  return dump(plain(masked), { schema: FAILSAFE_SCHEMA, noRefs: true, lineWidth: -1 });
}

/**
 * Every scalar as its text. Null where a text is no object or list in YAML, or too much of one,
 * or has aliases, by which a value stands in several places.
 */
function yamlValue(text: string): Value | null {
  let left = MOST_VALUES;
  const valueFrom = (own: unknown, depth: number): Value => {
    left -= 1;
    if (left < 0 || depth > DEEPEST) throw new RangeError('too much');
    if (Array.isArray(own)) return own.map((each) => valueFrom(each, depth + 1));
    if (typeof own !== 'object' || own === null) return String(own ?? '');
    return new Map(Object.entries(own).map(([key, each]) => [key, valueFrom(each, depth + 1)]));
  };
  try {
    const value = valueFrom(
      load(text, { schema: FAILSAFE_SCHEMA, maxDepth: DEEPEST, maxAliases: 0, json: true }),
      0,
    );
    return isFields(value) || isList(value) ? value : null;
  } catch {
    // Not readable as YAML: the caller decides by the text.
    return null;
  }
}

function plain(value: Value): unknown {
  if (value instanceof Masked) return typeof value.shown === 'string' ? value.shown : MASK;
  if (value instanceof Raw) return value.json;
  if (isList(value)) return value.map(plain);
  if (!isFields(value)) return value === null ? '' : String(value);
  return Object.fromEntries([...value].map(([key, each]) => [key, plain(each)]));
}

import { documentMistake } from '../../json/members.ts';
import { parseValue } from '../parse.ts';
import { type Fields, isFields, isList, type List, MASK, Masked, Raw, type Value } from '../value.ts';
import { withoutSecretDocuments } from './documents.ts';
import { type CompiledField, fieldsOf } from './fields.ts';
import { unpacked } from './packed.ts';
import { withoutPatterns } from './patterns.ts';
import { isSuspect } from './suspicion.ts';

/** Texts in texts in texts: an annotation in a last applied form in a Template. Deeper ones are masked as a whole. */
const MOST_LEVELS = 8;
/** Longer texts that may hold a secret are masked as a whole. */
const LONGEST = 8 * 1024 * 1024;
/** Annotations with the last applied form of an object; of a Secret, one that is no JSON is masked as a whole. */
const COPIES: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'openshift.io/token-secret.value',
  'kapp.k14s.io/original',
  'kapp.k14s.io/original-diff',
  'objectset.rio.cattle.io/applied',
  'banzaicloud.com/last-applied',
]);
/** Shorter values are words that stand everywhere. */
const SHORTEST_COPY = 8;

/**
 * A value with all that is secret in it masked; the very same value where nothing is. One
 * rule for every command and every form of output:
 *
 * - data and stringData of every Secret, at any depth and in texts that hold one as JSON
 *   or YAML, plain or packed; copies of them in the annotations of the Secret;
 * - the fields of SECRET_FIELDS;
 * - private keys, tokens and passwords that are known by their form.
 *
 * @param type full name of the object's type: an item of `secrets` is a Secret whatever it says
 */
export function masked(value: Value, type: string): Value {
  return maskedValue(value, 0, type === 'secrets');
}

/** A text from elsewhere (a server's message) with what is secret in it masked. */
export function shownText(text: string): string {
  const shown = maskedText(text, 0);
  if (!(shown instanceof Masked)) return text;
  return typeof shown.shown === 'string' ? shown.shown : MASK;
}

/** Whether `masked` may find something in an object, given as its bytes; quick, and right where it says no. */
export function mayHoldSecrets(bytes: Uint8Array, type: string): boolean {
  return type === 'secrets' || isSuspect(bytes);
}

/** @param isSecret whether it is a Secret, or a list of them, whatever its kind says */
function maskedValue(value: Value, level: number, isSecret: boolean): Value {
  if (typeof value === 'string') return maskedText(value, level);
  if (isFields(value)) return maskedFields(value, level, isSecret);
  if (isList(value)) return mappedList(value, (each) => maskedValue(each, level, isSecret));
  // What is too deep or too much to be taken apart.
  if (value instanceof Raw && (isSecret || isSuspect(value.json)) && /^\s*[[{]/.test(value.json))
    return new Masked(value);
  return value;
}

function maskedFields(fields: Fields, level: number, isItem: boolean): Fields {
  const kind = fields.get('kind');
  const own = isItem || kind === 'Secret' ? maskedSecret(fields, level) : fields;
  const below = mapped(own, (each, key) =>
    each instanceof Masked ? each : maskedValue(each, level, kind === 'SecretList' && key === 'items'),
  );
  return fieldsOf(typeof kind === 'string' ? kind : null).reduce(
    (left, { steps }) => withMaskAt(left, steps),
    below,
  );
}

function maskedSecret(secret: Fields, level: number): Fields {
  const copied = valuesOf(secret);
  return mapped(secret, (value, key) => {
    if (key === 'data' || key === 'stringData') return hidden(value);
    if (key !== 'metadata' || !isFields(value)) return value;
    return mapped(value, (each, field) =>
      field === 'annotations' && isFields(each)
        ? mapped(each, (text, name) => maskedAnnotation(name, text, copied, level))
        : each,
    );
  });
}

/** The keys say what is there; anything but an object is no Secret's data, so nothing of it is shown. */
function hidden(value: Value): Value {
  if (!isFields(value)) return value === null ? null : new Masked(value);
  return new Map([...value].map(([key, each]) => [key, new Masked(each)]));
}

function maskedAnnotation(name: string, text: Value, copied: readonly string[], level: number): Value {
  if (typeof text !== 'string') return text;
  const json = jsonOf(text);
  // A copy of this Secret need not say what it is.
  if (json !== null) return maskedJson(text, json, level, isFields(json) && !json.has('kind'));
  if (COPIES.has(name) || copied.some((each) => text.includes(each))) return new Masked(text);
  return text;
}

/** What copies of a Secret's values look like: as they stand, and decoded. */
function valuesOf(secret: Fields): string[] {
  const [data, stringData] = [secret.get('data'), secret.get('stringData')].map((each) =>
    isFields(each) ? [...each.values()].filter((text) => typeof text === 'string') : [],
  );
  const decoded = (data ?? []).map((text) => Buffer.from(text, 'base64').toString('utf8'));
  return [...(data ?? []), ...decoded, ...(stringData ?? [])].filter((text) => text.length >= SHORTEST_COPY);
}

function maskedText(text: string, level: number): Value {
  if (!isSuspect(text)) return text;
  if (level >= MOST_LEVELS || text.length > LONGEST) return new Masked(text);
  const json = jsonOf(text);
  if (json !== null) return maskedJson(text, json, level, false);
  const inner = unpacked(text);
  if (inner !== null) return holdsSecret(inner, level) ? new Masked(text) : text;
  const documents = withoutSecretDocuments(text, (value) => maskedValue(value, level + 1, false));
  const shown = withoutPatterns(documents, (packed) => holdsSecret(unpacked(packed), level));
  return shown === text ? text : new Masked(text, shown);
}

function holdsSecret(inner: ReturnType<typeof unpacked>, level: number): boolean {
  if (inner === null) return false;
  return inner.kind === 'unknown' || typeof maskedText(inner.text, level + 1) !== 'string';
}

function maskedJson(text: string, json: Value, level: number, isSecret: boolean): Value {
  if (!isFields(json) && !isList(json)) return new Masked(text);
  if (level >= MOST_LEVELS) return new Masked(text);
  const value = maskedValue(json, level + 1, isSecret);
  if (value === json || !(isFields(value) || isList(value))) return text;
  return new Masked(text, { value, hasLines: text.trim().includes('\n') });
}

/** The object or list that a text holds as JSON; null where it holds none. */
function jsonOf(text: string): Value | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const bytes = Buffer.from(text);
  return documentMistake(bytes) === null ? parseValue(bytes) : null;
}

/** With what is at the end of a path masked; `*` stands for each item or value. What has parts is no secret itself. */
function withMaskAt(fields: Fields, path: CompiledField['steps']): Fields {
  const value = maskAt(fields, path, 0);
  return isFields(value) ? value : fields;
}

function maskAt(value: Value, path: CompiledField['steps'], at: number): Value {
  const step = path[at];
  if (value instanceof Masked) return value;
  if (step === undefined)
    return value === null || isFields(value) || isList(value) ? value : new Masked(value);
  if (isList(value)) return step === '*' ? mappedList(value, (each) => maskAt(each, path, at + 1)) : value;
  if (!isFields(value)) return value;
  if (step === '*') return mapped(value, (each) => maskAt(each, path, at + 1));
  const own = value.get(step);
  if (own === undefined) return value;
  const changed = maskAt(own, path, at + 1);
  return changed === own ? value : new Map(value).set(step, changed);
}

function mapped(fields: Fields, map: (value: Value, key: string) => Value): Fields {
  let changed: Map<string, Value> | null = null;
  for (const [key, value] of fields) {
    const own = map(value, key);
    if (own !== value) changed = (changed ?? new Map(fields)).set(key, own);
  }
  return changed ?? fields;
}

function mappedList(list: List, map: (value: Value) => Value): List {
  let changed: Value[] | null = null;
  for (const [at, value] of list.entries()) {
    const own = map(value);
    if (own === value) continue;
    changed ??= [...list];
    changed[at] = own;
  }
  return changed ?? list;
}

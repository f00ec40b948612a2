import { documentMistake } from '../../json/members.ts';
import { MOST_VALUES, Parser } from '../../json/parse-value.ts';
import { skipSpace } from '../../json/scan.ts';
import { type Fields, isFields, isList, type List, MASK, Masked, Raw, type Value } from '../../json/value.ts';
import { withoutSecretDocuments } from './documents.ts';
import { type CompiledField, EACH, fieldsOf, hasFields, SECRET_SHAPES } from './fields.ts';
import { unpacked } from './packed.ts';
import { withoutPatterns } from './patterns.ts';
import { isSuspect } from './suspicion.ts';

/** Levels of texts in texts: an annotation in a last-applied annotation in a Template. Deeper ones are masked as a whole. */
const MOST_LEVELS = 8;
/** Longer texts that may hold a secret are masked as a whole. */
const LONGEST = 8 * 1024 * 1024;
/** Annotations with the last applied form of an object. In a Secret, one that is not JSON is masked as a whole. */
const COPIES: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'openshift.io/token-secret.value',
  'kapp.k14s.io/original',
  'kapp.k14s.io/original-diff',
  'objectset.rio.cattle.io/applied',
  'banzaicloud.com/last-applied',
]);
/** Shorter values are common words. */
const SHORTEST_COPY = 8;

/** The level of a text in other texts, and how many values may still be parsed from texts and kept. */
interface Look {
  readonly level: number;
  readonly room: { values: number };
}

/**
 * A value with all secrets in it masked, or the same value if there are none. This is the
 * rule for all commands and output formats:
 *
 * - data and stringData of every Secret, at any depth, also in texts that contain one as
 *   JSON or YAML, plain or packed; copies of these values in the annotations of the Secret;
 * - the fields of SECRET_FIELDS and SECRET_SHAPES;
 * - private keys, tokens and passwords that have a known form.
 *
 * @param type full name of the object's type: an item of `secrets` is a Secret whatever it says
 * @param most values that are made of JSON in its texts and kept; a text that may hold a secret
 *   and is more than is left is masked as a whole
 */
export function masked(value: Value, type: string, most = MOST_VALUES): Value {
  return maskedValue(value, { level: 0, room: { values: most } }, type === 'secrets');
}

/** A text from elsewhere, such as a server message, with its secrets masked. */
export function shownText(text: string): string {
  const shown = maskedText(text, { level: 0, room: { values: MOST_VALUES } });
  if (!(shown instanceof Masked)) return text;
  return typeof shown.shown === 'string' ? shown.shown : MASK;
}

/** Whether `masked` may find a secret in the bytes of an object. Fast; a `false` is reliable. */
export function mayHoldSecrets(bytes: Uint8Array, type: string): boolean {
  return type === 'secrets' || isSuspect(bytes);
}

/** @param isSecret whether it is a Secret, or a list of them, whatever its kind says */
function maskedValue(value: Value, look: Look, isSecret: boolean): Value {
  if (typeof value === 'string') return maskedText(value, look);
  if (isFields(value)) return maskedFields(value, look, isSecret);
  if (isList(value)) return mappedList(value, (each) => maskedValue(each, look, isSecret));
  // Too deep or too large to be parsed.
  if (value instanceof Raw && /^\s*[[{]/.test(value.json) && (isSecret || isSuspect(value.json)))
    return new Masked(value);
  return value;
}

function maskedFields(fields: Fields, look: Look, isItem: boolean, implied: string | null = null): Fields {
  const given = fields.get('kind');
  const kind = typeof given === 'string' ? given : implied;
  const own = isItem || kind === 'Secret' ? maskedSecret(fields, look) : withoutCopies(fields, look, kind);
  const below = mapped(own, (each, key) =>
    each instanceof Masked ? each : maskedValue(each, look, kind === 'SecretList' && key === 'items'),
  );
  // Without lists of rows: this runs for each map in each object that differs, and few have such a field.
  let left = below;
  for (const { first, steps } of fieldsOf(kind))
    if (first === EACH || left.has(first)) left = withMaskAt(left, steps);
  for (const { has, keys } of SECRET_SHAPES)
    if (has(fields)) for (const key of keys) left = withMaskAt(left, [key]);
  return left;
}

/** An object whose annotations contain copies of it as JSON, which may have no kind. */
function withoutCopies(fields: Fields, look: Look, kind: string | null): Fields {
  if (kind === null || !hasFields(kind)) return fields;
  return mappedAnnotations(fields, (text) => {
    const json = typeof text === 'string' ? maskedJson(text, look, (copy) => isKindless(copy), kind) : null;
    return json ?? text;
  });
}

function isKindless(value: Value): boolean {
  return isFields(value) && !value.has('kind');
}

function mappedAnnotations(fields: Fields, map: (value: Value, name: string) => Value): Fields {
  return mapped(fields, (value, key) =>
    key === 'metadata' && isFields(value)
      ? mapped(value, (each, field) => (field === 'annotations' && isFields(each) ? mapped(each, map) : each))
      : value,
  );
}

function maskedSecret(secret: Fields, look: Look): Fields {
  const copied = valuesOf(secret);
  const hiding = mapped(secret, (value, key) =>
    key === 'data' || key === 'stringData' ? hidden(value) : value,
  );
  return mappedAnnotations(hiding, (text, name) => maskedAnnotation(name, text, copied, look));
}

/** Keys stay visible. A value that is not an object is not valid data of a Secret, so it is masked as a whole. */
function hidden(value: Value): Value {
  if (!isFields(value)) return value === null ? null : new Masked(value);
  return new Map([...value].map(([key, each]) => [key, new Masked(each)]));
}

function maskedAnnotation(name: string, text: Value, copied: readonly string[], look: Look): Value {
  if (typeof text !== 'string') return text;
  // A copy of this Secret may have no kind.
  const json = maskedJson(text, look, isKindless, 'Secret');
  if (json !== null) return json;
  if (COPIES.has(name) || copied.some((each) => text.includes(each))) return new Masked(text);
  return text;
}

/** The forms in which copies of a Secret's values occur: encoded and decoded. */
function valuesOf(secret: Fields): string[] {
  const [data, stringData] = [secret.get('data'), secret.get('stringData')].map((each) =>
    isFields(each) ? [...each.values()].filter((text) => typeof text === 'string') : [],
  );
  const decoded = (data ?? []).map((text) => Buffer.from(text, 'base64').toString('utf8'));
  return [...(data ?? []), ...decoded, ...(stringData ?? [])].filter((text) => text.length >= SHORTEST_COPY);
}

function maskedText(text: string, look: Look): Value {
  if (!isSuspect(text)) return text;
  if (look.level >= MOST_LEVELS || text.length > LONGEST) return new Masked(text);
  const json = maskedJson(text, look, () => false, null);
  if (json !== null) return json;
  const inner = unpacked(text);
  if (inner !== null) return holdsSecret(inner, look) ? new Masked(text) : text;
  const documents = withoutSecretDocuments(text, (value) => maskedValue(value, deeper(look), false));
  const shown = withoutPatterns(documents, (packed) => holdsSecret(unpacked(packed), look));
  return shown === text ? text : new Masked(text, shown);
}

function holdsSecret(inner: ReturnType<typeof unpacked>, look: Look): boolean {
  if (inner === null) return false;
  return inner.kind === 'unknown' || typeof maskedText(inner.text, deeper(look)) !== 'string';
}

/**
 * A text that contains an object or list as JSON, with its secrets masked; null if it does not.
 *
 * @param isCopy whether what it holds is an object of `kind`, without saying so
 */
function maskedJson(
  text: string,
  look: Look,
  isCopy: (json: Value) => boolean,
  kind: string | null,
): Value | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const bytes = Buffer.from(text);
  if (documentMistake(bytes) !== null) return null;
  const { room } = look;
  const before = room.values;
  const parser = new Parser(bytes, skipSpace(bytes, 0, bytes.length), before);
  const json = parser.value(0);
  if (parser.exhausted || look.level >= MOST_LEVELS) return new Masked(text);
  room.values = parser.left;
  const value =
    isFields(json) && isCopy(json)
      ? maskedFields(json, deeper(look), kind === 'Secret', kind)
      : maskedValue(json, deeper(look), false);
  if (value !== json && (isFields(value) || isList(value)))
    return new Masked(text, { value, hasLines: text.trim().includes('\n') });
  // None of its values is kept.
  room.values = before;
  return text;
}

function deeper({ level, room }: Look): Look {
  return { level: level + 1, room };
}

/** Masks the values at the end of a path; `*` matches each item or value. Only scalars are masked. */
function withMaskAt(fields: Fields, path: CompiledField['steps']): Fields {
  const value = maskAt(fields, path, 0);
  return isFields(value) ? value : fields;
}

function maskAt(value: Value, path: CompiledField['steps'], at: number): Value {
  const step = path[at];
  if (value instanceof Masked) return value;
  if (step === undefined)
    return value === null || isFields(value) || isList(value) ? value : new Masked(value);
  if (isList(value)) return step === EACH ? mappedList(value, (each) => maskAt(each, path, at + 1)) : value;
  if (!isFields(value)) return value;
  if (step === EACH) return mapped(value, (each) => maskAt(each, path, at + 1));
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

import { skipSpace } from '../snapshot/json.ts';
import { documentMistake, memberOf, textAt } from '../snapshot/members.ts';

/** What stands in the place of a Secret's values. */
export const MASK = '***';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** OpenShift keeps the token of a dockercfg Secret in an annotation beside it. */
const TOKEN_VALUE = 'openshift.io/token-secret.value';

/** The API takes Secrets of 1 MiB. What is parsed takes up to fifty times its size. */
const LARGEST_SECRET = 8 * 1024 * 1024;

type Json = Readonly<Record<string, unknown>>;

/**
 * A Secret's bytes as a parsed object with its values masked (see maskedSecret);
 * null for an object that is none, which is told without parsing it.
 *
 * @throws SyntaxError where it is no valid JSON, or larger than a Secret can be
 */
export function maskedBytes(bytes: Uint8Array): Json | null {
  const mistake = documentMistake(bytes);
  if (mistake !== null) throw new SyntaxError(mistake);
  const at = skipSpace(bytes, 0, bytes.length);
  if (textAt(bytes, memberOf(bytes, at, 'kind')) !== 'Secret') return null;
  if (bytes.length > LARGEST_SECRET) throw new SyntaxError('a Secret larger than any can be');
  return maskedSecret(JSON.parse(new TextDecoder().decode(bytes)));
}

/**
 * A parsed object with the values of a Secret masked: data, stringData, and
 * the copies of them in annotations. Null where the object is no Secret.
 */
export function maskedSecret(object: unknown): Json | null {
  if (!isObject(object) || object.kind !== 'Secret' || object.apiVersion !== 'v1') return null;
  return mapField(maskData(object), 'metadata', (metadata) =>
    isObject(metadata) ? mapField(metadata, 'annotations', maskAnnotations) : metadata,
  );
}

function maskData(object: Json): Json {
  return mapField(mapField(object, 'data', maskValues), 'stringData', maskValues);
}

function maskValues(value: unknown): unknown {
  // The keys say what is there; anything but an object is no Secret's data, so nothing of it is shown.
  if (!isObject(value)) return value === null ? null : MASK;
  return Object.fromEntries(Object.keys(value).map((key) => [key, MASK]));
}

function maskAnnotations(annotations: unknown): unknown {
  if (!isObject(annotations)) return annotations;
  return mapField(mapField(annotations, TOKEN_VALUE, maskValues), LAST_APPLIED, (text) => {
    const applied = typeof text === 'string' ? parsed(text) : null;
    return isObject(applied) ? JSON.stringify(maskData(applied)) : MASK;
  });
}

/** The same object with one field, where it has it, put through a function. */
function mapField(object: Json, key: string, map: (value: unknown) => unknown): Json {
  if (!Object.hasOwn(object, key)) return object;
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, name === key ? map(value) : value]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

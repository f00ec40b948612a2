import { isJsonObject, type JsonObject, type KubeObject } from '../support/kube-object.ts';

/** A parameter as a template declares it. */
export interface Parameter extends JsonObject {
  readonly name: string;
  readonly description?: string;
  readonly displayName?: string;
  readonly value?: string;
  readonly required?: boolean;
  /** A generator of values, such as `expression`; not known here. */
  readonly generate?: string;
}

/** A template.openshift.io/v1 Template, as far as it is processed. */
export interface Template extends JsonObject {
  readonly objects: readonly JsonObject[];
  readonly parameters?: readonly Parameter[];
  readonly labels?: { readonly [key: string]: string };
  readonly message?: string;
}

/** What processing yields: the objects, and what the template says to its user. */
export interface Processed {
  readonly objects: readonly KubeObject[];
  readonly message: string;
}

type Values = ReadonlyMap<string, string>;

// Stands for "no such field"; null cannot, since a null that stands in the template itself stays.
const ABSENT = Symbol('absent');

/**
 * Does what `oc process --local` does, by the rules of github.com/openshift/library-go (pkg/template):
 *
 * - `${NAME}` is replaced within any string, field names included;
 * - `${{NAME}}` as a whole string becomes the JSON that the value is, or the value as a string where it is none;
 *   a field whose value becomes null goes away;
 * - references to parameters that do not exist stay as they are;
 * - a namespace that is not a parameter is taken away, so that the object lands in the current project;
 * - the template's labels are laid over those of each object.
 *
 * Throws an Error that names every unknown parameter, or every required one without a value.
 */
export function processTemplate(template: Template, given: Readonly<Record<string, string>>): Processed {
  const values = valuesOf(template.parameters ?? [], given);
  const labels = Object.fromEntries(
    Object.entries(template.labels ?? {}).map(([key, value]) => [fill(key, values), fill(value, values)]),
  );
  return {
    objects: template.objects.map((object) => processObject(object, values, labels)),
    message: fill(template.message ?? '', values),
  };
}

function valuesOf(parameters: readonly Parameter[], given: Readonly<Record<string, string>>): Values {
  const known = new Set(parameters.map((parameter) => parameter.name));
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Error(unknown.map((name) => `unknown parameter name "${name}"`).join('\n'));
  const values = new Map<string, string>();
  const missing: string[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const { name, generate, required } = parameter;
    const value = given[name] ?? parameter.value ?? '';
    if (value === '' && generate !== undefined && given[name] === undefined)
      throw new Error(`parameter ${name} wants the generator ${generate}, which only oc has`);
    if (value === '' && required === true)
      missing.push(`template.parameters[${index}]: parameter ${name} is required and must be specified`);
    values.set(name, value);
  }
  if (missing.length > 0) throw new Error(missing.join('\n'));
  return values;
}

function processObject(object: JsonObject, values: Values, labels: JsonObject): KubeObject {
  const filled = substitute(withoutFixedNamespace(object), values);
  if (!isJsonObject(filled) || typeof filled.apiVersion !== 'string' || typeof filled.kind !== 'string')
    throw new Error(`not a Kubernetes object: ${JSON.stringify(object)}`);
  const metadata = isJsonObject(filled.metadata) ? filled.metadata : {};
  const own = isJsonObject(metadata.labels) ? metadata.labels : {};
  const all = { ...own, ...labels };
  if (Object.keys(all).length === 0) return filled as KubeObject;
  return { ...filled, metadata: { ...metadata, labels: all } } as unknown as KubeObject;
}

function withoutFixedNamespace(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isJsonObject(metadata) || metadata.namespace === undefined) return object;
  if (/\$\{\w+\}/.test(String(metadata.namespace))) return object;
  const { namespace: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

function substitute(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return fillWhole(value, values);
  if (Array.isArray(value)) {
    return value.map((each) => {
      const item = substitute(each, values);
      // oc panics here.
      if (item === ABSENT) throw new Error(`${String(each)} is null, which only a field may become`);
      return item;
    });
  }
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).map(([key, each]) => [fill(key, values), substitute(each, values)]);
  return Object.fromEntries(fields.filter(([, each]) => each !== ABSENT));
}

function fillWhole(text: string, values: Values): unknown {
  const value = values.get(/^\$\{\{(\w+)\}\}$/.exec(text)?.[1] ?? '');
  if (value === undefined) return fill(text, values);
  try {
    return JSON.parse(value) ?? ABSENT;
  } catch {
    return value;
  }
}

function fill(text: string, values: Values): string {
  let filled = text;
  // One after the other, each into the first place that is left: what oc makes of values that hold references.
  for (const [reference, name = ''] of text.matchAll(/\$\{(\w+)\}/g)) {
    filled = filled.replace(reference, () => values.get(name) ?? reference);
  }
  return filled;
}
